"""The page "Review": a sample of an answer is judged face by face, and it says how good the answer is. The judging
itself happens in the browser (`ui/browser/review.js`).
"""

import streamlit as st

from retrieval.calibrations import Proposal
from retrieval.errors import FacequeryError, NoSuchSearch, QueryError
from retrieval.library import Library
from retrieval.tables.reviews import Review
from ui import reviewed
from ui.options import meant
from ui.search import Search
from ui.session.address import current
from ui.widgets import done
from ui.widgets.boxes import refused
from ui.widgets.browser import browser_part
from ui.words import counted, harmless, spelled

ABOUT = (
    "You are shown faces by chance: first 50 that match, then 50 that do not, most of which nearly do. Say of each "
    "whether it is what you asked for. Then it is known, on your photographs, how many of the answer are right and how "
    "many of all such faces it has. You can stop at any time, and go on later."
)


def show(library: Library, search: st.Page) -> None:
    """Draws the page for the question in the URL; `search` is where it is asked."""
    asked = current()
    done.announce(library)
    if not asked.query.strip():
        return _every(library, search)
    try:
        query = meant(library, asked.query.strip())
        review = library.reviews.of(query, asked.precision)
    except (QueryError, NoSuchSearch) as error:
        return refused(error)
    _heading(asked, query, search)
    if review is None:
        return _begin(library, query, asked.precision)
    return _judge(library, query, review)


def _heading(asked: Search, query: str, search: st.Page) -> None:
    st.page_link(search, label="Back to the answer", icon=":material/arrow_back:", query_params=asked.params())
    st.subheader("Is it what you asked for?", anchor=False)
    surest = "" if asked.precision is None else f", the surest ({asked.precision:.0%} right)"
    st.caption(f"{harmless(query)}{surest}")


def _begin(library: Library, query: str, precision: float | None) -> None:
    st.markdown(ABOUT)
    if st.button("Begin", type="primary", key="begin"):
        _draw(library, query, precision)


def _judge(library: Library, query: str, review: Review) -> None:
    single = library.reviews.single(query)
    data = {
        "review": review.id,
        "question": query,
        "keep": None if single is None else f"Also correct {spelled(single[0])} of these faces",
    }
    browser_part("review", data, key=f"review-{review.id}")
    if (name := library.calibrations.told_by(query)) is not None:
        _calibration(library, name)
    if review.judged and st.button("Begin another, of other faces", type="tertiary", key="another"):
        _draw(library, query, review.precision)


def _calibration(library: Library, name: str) -> None:
    """What was judged so far would move the calibration of the one attribute that is asked for: on a second click."""
    shown = f"calibration-{name}"
    label = f"Move the calibration of {spelled(name)} to your photographs"
    if st.button(label, type="tertiary", icon=":material/tune:", key="calibrate"):
        st.session_state[shown] = True
    if not st.session_state.get(shown):
        return None
    try:
        proposal = library.calibrations.proposal(name)
    except FacequeryError as error:
        return refused(error)
    for line in reviewed.of_calibration(proposal):
        st.text(line)
    st.caption("It counts for thresholds, ranking and what is expected of answers. The history can take it back.")
    st.button("Move it", key="move", on_click=_move, args=(library, proposal, shown))
    return None


def _move(library: Library, proposal: Proposal, shown: str) -> None:
    if done.attempt(lambda: library.calibrations.move(proposal)):
        st.session_state.pop(shown, None)


def _draw(library: Library, query: str, precision: float | None) -> None:
    try:
        library.reviews.begin(query, precision)
    except FacequeryError as error:
        refused(error)
    else:
        st.rerun()


def _every(library: Library, search: st.Page) -> None:
    """Every review, where no question is asked."""
    known = library.reviews.listed()
    if not known:
        st.info("Nothing is reviewed yet. Ask something, then choose “Review this answer”.", icon=":material/rule:")
        st.page_link(search, label="Search")
    for review in known:
        statement = library.reviews.statement(review.id)
        says = reviewed.said(review, statement, library.reviews.since(review.id)) if statement.precision else ""
        with st.container(horizontal=True, key=f"known-{review.id}"):
            st.text(review.query)
            st.caption(says or f"{counted(review.judged, 'face')} judged, which says nothing yet")
