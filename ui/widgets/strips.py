"""The strip over the grid: when the hits were taken (`ui/browser/timeline.js`). It asks the server itself for what it
draws; Python hears of another question.
"""

from collections.abc import Callable

import streamlit as st

from retrieval.browse import Known
from retrieval.language.query import Parsed
from ui import conditions
from ui.widgets.browser import browser_part

TIMELINE = "timeline"


def timeline(query: Parsed | None, known: Known, on_asked: Callable[[str], None]) -> None:
    """Draws it where any photograph has a date; `on_asked` gets the next query before the page is drawn anew."""
    if known.dates:
        data = {"query": query.text if query else "", "generation": known.generation}
        browser_part("timeline", data, key=TIMELINE, on={"asked": lambda: heard(TIMELINE, query, on_asked)})


def heard(key: str, query: Parsed | None, on_asked: Callable[[str], None]) -> None:
    """What the part with that key asks for, as the query to go to."""
    wanted = conditions.asked(query, st.session_state[key].get("asked"))
    if wanted is not None:
        on_asked(wanted)
