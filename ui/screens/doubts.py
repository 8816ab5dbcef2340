"""The page "People" where it asks: pairs of faces that may be one person, one at a time, to be answered yes or no."""

import streamlit as st

from retrieval.errors import NotRecognised
from retrieval.library import Library
from ui.widgets import done
from ui.widgets.boxes import refused
from ui.widgets.question import come_again, is_put_off, next_doubt, question

ABOUT = "Grouping was not sure of these, and so asserts nothing. “Yes” makes one group of two; “No” holds for good."


def show(library: Library) -> None:
    """Draws the likeliest question, or says that there is none."""
    st.button("All people", icon=":material/arrow_back:", type="tertiary", key="back", on_click=_back)
    done.announce(library)
    st.subheader("The same person?", anchor=False)
    st.caption(ABOUT)
    try:
        with st.spinner("Comparing the faces with one another …"):
            doubt = next_doubt(library)
    except NotRecognised as error:
        return refused(error)
    return question(library, doubt) if doubt else _nothing_left()


def _nothing_left() -> None:
    if is_put_off():
        st.info("All others are answered.", icon=":material/group:")
        st.button("Ask those that were put off", key="again", on_click=come_again)
    else:
        st.info("There is nothing to ask: no other two faces are nearly alike enough.", icon=":material/group:")


def _back() -> None:
    come_again()
    st.query_params.clear()
