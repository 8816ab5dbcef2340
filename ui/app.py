"""The Streamlit app: a few pages over one library. `facequery ui` starts it (`ui.server`).

Browsing loads no network; OpenVINO comes with the first folder or picture.
"""

import os
from pathlib import Path

import streamlit as st

from retrieval.errors import FacequeryError, LibraryMissing
from retrieval.library import Library
from ui.screens import about
from ui.screens import add as index_page
from ui.screens import history as history_page
from ui.screens import map as map_page
from ui.screens import people as people_page
from ui.screens import review as review_page
from ui.screens import search as search_page
from ui.screens import shortlists as shortlists_page
from ui.server import Options, options
from ui.session.handles import job_for, library_at
from ui.widgets import done
from ui.widgets.boxes import refused
from ui.widgets.samples import offer_samples

STYLE, LOGO = (Path(__file__).with_name(name) for name in ("style.css", "logo.svg"))
SEARCH, PEOPLE, HISTORY = ":material/search:", ":material/group:", ":material/history:"
MAP = ":material/bubble_chart:"
LISTS = ":material/list_alt:"
ADD, INFO = ":material/add_photo_alternate:", ":material/info:"


def main() -> None:
    """Draws the page that the URL names."""
    given = options(os.environ)
    st.set_page_config("facequery", about.icon(), layout="wide")
    st.html(STYLE)
    st.logo(LOGO, size="large")
    search = st.Page(lambda: _search(given, add, review), title="Search", icon=SEARCH, url_path="search", default=True)
    faces = st.Page(lambda: _map(given, search, add), title="Map", icon=MAP, url_path="map")
    people = st.Page(lambda: _people(given, search, add), title="People", icon=PEOPLE, url_path="people")
    lists = st.Page(lambda: _lists(given, search, add), title="Shortlists", icon=LISTS, url_path="shortlists")
    history = st.Page(lambda: _history(given, search, add), title="History", icon=HISTORY, url_path="history")
    add = st.Page(lambda: _add(given, search), title="Add photographs", icon=ADD, url_path="add")
    review = st.Page(lambda: _review(given, search, add), title="Review", url_path="review", visibility="hidden")
    page = st.navigation([search, faces, people, lists, history, add, review], position="top")
    try:
        page.run()
    except FacequeryError as error:
        refused(error)
    done.forget()


def _search(given: Options, add: st.Page, review: st.Page) -> None:
    if library := _opened(given, add):
        search_page.show(library, add, review)
        with st.sidebar:
            about.library(library)


def _map(given: Options, search: st.Page, add: st.Page) -> None:
    if library := _opened(given, add):
        map_page.show(library, search)


def _people(given: Options, search: st.Page, add: st.Page) -> None:
    if library := _opened(given, add):
        people_page.show(library, search, add)


def _lists(given: Options, search: st.Page, add: st.Page) -> None:
    if library := _opened(given, add):
        shortlists_page.show(library, search)


def _history(given: Options, search: st.Page, add: st.Page) -> None:
    if library := _opened(given, add):
        history_page.show(library, search)


def _review(given: Options, search: st.Page, add: st.Page) -> None:
    if library := _opened(given, add):
        review_page.show(library, search)


def _add(given: Options, search: st.Page) -> None:
    index_page.show(given.library, given.roots, job_for(given.library), search)


def _opened(given: Options, add: st.Page) -> Library | None:
    """The library; where there is none yet, it says so and is None."""
    try:
        return library_at(given.library)
    except LibraryMissing:
        st.info("There is no library yet. It is made when the first photographs come.", icon=INFO)
        st.page_link(add)
        offer_samples(given.library, job_for(given.library), add)
        return None


if __name__ == "__main__":
    main()
