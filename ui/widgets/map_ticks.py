"""What is ticked on the map, and what can be done with it: shown as pictures, looked for more like it, or said of."""

import streamlit as st

from retrieval.attributes import GROUPS
from retrieval.library import Library
from ui.search import EXAMPLES, Search
from ui.session import selection
from ui.widgets import done
from ui.widgets.correction_box import VALUES
from ui.widgets.gallery import gallery
from ui.widgets.paging import pager, pages_of
from ui.words import counted, spelled

PLACE, KEY = "map", "map"
PAGE = 60  # faces


def draw(library: Library) -> None:
    """Nothing, where nothing is ticked."""
    if not (ticked := selection.ticked(PLACE)):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="map-ticked"):
        st.markdown(f"**{counted(len(ticked), 'face')} ticked**", width="content")
        _say(library, ticked)
        st.button("More like these", key="map-like", on_click=_like, args=(ticked,))
        st.button("None", type="tertiary", key="map-none", on_click=clear)
    _pictures(library, ticked)


def _pictures(library: Library, ticked: list[int]) -> None:
    page = st.session_state.setdefault("map-page", 1)
    pages = pages_of(len(ticked), PAGE)
    page = min(page, pages)
    gallery(library.faces(ticked[(page - 1) * PAGE : page * PAGE]), lambda hit: None, lambda hit: None)
    pager("map-pages", page, pages, _turn)


def _turn(page: int) -> None:
    st.session_state["map-page"] = page


def taken() -> None:
    """Keeps what the browser has ticked."""
    selection.clear(PLACE)
    selection.tick(PLACE, st.session_state[KEY].ticked or [])
    st.session_state["map-page"] = 1


def similar() -> None:
    """Leaves word that the likes of a face are wanted."""
    st.session_state["map-wanted"] = Search(like=(int(st.session_state[KEY].similar),))


def cleared() -> int:
    """How often the ticks were taken away here, so that the browser takes them away there."""
    return int(st.session_state.get("map-cleared", 0))


def clear() -> None:
    """Ticks none."""
    selection.clear(PLACE)
    st.session_state["map-cleared"] = cleared() + 1


def wanted() -> Search | None:
    """The search that a person has asked for here, once."""
    found: Search | None = st.session_state.pop("map-wanted", None)
    return found


def _like(ticked: list[int]) -> None:
    st.session_state["map-wanted"] = Search(like=tuple(ticked[:EXAMPLES]))


def _say(library: Library, ticked: list[int]) -> None:
    with st.popover("Say …"):
        name = st.selectbox("What they have or have not", sum(GROUPS.values(), ()), format_func=spelled, key="map-name")
        st.caption(f"Of {counted(len(ticked), 'face')}; one undo takes it back.")
        with st.container(horizontal=True, gap="xsmall"):
            for value in VALUES:
                said = {"library": library, "ticked": ticked, "name": name, "value": value}
                st.button(value.capitalize(), key=f"map-say-{value}", on_click=_correct, kwargs=said)


def _correct(library: Library, ticked: list[int], name: str, value: str) -> None:
    if done.attempt(lambda: library.correct(ticked, {name: VALUES[value]})):
        clear()
