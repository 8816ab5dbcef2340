"""A grid of faces: each cut out of its photograph, with a number, the file's name, and what can be done with it.

It shows what it is given and returns what was clicked. It asks the library nothing.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePath
from typing import Literal, NamedTuple

import streamlit as st

from retrieval.errors import shown
from retrieval.library import Hit
from ui.pictures import Crop, crop_of

NARROWEST = 148  # CSS pixels of a card: two beside each other on a phone
SPACE = "\u2423"
DECODERS = 4  # threads; the first card is on the page while the last is being decoded


class Choice(NamedTuple):
    """What was clicked, and on which face."""

    what: Literal["similar", "details"]
    hit: Hit


def gallery(hits: Sequence[Hit], score: Callable[[Hit], str | None]) -> Choice | None:
    """Draws a card a face, with `score` below it; returns the click of this run, if there was one."""
    choice = None
    with ThreadPoolExecutor(DECODERS) as pool, st.grid(min_column_width=NARROWEST, key="gallery") as grid:
        for hit, crop in zip(hits, pool.map(crop_of, hits), strict=True):
            with grid.cell(), st.container(gap="xxsmall", key=f"card-{hit.face}"):
                choice = _card(hit, crop, score(hit)) or choice
    return choice


def file_name(photo: str) -> str:
    """The last part of a path, printable; spaces at its ends are made visible, or Streamlit would drop them."""
    name = shown(PurePath(photo).name)
    inner = name.strip(" ")
    before = len(name) - len(name.lstrip(" "))
    return f"{SPACE * before}{inner}{SPACE * (len(name) - len(inner) - before)}"


def _card(hit: Hit, crop: Crop, score: str | None) -> Choice | None:
    name = file_name(hit.photo)
    st.image(crop.jpeg, width="stretch", alt=f"Face {hit.face}, {name}")
    with st.container(horizontal=True, gap="xsmall", wrap=False, vertical_alignment="center"):
        if score:
            st.markdown(f"**{score}**", width="content", wrap=False)
        # st.text and nothing else for a name: it may hold Markdown, HTML, or the name of an emoji.
        st.text(name if crop.reason is None else f"{name}: {crop.reason}", width="stretch", wrap=False)
    with st.container(horizontal=True, gap="xxsmall", wrap=False, vertical_alignment="center"):
        similar = st.button("Similar faces", key=f"similar-{hit.face}", width="stretch")
        details = st.button("", icon=":material/info:", key=f"details-{hit.face}")
    if similar or details:
        return Choice("similar" if similar else "details", hit)
    return None
