"""Where the page "Search" stands: the URL of the browser, read and written as a search."""

from typing import NoReturn

import streamlit as st

from ui.search import Search


def current() -> Search:
    """What the URL asks for."""
    return Search.from_params(st.query_params.to_dict())


def address(search: Search) -> None:
    """Writes a search into the URL, for the page that is drawn next."""
    st.query_params.from_dict(search.params())


def visit(search: Search) -> NoReturn:
    """Goes to another search, at once."""
    address(search)
    st.rerun()
