"""In the details of a face: what a person said of it, and a way to say it. The answer behind follows at once."""

import streamlit as st

from retrieval.attributes import GROUPS
from retrieval.library import Library
from ui.widgets import done
from ui.words import harmless, spelled

HAS, HAS_NOT, NOTHING = "has it", "has it not", "ask the model"
VALUES = {HAS: True, HAS_NOT: False, NOTHING: None}


def correction_box(library: Library, face: int) -> None:
    """Draws it; after a click the page is drawn anew, without the dialog."""
    said = library.corrections(face)
    if said:
        words = ", ".join(f"{spelled(name)}: {'yes' if value else 'no'}" for name, value in said.items())
        st.caption(harmless(f"You said {words}"))
    names = sum(GROUPS.values(), ())
    with st.container(horizontal=True, vertical_alignment="bottom", key="correction"):
        st.selectbox("The model is wrong about", names, format_func=spelled, key="correction-name", width=220)
        st.segmented_control("This face", VALUES, default=HAS, key="correction-value", required=True)
        if st.button("Say so", on_click=_say, args=(library, face), key="correction-say"):
            st.rerun()


def _say(library: Library, face: int) -> None:
    name, choice = st.session_state["correction-name"], st.session_state["correction-value"]
    done.attempt(lambda: library.correct([face], {name: VALUES[choice]}))
