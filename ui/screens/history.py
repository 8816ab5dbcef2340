"""The page "History": what people said of faces and of persons, the last first, each of which can be taken back."""

import streamlit as st

from retrieval.errors import shown
from retrieval.library import Library
from retrieval.tables.actions import Action
from ui.widgets import done
from ui.words import described, when

MORE = 50  # actions that are shown, and then again as many
WIDTH = 760  # CSS pixels
ICONS = {
    **{"correct": ":material/edit:", "people": ":material/group:", "lists": ":material/list_alt:"},
    **{"review": ":material/rule:", "calibrate": ":material/tune:"},
}


def show(library: Library, search: st.Page) -> None:
    """Draws the page for a library; `search` is where corrected faces are looked at."""
    with st.container(width=WIDTH):
        st.subheader("What you said", anchor=False)
        done.announce(library)
        wanted: int = st.session_state.get("actions", MORE)
        actions = library.history(wanted + 1)
        if not actions:
            return _nothing_yet(search)
        st.caption("It outranks every model. Whatever is undone, what was said since stays.")
        st.page_link(search, label="The faces that you corrected", query_params={"q": "corrected"})
        for action in actions[:wanted]:
            _row(library, action)
        if len(actions) > wanted:
            st.button("Show more", key="more", on_click=_more, args=(wanted,))
    return None


def _row(library: Library, action: Action) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"action-{action.id}"):
        st.markdown(ICONS[action.kind], width="content")
        with st.container(gap=None, width="stretch"):
            # st.text and nothing else: names and queries may hold Markdown or HTML.
            st.text(shown(described(action)))
            st.caption(f"{when(action.made)} · action {action.id}")
        if action.undone:
            st.badge("undone", color="gray")
        else:
            done.undo_button(library, action.id, f"undo-{action.id}")


def _nothing_yet(search: st.Page) -> None:
    st.info(
        "Nothing yet. Select faces in the search and say what they have or have not, or name somebody among the "
        "people: it is listed here, and can be undone.",
        icon=":material/history:",
    )
    st.page_link(search, label="Search")


def _more(wanted: int) -> None:
    st.session_state.actions = wanted + MORE
