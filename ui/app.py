"""The Streamlit app: two pages over one library. `facequery ui` starts it (`ui.server`).

Browsing loads no network; torch comes with the first folder or picture.
"""

import os
from pathlib import Path

import streamlit as st

from retrieval.errors import FacequeryError, LibraryMissing
from ui import about, index_page, search_page
from ui.boxes import refused
from ui.handles import job_for, library_in
from ui.server import Options, options

STYLE, LOGO = (Path(__file__).with_name(name) for name in ("style.css", "logo.svg"))
SEARCH, ADD, INFO = ":material/search:", ":material/add_photo_alternate:", ":material/info:"


def main() -> None:
    """Draws the page that the URL names."""
    given = options(os.environ)
    st.set_page_config("facequery", about.icon(), layout="wide")
    st.html(STYLE)
    st.logo(LOGO, size="large")
    search = st.Page(lambda: _search(given, add), title="Search", icon=SEARCH, url_path="search", default=True)
    add = st.Page(lambda: _add(given, search), title="Add photographs", icon=ADD, url_path="add")
    page = st.navigation([search, add], position="top")
    try:
        page.run()
    except FacequeryError as error:
        refused(error)


def _search(given: Options, add: st.Page) -> None:
    try:
        library = library_in(given.library)
    except LibraryMissing:
        st.info("There is no library yet. It is made when the first photographs come.", icon=INFO)
        st.page_link(add)
        return
    search_page.show(library, add)
    with st.sidebar:
        about.library(library)


def _add(given: Options, search: st.Page) -> None:
    index_page.show(given.library, given.roots, job_for(given.library), search)


if __name__ == "__main__":
    main()
