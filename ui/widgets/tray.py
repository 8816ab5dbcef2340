"""The tray: small pictures of the faces that others should be like or unlike, each of which can be left out, and how
the likes are to be shown. It draws what it is given and returns the search that a click asks for.
"""

from collections.abc import Callable, Sequence

import streamlit as st

from ui.search import Meaning, Search
from ui.widgets.examples import Example
from ui.words import harmless

ACROSS = 76  # CSS pixels of an example
MEANINGS: dict[Meaning, str] = {"look": "Looks alike", "person": "Same person"}


def tray(examples: Sequence[Example], search: Search, on_leave: Callable[[], None]) -> Search | None:
    """Draws it; returns another search if one was asked for. `on_leave` is called when all examples are to go. One
    without a number is the picture that was handed over.
    """
    wanted, unwanted = ([e for e in examples if e.wanted is kind] for kind in (True, False))
    with st.container(border=True, key="tray", gap="small"):
        with st.container(horizontal=True, gap="medium"):
            left_out = _row("Like" if unwanted or len(wanted) > 1 else "Like this face", wanted, "like")
            left_out = _row("Unlike", unwanted, "unlike") or left_out
        asked = _ways(search, on_leave)
    return search.without(left_out) if left_out is not None else asked


def _row(title: str, examples: Sequence[Example], kind: str) -> int | None:
    """Returns the face to leave out, if one was clicked."""
    left_out = None
    if not examples:
        return None
    with st.container(gap="xxsmall", width="content"):
        st.markdown(f"**{title}**")
        with st.container(horizontal=True, gap="xsmall"):
            for example in examples:
                if _example(example, kind):
                    left_out = example.face
    return left_out


def _example(example: Example, kind: str) -> bool:
    with st.container(width=ACROSS, gap=None, key=f"example-{kind}-{example.face or 'picture'}"):
        st.image(example.jpeg, width=ACROSS, alt=f"{kind.capitalize()} this face, {example.name}")
        if example.face is None:
            st.text(example.name, wrap=False)
            return False
        return st.button(
            f"Leave out {harmless(example.name)}",
            key=f"sign-out-{example.face}",
            type="tertiary",
            width="stretch",
            help=f"Leave out {harmless(example.name)}",
        )


def _ways(search: Search, on_leave: Callable[[], None]) -> Search | None:
    """How the likes are shown, and the way back."""
    within = search.within
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        by = _meaning(search)
        if search.query.strip():
            within = st.checkbox("Only among the faces that match the query", value=within)
        fold = st.checkbox(
            "Near-identical ones once", value=search.fold, help="Copies and shots of one moment are shown as one face."
        )
        st.button("Back to the search", icon=":material/arrow_back:", on_click=on_leave)
    if (within, fold, by) == (search.within, search.fold, search.by):
        return None
    return search.asking(within=within, fold=fold, by=by)


def _meaning(search: Search) -> Meaning:
    """A switch between the two meanings of likeness."""
    by: Meaning = st.segmented_control(
        "What likeness means",
        list(MEANINGS),
        default=search.by,
        format_func=lambda meaning: MEANINGS[meaning],
        key=f"by-{search.by}",  # another search, another switch: what was clicked before outlives no change of the URL
        required=True,
        label_visibility="collapsed",
    )
    return by
