"""How many of the faces found have each attribute; one click narrows the search by it.

Beside each of the 40 names stands its count, and `not` for the opposite. It counts nothing itself.
"""

import re
from collections.abc import Callable
from typing import Literal

import streamlit as st

from retrieval.attributes import GROUPS, JUDGEMENTS, UNRELIABLE
from retrieval.library import Facets
from ui.words import JUDGEMENT, UNRELIABLE_LABELS, graded, spelled

OPEN = ("hair", "nose & mouth", "accessories")  # the groups that are not folded away at first


def facets(
    found: Facets, chosen: dict[str, bool], grades: dict[str, str], on_narrow: Callable[[str, bool], None]
) -> None:
    """Draws the 40 counts by group; `chosen` are the conditions there are already. `on_narrow` is called with the name
    that was clicked, and whether it is wanted.

    Beside a name stands its grade of reliability, if `grades` has one.
    """
    for group, names in GROUPS.items():
        unfolded = group in OPEN or any(name in chosen for name in names)
        folder = st.expander(group.capitalize(), expanded=unfolded, type="compact")
        with folder, st.container(gap=None, key="group-" + re.sub(r"\W+", "-", group)):
            for name in names:
                _facet(name, found, chosen.get(name), grades.get(name), on_narrow)
    if grades:
        st.caption("A to D: how far the model can be relied on; point at a name to read what its grade means.")
    st.caption(f"\\* {JUDGEMENT}")
    st.caption(f"† {UNRELIABLE_LABELS}")


def _facet(
    name: str, found: Facets, chosen: bool | None, grade: str | None, on_narrow: Callable[[str, bool], None]
) -> None:
    count = found.counts[name]
    mark = "*" if name in JUDGEMENTS else "†" if name in UNRELIABLE else ""
    with st.container(horizontal=True, wrap=False, gap="xxsmall", vertical_alignment="center", key=f"facet-{name}"):
        label = f"{spelled(name)}\\{mark}" if mark == "*" else spelled(name) + mark
        st.button(
            f"{label} {_small(grade, chosen)}" if grade else label,
            key=f"and-{name}",
            type="primary" if chosen is True else "tertiary",
            width="stretch",
            wrap=False,
            help=graded(name, grade) if grade else None,
            on_click=on_narrow,
            args=(name, True),
        )
        st.caption(f"{count:,}", width="content")
        kind: Literal["primary", "tertiary"] = "primary" if chosen is False else "tertiary"
        st.button("not", key=f"not-{name}", type=kind, on_click=on_narrow, args=(name, False))


def _small(grade: str, chosen: bool | None) -> str:
    """A grade beside a name: grey, but not on the colour of what is chosen."""
    return f":small[{grade}]" if chosen else f":small[:gray[{grade}]]"
