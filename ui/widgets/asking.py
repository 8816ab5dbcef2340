"""The bar in which a person asks: the query, how sure, in which order, or a picture instead. Its state is the URL's,
whoever changed it. The query field itself runs in the browser (`ui/browser/querybar.js`).
"""

from collections.abc import Iterable

import streamlit as st

from retrieval.language.fields import FIELDS
from retrieval.language.synonyms import SYNONYMS
from retrieval.library import Library
from ui.search import Search
from ui.session.address import address, current
from ui.widgets import examples
from ui.widgets.browser import browser_part
from ui.widgets.saved_searches import saved_list
from ui.words import percent

QUERY = "querybar"
SORTS = {"confidence": "Surest first", "path": "By file name", "added": "Newest first", "taken": "By date taken"}
ALL = 0.0  # no precision in particular
PRECISIONS = (ALL, 0.8, 0.9, 0.95, 0.99)
SURE = (
    "Leaves out the doubtful ones: as many of the surest faces are shown as keep this share of them right, by the "
    "model's own probabilities, on photographs like CelebA's."
)
PLACEHOLDER = "smiling woman with glasses, or Big_Nose AND NOT Eyeglasses"
ATTRIBUTES_AND_OPERATORS = "The 40 attributes with AND, OR, NOT and parentheses; `Smiling > 0.9` sets a threshold. And:"
REMARKS = "`@name` asks a saved search. `#` begins a remark."


def language() -> str:
    """What can be asked, in Markdown: a line a word."""
    words = "\n".join(f"- `{field.example}`: {field.help}" for field in FIELDS.values())
    said = ", ".join(f"`{row.words[0]}`: {row.meaning}" for row in SYNONYMS)
    spoken = f"As people speak, `smiling woman with glasses, no hat` will do: a comma and `with` are AND, `without` \
and `no` are NOT. Words that are read as an attribute: {said}."
    return f"{ATTRIBUTES_AND_OPERATORS}\n\n{words}\n\n{spoken}\n\n{REMARKS}"


def ask(library: Library, search: Search, referring: bool, proposed: Iterable[str]) -> str | None:
    """Draws it; while faces are `referring` to examples, they have an order of their own. Where nothing is asked, the
    queries `proposed` stand below. Returns the saved search that was clicked, if one was.
    """
    state = st.session_state
    state.sort, state.precision = search.sort, search.precision or ALL
    with st.container(horizontal=True, vertical_alignment="top", gap="small", key="ask"):
        with st.container(key="ask-query"):
            offered = [] if referring else [{"text": query, "query": query} for query in proposed]
            data = {"query": search.query, "placeholder": PLACEHOLDER, "offered": offered}
            browser_part("querybar", data, key=QUERY, on={"asked": _heard})
        with st.container(horizontal=True, wrap=False, gap="xsmall", width="content", key="ask-how"):
            st.selectbox(
                "How sure",
                _precisions(search.precision),
                format_func=_spelled,
                key="precision",
                on_change=_sure,
                disabled=referring or not search.query.strip(),
                label_visibility="collapsed",
                width=140,
            )
            st.selectbox(
                "Order",
                SORTS,
                format_func=SORTS.__getitem__,
                key="sort",
                on_change=_sorted,
                disabled=referring,
                label_visibility="collapsed",
                width=140,
            )
            examples.picture_box(on_change=_first_page)
            with st.popover("Saved searches, and what can be asked", key="sign-help", help="Saved, and help"):
                kept = saved_list(library, search.query)
                st.markdown(f"{language()}\n\n**How sure**: {SURE}")
    return kept


def _precisions(asked: float | None) -> list[float]:
    """What can be chosen, and what a URL asks for."""
    return sorted({*PRECISIONS, asked or ALL})


def _spelled(precision: float) -> str:
    return f"{percent(precision)} right" if precision else "All that match"


def _heard() -> None:
    asked(st.session_state[QUERY].asked or "")


def asked(query: str) -> None:
    """A new question leaves the examples, unless it says among whom to look for their likes."""
    search = current()
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
