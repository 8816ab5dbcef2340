"""Saying of many faces at once what they have and have not, in a dialog over the page.

What is said outranks the model, is one action, and can be taken back; `ui.widgets.done` shows it.
"""

from collections.abc import Callable, Collection, Iterable

import streamlit as st

from retrieval.attributes import GROUPS
from retrieval.library import Library
from ui.session import selection
from ui.widgets import done
from ui.words import counted, spelled

VALUES = {"has it": True, "has it not": False, "ask the model": None}
_NAME, _SAID = "bulk-name", "bulk-said"
Which = Callable[[], str | Iterable[int]]  # of which faces, as `Library.correct` wants them
NOT_EVERYBODY = "These are all faces of the library. Ask for something first: nobody says a thing of all at once."


def say(library: Library, which: Which, announced: int, named: Collection[str]) -> None:
    """Opens the dialog about the faces that `which` gives, `announced` of them by what the page says: first about an
    attribute that the query has `named`.
    """
    st.session_state.pop(_SAID, None)
    _dialog(library, which, announced, named)


@st.dialog("What have they, or have they not?", width="medium")
def _dialog(library: Library, which: Which, announced: int, named: Collection[str]) -> None:
    st.markdown(f"**{counted(announced, 'face')}**")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        _attribute(named)
        for value in VALUES:
            st.button(
                value.capitalize(),
                key=f"say-{value.replace(' ', '-')}",
                on_click=_say,
                args=(library, which, value, announced),
            )
    st.caption("Your word outranks the model's, and one undo takes it back.")
    if st.session_state.pop(_SAID, False):
        st.rerun()  # which ends the dialog; what was said changes the answer


def _attribute(named: Collection[str]) -> None:
    """What is to be said something about: of the query's attributes the first, until a person chooses another."""
    names = sum(GROUPS.values(), ())
    first = next((name for name in names if name in named), names[0])
    if _NAME not in st.session_state:
        st.session_state[_NAME] = first
    st.selectbox(
        "What they have or have not", names, format_func=spelled, key=_NAME, width=200, label_visibility="collapsed"
    )


def _say(library: Library, which: Which, value: str, announced: int) -> None:
    said = {st.session_state[_NAME]: VALUES[value]}
    if done.attempt(lambda: library.correct(which(), said, announced=announced)):
        selection.clear_grid()
    st.session_state[_SAID] = True
