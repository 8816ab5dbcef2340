"""The page "Map": the faces that match as points, near those they resemble, to look at and to tick with a lasso."""

from collections.abc import Iterable
from urllib.parse import urlencode

import streamlit as st

from retrieval.attributes import ATTRIBUTES, GROUPS
from retrieval.errors import NoSuchSearch, QueryError
from retrieval.language.query import parsed
from retrieval.library import Library
from retrieval.maps import ALONE, PEOPLE
from ui.options import meant
from ui.search import Search
from ui.session import selection
from ui.session.address import current
from ui.session.handles import mapping_for
from ui.widgets import done, map_ticks
from ui.widgets.boxes import misread, refused
from ui.widgets.browser import browser_part
from ui.words import counted, spelled

FIRST = [["", "One colour"], [PEOPLE, "Person"], ["apart", "How alone a face is"]]


def show(library: Library, search: st.Page) -> None:
    """Draws the page; `search` is where the same question is answered with pictures."""
    asked = current()
    if wanted := map_ticks.wanted():
        st.switch_page(search, query_params=wanted.params())
    done.announce(library)
    try:
        query = parsed(meant(library, asked.query.strip())) if asked.query.strip() else None
        count = library.count(query) if query else library.totals().faces
    except NoSuchSearch as error:
        return refused(error)
    except QueryError as error:
        misread(error)
        return None
    alone = _head(asked, count, search)
    mapping = mapping_for(library.store.place)
    if not alone and library.maps.lacking():
        mapping.begin()
        if mapping.pace.error:
            st.button("Try again", key="map-again", on_click=mapping.begin, kwargs={"again": True})
    _map(asked, alone, query.attributes if query else ())
    map_ticks.draw(library, query.attributes if query else ())
    return None


def _head(asked: Search, count: int, search: st.Page) -> bool:
    """What is shown, and the way back to the pictures; returns whether they are to be laid out by themselves."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="map-head"):
        with st.form("map-ask", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
            typed = st.text_input(
                "Query", asked.query, placeholder="All faces, or a query", label_visibility="collapsed"
            )
            sent = st.form_submit_button("Show")
        st.page_link(search, label=f"{counted(count, 'face')} as pictures", query_params=asked.params())
        fits = 1 < count <= ALONE
        alone = st.toggle("These alone", key="map-alone", disabled=not fits, help=_WHY.format(ALONE)) and fits
    if sent and typed != asked.query:
        st.query_params.from_dict(asked.asking(query=typed).params())
        st.rerun()
    return alone


_WHY = "Lays out these faces by themselves, up to {:,} of them, in place of where they are among all."


def _map(asked: Search, alone: bool, named: Iterable[str]) -> None:
    address = urlencode({**asked.params(), **({"alone": "1"} if alone else {})})
    first = next((name for name in named if name in ATTRIBUTES), "")
    groups: list[tuple[str, list[list[str]]]] = [("Colour by", FIRST)]
    groups += [(group.capitalize(), [[name, spelled(name)] for name in names]) for group, names in GROUPS.items()]
    data = {"address": address, "by": first, "groups": groups, "cleared": selection.cleared()}
    browser_part("map", data, key=map_ticks.KEY, on={"ticked": map_ticks.taken, "similar": map_ticks.similar})
