"""The numbers of a long list's pages. It knows neither the list nor the URL in which the page is written."""

from collections.abc import Callable

import streamlit as st

SHOWN = 7  # page numbers at once


def pages_of(total: int, size: int) -> int:
    """How many pages of `size` there are; an empty list has one."""
    return max(1, -(-total // size))


def pager(place: str, page: int, pages: int, on_turn: Callable[[int], None]) -> None:
    """Draws the numbers, if there is more than one; `on_turn` is called with the page that was clicked."""
    if pages < 2:
        return
    key = f"{place}-{page}-of-{pages}"  # another page is another widget, which begins where the URL says
    width = 160 + 36 * min(pages, SHOWN)
    st.pagination(
        pages, default=page, max_visible_pages=SHOWN, key=key, on_change=_turned, args=(key, on_turn), width=width
    )


def _turned(key: str, on_turn: Callable[[int], None]) -> None:
    on_turn(st.session_state[key])
