"""The page "Search" where it answers a query: how many faces there are, how good the answer is, and the faces page by
page, to look at or to choose from.
"""

import time
from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from retrieval.library import Answer, Hit, Library
from ui.output import hopes
from ui.search import Search
from ui.session.address import address, current
from ui.widgets import bulk
from ui.widgets.bulk import Whole
from ui.widgets.gallery import Choice, browsing, gallery
from ui.widgets.paging import pager, pages_of
from ui.words import counted, percent

PAGE = 60  # faces; fills rows of 2, 3, 4, 5, 6 and 10


def results(library: Library, search: Search, query: str | None, matching: int) -> Choice | None:
    """Draws a page of the answer to `query`, which `matching` faces match; returns what was clicked on a face."""
    begin = time.perf_counter()
    answer, page = _asked(library, search, query)
    took = time.perf_counter() - begin
    pages = pages_of(answer.total, PAGE)
    st.markdown(_how_many(answer, matching, took))
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="tools"):
        if answer.total:
            bulk.switch()
        pager("above", page, pages, _turn)
    choice = None
    if not answer.total:
        _nothing(library, search, query)
    elif bulk.choosing():
        bulk.choose(library, answer.hits, _score(query), _whole(library, search, query, answer), query)
    else:
        choice = gallery(answer.hits, _score(query), browsing)
    with st.container(horizontal=True, horizontal_alignment="center"):
        pager("below", page, pages, _turn)
    return choice


def _asked(library: Library, search: Search, query: str | None) -> tuple[Answer, int]:
    """A page of the answer, the last one where there are fewer."""
    page = search.page
    while True:
        answer = library.find(
            query, limit=PAGE, offset=(page - 1) * PAGE, sort=search.sort, precision=_precision(search, query)
        )
        if page <= (last := pages_of(answer.total, PAGE)):
            return answer, page
        page = last


def _precision(search: Search, query: str | None) -> float | None:
    return search.precision if query else None


def _how_many(answer: Answer, matching: int, took: float) -> str:
    which = f"the surest of {matching:,}, " if answer.total < matching else ""
    return f"**{counted(answer.total, 'face')}** :gray[{which}in {took * 1000:,.0f} ms{hopes(answer)}]"


def _nothing(library: Library, search: Search, query: str | None) -> None:
    precision = _precision(search, query)
    surest = library.find(query, limit=1).hits if precision else []
    if surest and precision:
        said = f"No set of faces should be {percent(precision)} right: the surest face is at {percent(surest[0].score)}"
        said += ". Ask for less sureness, or for all that match."
    else:
        said = "No face matches. Take a condition away, or lower a threshold: `Smiling > 0.3`."
    st.info(said, icon=":material/info:")


def _whole(library: Library, search: Search, query: str | None, answer: Answer) -> Whole | None:
    """All faces of the answer, on every page; None where nothing was asked, so that nobody corrects a whole library."""
    if query is None:
        return None
    if search.precision is None:
        return Whole(answer.total, lambda: query)

    def surest() -> list[int]:
        return [hit.face for hit in library.find(query, limit=None, precision=search.precision)]

    return Whole(answer.total, surest)


def _turn(page: int) -> None:
    address(replace(current(), page=page))


def _score(query: str | None) -> Callable[[Hit], str | None]:
    return _confidence if query else _no_score


def _confidence(hit: Hit) -> str | None:
    return percent(hit.score)


def _no_score(hit: Hit) -> str | None:
    return None
