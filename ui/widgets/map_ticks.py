"""What is ticked on the map, and what can be done with it: looked at in the grid, said of, looked for more like it."""

from collections.abc import Collection
from typing import NamedTuple

import streamlit as st

from retrieval.library import Library
from ui.search import EXAMPLES, Search
from ui.session import selection
from ui.session.hits import Numbered, nothing, part
from ui.widgets import bulk
from ui.widgets.gallery import SEARCHING, Asked, Grid, gallery
from ui.widgets.take_away import take_away
from ui.words import counted

KEY = "map"
SHOWN = 500  # faces that come as pictures
_TICKED, _WANTED, _MOST = "map-ticked", "map-wanted", 2**32


class Ticked(NamedTuple):
    """The `faces` that the browser said are ticked, until all are unticked once more: so often they had been `then`."""

    faces: tuple[int, ...]
    then: int


def draw(library: Library, named: Collection[str]) -> None:
    """The ticked faces, and what can be said of them: first about an attribute that the query has `named`."""
    if not (faces := ticked()):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="map-ticked"):
        st.markdown(f"**{counted(len(faces), 'face')} ticked**", width="content")
        if st.button("Say …", key="map-say"):
            bulk.say(library, lambda: faces, len(faces), named)
        if st.button("Take away …", key="map-take"):
            take_away(library, faces)
        st.button("More like these", key="map-like", on_click=_want, args=(Search(like=faces[:EXAMPLES]),))
        st.button("Untick all", type="tertiary", key="map-none", on_click=selection.clear_grid)
    _pictures(library, library.shown(faces))


def _pictures(library: Library, faces: list[int]) -> None:
    if not faces:
        return
    found = Numbered(faces, library.generation, nothing)
    more = f"the first {SHOWN:,} of them" if len(faces) > SHOWN else ""
    first = part(library, found, 0, SHOWN)
    gallery(Grid(len(first), found.generation, first, None, "As pictures", more, ways=SEARCHING[:2]), _heard)


def ticked() -> tuple[int, ...]:
    """The numbers of the faces."""
    kept: Ticked | None = st.session_state.get(_TICKED)
    return kept.faces if kept is not None and kept.then == selection.cleared() else ()


def taken() -> None:
    """Keeps what the browser says is ticked; what cannot be is nothing."""
    said = st.session_state[KEY].get("ticked")
    faces = said if isinstance(said, list) and all(type(face) is int and 0 < face < _MOST for face in said) else []
    st.session_state[_TICKED] = Ticked(tuple(dict.fromkeys(faces)), selection.cleared())


def similar() -> None:
    """Leaves word that the likes of a face are wanted."""
    face = st.session_state[KEY].get("similar")
    if type(face) is int and 0 < face < _MOST:
        _want(Search(like=(face,)))


def wanted() -> Search | None:
    """The search that a person has asked for here, once."""
    found: Search | None = st.session_state.pop(_WANTED, None)
    return found


def _heard(asked: Asked) -> None:
    if asked.face is not None:
        _want(Search().led(asked.what, asked.face))


def _want(search: Search) -> None:
    st.session_state[_WANTED] = search
