"""One face in a dialog: its photograph with the face framed, and everything the model says about it."""

import pandas as pd
import streamlit as st

from indexer.read import UnreadableImage
from retrieval.attributes import GROUPS, JUDGEMENTS, UNRELIABLE
from retrieval.errors import shown
from retrieval.library import Hit
from ui.crops import SIDE, Marked, placeholder
from ui.pictures import photograph_of
from ui.words import remarks, spelled

WIDEST, HIGHEST = 700, 520  # CSS pixels of a photograph


@st.dialog("Face and photograph", width="large")
def details(hit: Hit) -> None:
    """Opens the dialog."""
    photograph, attributes = st.columns([3, 2], gap="medium")
    with photograph:
        _photograph(hit)
    with attributes:
        _attributes(hit)


def _photograph(hit: Hit) -> None:
    try:
        photograph = photograph_of(hit)
        st.image(photograph.jpeg, width=_width(photograph), alt="The photograph, the face framed")
    except UnreadableImage as error:
        st.image(placeholder(), width=SIDE, alt="No photograph")
        st.text(f"The photograph cannot be shown: {error.reason}.")
    st.text(shown(hit.photo))
    left, top, right, bottom = hit.box
    st.caption(f"Face {hit.face}, {right - left} x {bottom - top} pixels at {left}, {top}")


def _attributes(hit: Hit) -> None:
    rows = [(spelled(name), hit.attributes[name] * 100, _badge(name)) for name in sum(GROUPS.values(), ())]
    table = pd.DataFrame(rows, columns=["Attribute", "Probability", "Note"]).sort_values(
        "Probability", ascending=False, kind="stable"
    )
    column = st.column_config.ProgressColumn(format="%.1f %%", min_value=0, max_value=100)
    st.dataframe(table, hide_index=True, height=460, column_config={"Probability": column})
    for sentence in remarks(hit.attributes):
        st.caption(sentence)


def _width(photograph: Marked) -> int:
    """CSS pixels, so that all of it is seen at once on a laptop."""
    return min(WIDEST, HIGHEST * photograph.width // photograph.height)


def _badge(name: str) -> str:
    if name in JUDGEMENTS:
        return "an opinion"
    return "doubtful label" if name in UNRELIABLE else ""
