"""Saved searches in the app: a row of names, each asked anew by a click, and a place to keep the query asked now, or to
forget it again.
"""

import streamlit as st

from retrieval.errors import FacequeryError, QueryError
from retrieval.library import Library
from retrieval.spelling import composed
from ui.reviewed import said_of
from ui.widgets import done
from ui.widgets.boxes import refused
from ui.words import harmless


def saved_list(library: Library, query: str) -> str | None:
    """Draws it; returns the query whose name was clicked, if one was."""
    clicked = None
    searches, reviewed = library.searches(), bool(library.reviews.listed())
    if not searches and not query.strip():
        return None
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="saved"):
        for place, (name, kept) in enumerate(searches.items()):
            said = _reviewed(library, kept) if reviewed else None
            about = harmless(" · ".join(filter(None, [kept, said])))
            if st.button(harmless(name), key=f"saved-{place}", icon=":material/bookmark:", help=about):
                clicked = kept
        if known := [
            name for name, kept in searches.items() if query == kept or composed(query) == composed(f"@{name}")
        ]:
            for place, name in enumerate(known):
                words = f"Forget “{harmless(name)}”"
                st.button(words, type="tertiary", key=f"forget-{place}", on_click=_forget, args=(library, name))
        elif query.strip() and not query.strip().startswith("@"):
            _keep(library, query)
    return clicked


def _reviewed(library: Library, query: str) -> str | None:
    """What a review says of it; None for a query that this version cannot read, too."""
    try:
        return said_of(library, query)
    except QueryError:
        return None


def _forget(library: Library, name: str) -> None:
    try:
        library.remove_search(name)
    except FacequeryError as error:
        done.refuse(error)


def _keep(library: Library, query: str) -> None:
    with st.form("keep-form", border=False):  # of which Enter is the button
        label, tip = "Keep this search under a name", "Then `@name` in the box asks it again."
        name = st.text_input(label, key="keep-name", help=tip)
        wanted = st.form_submit_button("Keep", key="keep")
    if wanted:
        try:
            _save(library, name.strip(), query)
        except FacequeryError as error:
            return refused(error)
        except ValueError as error:
            st.error(harmless(str(error)))
            return None
        st.rerun()
    return None


def _save(library: Library, name: str, query: str) -> None:
    """ValueError where the name is another query's."""
    kept = {composed(other): asked for other, asked in library.searches().items()}
    if kept.get(composed(name), query) != query:
        raise ValueError(f"Another search is called “{name}” already: choose another name, or forget that one first.")
    library.save_search(name, query)
