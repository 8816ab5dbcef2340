"""Choosing faces of an answer, and saying of all of them at once what they have and have not.

What is said outranks the model, is one action, and can be taken back; `ui.widgets.done` shows it.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import NamedTuple

import streamlit as st

from retrieval.attributes import GROUPS
from retrieval.library import Hit, Library
from ui.session import selection
from ui.widgets import done
from ui.widgets.correction_box import VALUES
from ui.widgets.gallery import gallery, selecting
from ui.words import counted, spelled

PLACE = "faces"
_MODE, _NAME, _SAID = "choosing", "bulk-name", "bulk-said"
ADVICE = "Tick faces, on several pages if need be, and say what they have or have not."


class Whole(NamedTuple):
    """An answer on all of its pages: how many faces, and which, as `Library.correct` wants them."""

    total: int
    which: Callable[[], str | list[int]]


def choosing() -> bool:
    """Whether faces are being chosen, and not looked at."""
    return bool(st.session_state.get(_MODE))


def switch() -> None:
    """A button that begins choosing, or ends it."""
    label, icon = ("Done", "check") if choosing() else ("Select", "check_box")
    st.button(
        label,
        icon=f":material/{icon}:",
        key="choose",
        on_click=_switch,
        shortcut="S",
        help="Say of many faces at once what they have",
    )


@st.fragment
def choose(
    library: Library,
    hits: Sequence[Hit],
    score: Callable[[Hit], str | None],
    whole: Whole | None,
    named: Collection[str],
) -> None:
    """The faces to choose from, and above them what can be said of the chosen, or of the `whole` answer: first about an
    attribute that the query has `named`.
    """
    with st.container(key="bulk", border=True, gap="small"):
        faces = selection.bar(PLACE, [hit.face for hit in hits], ADVICE)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
            _attribute(named)
            _values(library, lambda: faces, "chosen", disabled=not faces)
            if whole is not None:
                _all(library, whole)
    gallery(hits, score, partial(selecting, PLACE))
    if st.session_state.pop(_SAID, False):
        st.rerun()  # what was said changes the answer, which is drawn outside this fragment


def _attribute(named: Collection[str]) -> None:
    """What is to be said something about: of the query's attributes the first, until a person chooses another."""
    names = sum(GROUPS.values(), ())
    first = next((name for name in names if name in named), names[0])
    if _NAME not in st.session_state:
        st.session_state[_NAME] = first
    st.selectbox(
        "What they have or have not", names, format_func=spelled, key=_NAME, width=200, label_visibility="collapsed"
    )


def _values(
    library: Library,
    which: Callable[[], str | Iterable[int]],
    of: str,
    *,
    disabled: bool = False,
    announced: int | None = None,
) -> None:
    """The three things to say; `announced` is of how many faces the page says that it is."""
    for value in VALUES:
        st.button(
            value.capitalize(),
            key=f"say-{of}-{value.replace(' ', '-')}",
            disabled=disabled,
            on_click=_say,
            args=(library, which, value, announced),
        )


def _all(library: Library, whole: Whole) -> None:
    number = counted(whole.total, "face")
    with st.popover(f"All {whole.total:,}", help="All faces of this answer, on every page"):
        st.caption(f"Of {number}, on every page of this answer. One undo takes it back.")
        _values(library, whole.which, "all", announced=whole.total)


def _say(library: Library, which: Callable[[], str | Iterable[int]], value: str, announced: int | None) -> None:
    said = {st.session_state[_NAME]: VALUES[value]}
    if done.attempt(lambda: library.correct(which(), said, announced=announced)):
        selection.clear(PLACE)
    st.session_state[_SAID] = True


def _switch() -> None:
    st.session_state[_MODE] = not choosing()
    selection.clear(PLACE)
