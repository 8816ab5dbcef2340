"""The row in which a person asks: the query, how sure, in which order, or a picture instead. Its state is the URL's,
whoever changed it.
"""

import streamlit as st

from retrieval.language.fields import FIELDS
from ui.search import Search
from ui.session.address import address, current
from ui.widgets import examples
from ui.words import percent

SORTS = {"confidence": "Surest first", "path": "By file name", "added": "Newest first", "taken": "By date taken"}
ALL = 0.0  # no precision in particular
PRECISIONS = (ALL, 0.8, 0.9, 0.95, 0.99)
SURE = (
    "Leaves out the doubtful ones: as many of the surest faces are shown as keep this share of them right, by the "
    "model's own probabilities, on photographs like CelebA's."
)
ATTRIBUTES_AND_OPERATORS = "The 40 attributes with AND, OR, NOT and parentheses; `Smiling > 0.9` sets a threshold. And:"
REMARKS = "`@name` asks a saved search. `#` begins a remark."


def language() -> str:
    """What can be asked, in Markdown: a line a word."""
    words = "\n".join(f"- `{field.example}`: {field.help}" for field in FIELDS.values())
    return f"{ATTRIBUTES_AND_OPERATORS}\n\n{words}\n\n{REMARKS}"


def ask(search: Search, referring: bool) -> None:
    """Draws it; while faces are `referring` to examples, they have an order of their own."""
    state = st.session_state
    state.query, state.sort, state.precision = search.query, search.sort, search.precision or ALL
    with st.container(horizontal=True, vertical_alignment="bottom", key="ask"):
        st.text_input(
            "Which faces?",
            key="query",
            on_change=_asked,
            icon=":material/search:",
            placeholder="Big_Nose AND NOT Eyeglasses",
            help=language(),
        )
        st.selectbox(
            "How sure",
            _precisions(search.precision),
            format_func=_spelled,
            key="precision",
            on_change=_sure,
            disabled=referring or not search.query.strip(),
            help=SURE,
            width=160,
        )
        st.selectbox(
            "Order", SORTS, format_func=SORTS.__getitem__, key="sort", on_change=_sorted, disabled=referring, width=160
        )
        examples.picture_box(on_change=_first_page)


def _precisions(asked: float | None) -> list[float]:
    """What can be chosen, and what a URL asks for."""
    return sorted({*PRECISIONS, asked or ALL})


def _spelled(precision: float) -> str:
    return f"{percent(precision)} right" if precision else "All that match"


def _asked() -> None:
    """A new question leaves the examples, unless it says among whom to look for their likes."""
    search, query = current(), st.session_state.query
    if search.within and query.strip():
        return address(search.asking(query=query))
    examples.put_away()
    return address(search.alone().asking(query=query))


def _sure() -> None:
    address(current().asking(precision=st.session_state.precision or None))


def _sorted() -> None:
    address(current().asking(sort=st.session_state.sort))


def _first_page() -> None:
    address(current().asking())
