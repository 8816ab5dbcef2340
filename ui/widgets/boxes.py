"""The one box in which an error of ours is shown. Errors that are not ours are not caught here or anywhere."""

import streamlit as st

from retrieval.errors import FacequeryError, QueryError, either, excerpt
from ui.search import corrected, offers
from ui.words import fenced, sentence


def refused(error: FacequeryError) -> None:
    """Shows what, why and what to do."""
    st.error(sentence(str(error)), icon=":material/error:")


def misread(error: QueryError) -> str | None:
    """Shows where a query stops making sense; returns the query with the suggestion that was clicked, if any."""
    line, column = excerpt(error.query, error.position)
    body = [sentence(error.problem)]
    if error.query.strip():
        body.append(fenced([line, " " * column + "^"]))
    st.error("\n\n".join(body), icon=":material/error:")
    suggestions = offers(error)
    if others := [suggestion for suggestion in error.suggestions if suggestion not in suggestions]:
        st.text(f"Did you mean {either(others)}?")  # of no use by itself, but what the command line says too
    return _did_you_mean(error, suggestions) if suggestions else None


def _did_you_mean(error: QueryError, suggestions: list[str]) -> str | None:
    picked = None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text("Did you mean")
        for number, suggestion in enumerate(suggestions):
            if st.button(suggestion, key=f"suggestion-{number}"):
                picked = corrected(error, suggestion)
    return picked
