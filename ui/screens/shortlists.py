"""The page "Shortlists": faces that somebody chose, list by list, in their order, with notes. All can be undone."""

from functools import partial

import streamlit as st

from retrieval.errors import NoSuchShortlist, shown
from retrieval.language.called import Listed
from retrieval.library import Hit, Library
from retrieval.tables.shortlists import Entry, Shortlist
from ui.chosen import Chosen
from ui.search import Search, positive
from ui.session.pictures import Thumbnail, thumbnails_of
from ui.widgets import done, list_tools
from ui.widgets.boxes import refused
from ui.widgets.paging import pager, pages_of
from ui.widgets.take_away import take_away
from ui.words import counted, file_name, harmless

PAGE = 24  # faces
FACE = 96  # CSS pixels
WIDTH = 860


def show(library: Library, search: st.Page) -> None:
    """Draws all lists, or the one in the URL; `search` is where faces are found."""
    with st.container(width=WIDTH):
        name = st.query_params.get("list")
        return _one(library, name, search) if name else _all(library, search)


def _all(library: Library, search: st.Page) -> None:
    st.subheader("Shortlists", anchor=False)
    done.announce(library)
    list_tools.create(library)
    lists = library.shortlists.listed()
    if not lists:
        st.info("No shortlist yet. Find faces, and put them on one.", icon=":material/list_alt:")
        st.page_link(search, label="Search")
    for one in lists:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"list-{one.id}"):
            with st.container(gap=None, width="stretch"):
                st.text(shown(one.name))
                st.caption(_summed(one))
            st.button("Open", key=f"open-{one.id}", type="tertiary", on_click=list_tools.go, args=(one.name,))


def _summed(one: Shortlist) -> str:
    gone = f"; the photographs of {one.missing:,} are missing" if one.missing else ""
    return counted(one.faces, "face") + gone


def _one(library: Library, name: str, search: st.Page) -> None:
    st.button("All shortlists", icon=":material/arrow_back:", type="tertiary", key="back", on_click=list_tools.go)
    done.announce(library)
    try:
        one = library.shortlists.shortlist(name)
    except NoSuchShortlist as error:
        return refused(error)
    st.subheader(harmless(one.name), anchor=False)
    st.caption(_summed(one))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="list-tools"):
        if st.button("Take away", icon=":material/download:", key="take", type="primary", disabled=not one.faces):
            take_away(library, Chosen.of_list(library, one.name))
        st.page_link(search, label="Show in search", query_params=Search(str(Listed(one.name))).params())
        list_tools.manage(library, one)
    return _faces(library, one)


def _faces(library: Library, one: Shortlist) -> None:
    pages = pages_of(one.faces, PAGE)
    page = min(positive(st.query_params.get("page")) or 1, pages)
    first = (page - 1) * PAGE
    entries = library.shortlists.entries(one.name, PAGE, first)
    hits = {hit.face: hit for hit in library.faces([entry.face for entry in entries])}
    with thumbnails_of(list(hits.values())) as thumbnails:
        pictures = dict(zip(hits, thumbnails, strict=True))
    for place, entry in enumerate(entries, first + 1):
        _row(library, one, entry, place, hits.get(entry.face), pictures.get(entry.face))
    with st.container(horizontal=True, horizontal_alignment="center"):
        pager(f"on-{one.id}", page, pages, partial(list_tools.go, one.name))


def _row(
    library: Library, one: Shortlist, entry: Entry, place: int, hit: Hit | None, picture: Thumbnail | None
) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small", key=f"row-{entry.face}"):
        st.markdown(f"**{place:,}**", width="content")
        if picture is not None and hit is not None:
            st.image(picture.jpeg, width=FACE, alt=f"Face {hit.face}, {file_name(hit.photo)}")
        with st.container(gap="xsmall", width="stretch"):
            # st.text and nothing else for a name: it may hold Markdown, HTML, or the name of an emoji.
            st.text("Its photograph is missing" if hit is None else file_name(hit.photo), wrap=False)
            list_tools.note(library, one, entry)
        list_tools.order(library, one, entry, place)
