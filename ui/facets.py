"""How many of the faces found have each attribute; one click narrows the search by it.

Beside each of the 40 names stands its count, and `not` for the opposite. It counts nothing itself.
"""

import re
from typing import NamedTuple

import streamlit as st

from retrieval.attributes import GROUPS, JUDGEMENTS, UNRELIABLE
from retrieval.library import Facets
from ui.words import JUDGEMENT, UNRELIABLE_LABELS, spelled

OPEN = ("hair", "nose & mouth", "accessories")  # the groups that are not folded away at first


class Narrowing(NamedTuple):
    """AND `name`, or AND NOT `name` where it is not wanted."""

    name: str
    wanted: bool


def facets(found: Facets, chosen: dict[str, bool]) -> Narrowing | None:
    """Draws the 40 counts by group; `chosen` are the conditions there are already. Returns what was clicked."""
    clicked = None
    for group, names in GROUPS.items():
        unfolded = group in OPEN or any(name in chosen for name in names)
        folder = st.expander(group.capitalize(), expanded=unfolded, type="compact")
        with folder, st.container(gap=None, key="group-" + re.sub(r"\W+", "-", group)):
            for name in names:
                clicked = _facet(name, found, chosen.get(name)) or clicked
    st.caption(f"\\* {JUDGEMENT}")
    st.caption(f"† {UNRELIABLE_LABELS}")
    return clicked


def _facet(name: str, found: Facets, chosen: bool | None) -> Narrowing | None:
    count = found.counts[name]
    mark = "*" if name in JUDGEMENTS else "†" if name in UNRELIABLE else ""
    with st.container(horizontal=True, wrap=False, gap="xxsmall", vertical_alignment="center", key=f"facet-{name}"):
        wanted = st.button(
            f"{spelled(name)}\\{mark}" if mark == "*" else spelled(name) + mark,
            key=f"and-{name}",
            type="primary" if chosen is True else "tertiary",
            width="stretch",
            wrap=False,
        )
        st.caption(f"{count:,}", width="content")
        unwanted = st.button("not", key=f"not-{name}", type="primary" if chosen is False else "tertiary")
    if wanted or unwanted:
        return Narrowing(name, wanted)
    return None
