"""The page "Search" where it answers a query: how many faces there are, how good the answer is, and the faces page by
page, to look at or to choose from.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from retrieval.language.query import Parsed
from retrieval.library import Answer, Hit, Library
from ui.output import hopes
from ui.search import Search
from ui.session.address import address, current
from ui.widgets import bulk
from ui.widgets.bulk import Whole
from ui.widgets.emptied import ways_out
from ui.widgets.gallery import Choice, browsing, gallery
from ui.widgets.paging import pager, pages_of
from ui.words import counted, percent

Find = Callable[..., Answer]  # `Library.find` of a query

PAGE = 60  # faces; fills rows of 2, 3, 4, 5, 6 and 10


def results(library: Library, search: Search, query: Parsed | None, matching: int) -> Choice | None:
    """Draws a page of the answer to `query`, which `matching` faces match; returns what was clicked on a face."""
    find, precision = partial(library.find, query), search.precision if query else None
    begin = time.perf_counter()
    answer, page = _asked(find, search, precision)
    took = time.perf_counter() - begin
    pages = pages_of(answer.total, PAGE)
    st.markdown(_how_many(answer, matching, took))
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="tools"):
        if answer.total:
            bulk.switch()
        pager("above", page, pages, _turn)
    choice, score = None, _confidence if query else _no_score
    if not answer.total:
        _nothing(library, query, precision)
    elif bulk.choosing():
        whole = Whole(answer.total, _which(find, query, precision)) if query else None  # nobody corrects all there are
        bulk.choose(library, answer.hits, score, whole, query.attributes if query else ())
    else:
        choice = gallery(answer.hits, score, browsing)
    with st.container(horizontal=True, horizontal_alignment="center"):
        pager("below", page, pages, _turn)
    return choice


def _asked(find: Find, search: Search, precision: float | None) -> tuple[Answer, int]:
    """A page of the answer, the last one where there are fewer."""
    page = search.page
    while True:
        answer = find(limit=PAGE, offset=(page - 1) * PAGE, sort=search.sort, precision=precision)
        if page <= (last := pages_of(answer.total, PAGE)):
            return answer, page
        page = last


def _how_many(answer: Answer, matching: int, took: float) -> str:
    which = f"the surest of {matching:,}, " if answer.total < matching else ""
    return f"**{counted(answer.total, 'face')}** :gray[{which}in {took * 1000:,.0f} ms{hopes(answer)}]"


def _nothing(library: Library, query: Parsed | None, precision: float | None) -> None:
    surest = library.find(query, limit=1).hits if precision else []
    if surest and precision:
        said = f"No set of faces should be {percent(precision)} right: the surest face is at {percent(surest[0].score)}"
        said += ". Ask for less sureness, or for all that match."
    else:
        said = "No face matches. Take a condition away, or lower a threshold: `Smiling > 0.3`."
    st.info(said, icon=":material/info:")
    if query is not None and not surest:
        ways_out(library, query)


def _which(find: Find, query: Parsed, precision: float | None) -> Callable[[], str | list[int]]:
    """What says of which faces the answer is, on every page: the query, or where only the surest are meant, these."""
    if precision is None:
        return lambda: query.text
    return lambda: [hit.face for hit in find(limit=None, precision=precision)]


def _turn(page: int) -> None:
    address(replace(current(), page=page))


def _confidence(hit: Hit) -> str | None:
    return percent(hit.score)


def _no_score(hit: Hit) -> str | None:
    return None
