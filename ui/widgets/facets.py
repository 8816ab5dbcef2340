"""How many of the faces found have each attribute; one click narrows the search by it.

Beside each of the 40 names stands its count, and `not` for the opposite. It counts nothing itself.
"""

import re
from typing import NamedTuple

import streamlit as st

from retrieval.attributes import GROUPS, JUDGEMENTS, UNRELIABLE
from retrieval.library import Facets
from ui.words import JUDGEMENT, UNRELIABLE_LABELS, graded, spelled

OPEN = ("hair", "nose & mouth", "accessories")  # the groups that are not folded away at first


class Narrowing(NamedTuple):
    """AND `name`, or AND NOT `name` where it is not wanted."""

    name: str
    wanted: bool


def facets(found: Facets, chosen: dict[str, bool], grades: dict[str, str]) -> Narrowing | None:
    """Draws the 40 counts by group; `chosen` are the conditions there are already. Returns what was clicked.

    Beside a name stands its grade of reliability, if `grades` has one.
    """
    clicked = None
    for group, names in GROUPS.items():
        unfolded = group in OPEN or any(name in chosen for name in names)
        folder = st.expander(group.capitalize(), expanded=unfolded, type="compact")
        with folder, st.container(gap=None, key="group-" + re.sub(r"\W+", "-", group)):
            for name in names:
                clicked = _facet(name, found, chosen.get(name), grades.get(name)) or clicked
    if grades:
        st.caption("A to D: how far the model can be relied on; point at a name to read what its grade means.")
    st.caption(f"\\* {JUDGEMENT}")
    st.caption(f"† {UNRELIABLE_LABELS}")
    return clicked


def _facet(name: str, found: Facets, chosen: bool | None, grade: str | None) -> Narrowing | None:
    count = found.counts[name]
    mark = "*" if name in JUDGEMENTS else "†" if name in UNRELIABLE else ""
    with st.container(horizontal=True, wrap=False, gap="xxsmall", vertical_alignment="center", key=f"facet-{name}"):
        label = f"{spelled(name)}\\{mark}" if mark == "*" else spelled(name) + mark
        wanted = st.button(
            f"{label} {_small(grade, chosen)}" if grade else label,
            key=f"and-{name}",
            type="primary" if chosen is True else "tertiary",
            width="stretch",
            wrap=False,
            help=graded(name, grade) if grade else None,
        )
        st.caption(f"{count:,}", width="content")
        unwanted = st.button("not", key=f"not-{name}", type="primary" if chosen is False else "tertiary")
    if wanted or unwanted:
        return Narrowing(name, wanted)
    return None


def _small(grade: str, chosen: bool | None) -> str:
    """A grade beside a name: grey, but not on the colour of what is chosen."""
    return f":small[{grade}]" if chosen else f":small[:gray[{grade}]]"
