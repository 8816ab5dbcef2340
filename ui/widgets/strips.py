"""The strip over the grid: when and where the hits were taken (`ui/browser/strip.js`). It asks the server itself for
what it draws; Python hears of another question.
"""

from collections.abc import Callable

import streamlit as st

from retrieval.browse import Known
from retrieval.language.query import Parsed
from ui import conditions
from ui.widgets.browser import browser_part

KEY = "strip"


def strip(query: Parsed | None, known: Known, on_asked: Callable[[str], None]) -> None:
    """Draws it where any photograph says when or where; `on_asked` gets the next query, before the page is drawn."""
    if known.dates or known.places:
        data = {"query": query.text if query else "", **known._asdict()}
        browser_part("strip", data, key=KEY, on={"asked": lambda: heard(KEY, query, on_asked)})


def heard(key: str, query: Parsed | None, on_asked: Callable[[str], None]) -> None:
    """What the part with that key asks for, as the query to go to."""
    wanted = conditions.asked(query, st.session_state[key].get("asked"))
    if wanted is not None:
        on_asked(wanted)
