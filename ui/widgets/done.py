"""What was just done, in one line above the page, with a way to take it back; or why it was not done.

Callbacks leave their word here, and the page that is drawn next shows it.
"""

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from retrieval.errors import FacequeryError
from retrieval.library import Library
from retrieval.tables.actions import Action
from ui.widgets.boxes import refused
from ui.words import described, harmless

_WORD = "done"
NOTHING = "Nothing was changed: all of it was said before."


class Word(NamedTuple):
    """One line; `action` is what can be taken back."""

    line: str
    action: int | None = None


def tell(action: Action | None) -> None:
    """Leaves word of an action; None is one that changed nothing, as the second of a double click."""
    left = st.session_state.get(_WORD)
    if action is not None:
        st.session_state[_WORD] = Word(described(action), action.id)
    elif not (isinstance(left, Word) and left.action):
        st.session_state[_WORD] = Word(NOTHING)


def say(line: str) -> None:
    """Leaves word of something that cannot be taken back."""
    st.session_state[_WORD] = Word(line)


def refuse(error: FacequeryError) -> None:
    """Leaves word of why something was not done."""
    st.session_state[_WORD] = error


def attempt(said: Callable[[], Action | None]) -> bool:
    """Says something to the library and leaves word of it; False if it was refused."""
    try:
        tell(said())
    except FacequeryError as error:
        refuse(error)
        return False
    return True


def announce(library: Library) -> None:
    """Shows the word that was left, if one was."""
    word: Word | FacequeryError | None = st.session_state.get(_WORD)
    if isinstance(word, FacequeryError):
        refused(word)
    elif word is not None:
        with st.container(key="done", border=True, horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f":material/check: {harmless(word.line)}", width="stretch")
            if word.action is not None:
                undo_button(library, word.action, "undo-last", shortcut="Z")


def forget() -> None:
    """Ends what is shown: to be called when a page has been drawn to its end, and not started anew half-way."""
    st.session_state.pop(_WORD, None)


def undo_button(library: Library, action: int, key: str, *, shortcut: str | None = None) -> None:
    """A button that takes an action back."""
    icon, told = ":material/undo:", (library, action)
    st.button("Undo", icon=icon, type="tertiary", key=key, on_click=_undo, args=told, shortcut=shortcut)


def _undo(library: Library, action: int) -> None:
    try:
        undone = library.undo(action)
    except FacequeryError as error:
        refuse(error)
    else:
        say(f"Undone: {described(undone)}")
