"""The page "Search" where it answers a query: how many faces there are, how good the answer is, and all of them in a
grid.
"""

import time
from collections.abc import Callable

import streamlit as st

from retrieval.language.query import Parsed
from retrieval.library import Answer, Library
from ui.output import hopes
from ui.reviewed import said_of
from ui.search import Search
from ui.session.hits import a_hit
from ui.session.selection import Chosen
from ui.widgets.emptied import ways_out
from ui.widgets.gallery import FIRST, Asked, Grid, Offered, gallery
from ui.words import counted, percent, sentence


def results(
    library: Library,
    search: Search,
    query: Parsed | None,
    matching: int,
    offered: Offered,
    on_asked: Callable[[Asked], None],
) -> None:
    """Draws the answer to `query`, which `matching` faces match; `on_asked` hears of what is asked for in the grid."""
    precision = search.precision if query else None
    begin = time.perf_counter()
    answer = library.find(query, limit=FIRST, sort=search.sort, precision=precision)
    took = time.perf_counter() - begin
    if not answer.total:
        st.markdown(f"**{counted(0, 'face')}** :gray[{_note(answer, matching, took)}]")
        _nothing(library, query, precision)
        for note in offered.notes:
            st.caption(sentence(note))
        return
    said = (lambda score: percent(score)) if query else (lambda score: None)
    grid = Grid(
        answer.total,
        answer.generation,
        [a_hit(hit.face, hit.photo, said(hit.score)) for hit in answer.hits],
        search.params(),
        counted(answer.total, "face"),
        _note(answer, matching, took, said_of(library, query, precision)),
        offered=offered,
    )
    gallery(grid, on_asked)


def which(library: Library, search: Search, query: Parsed | None, chosen: Chosen) -> str | list[int]:
    """What says of which faces of the answer a person speaks: the query where it is all of it, or these."""
    if not chosen.all:
        return list(chosen.faces)
    if query is not None and not chosen.faces and search.precision is None:
        return query.text
    return chosen.among(library.listing(query, precision=search.precision if query else None).faces)


def _note(answer: Answer, matching: int, took: float, reviewed: str | None = None) -> str:
    which = f"the surest of {matching:,}, " if answer.total < matching else ""
    return f"{which}in {took * 1000:,.0f} ms{hopes(answer, reviewed)}"


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
