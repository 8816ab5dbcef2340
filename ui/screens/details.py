"""One face in a dialog: its photograph with the face framed, and everything the model says about it."""

import pandas as pd
import streamlit as st

from indexer.read import UnreadableImage
from retrieval.answers.explain import Explanation
from retrieval.attributes import GROUPS, JUDGEMENTS, UNRELIABLE
from retrieval.errors import shown
from retrieval.library import Hit, Library
from ui.explanations import rows, turning
from ui.files.crops import SIDE, Marked, placeholder
from ui.session.pictures import photograph_of
from ui.widgets.correction_box import correction_box
from ui.words import harmless, remarks, sayings, sentence, spelled

WIDEST, HIGHEST = 700, 520  # CSS pixels of a photograph


@st.dialog("Face and photograph", width="large")
def details(library: Library, hit: Hit, explanation: Explanation | None = None) -> None:
    """Opens the dialog; with an explanation, it also says why the face answers the query."""
    photograph, attributes = st.columns([3, 2], gap="medium")
    with photograph:
        _photograph(hit)
        if explanation is not None:
            _reasons(explanation)
    with attributes:
        _attributes(hit)
    correction_box(library, hit.face)


def _photograph(hit: Hit) -> None:
    try:
        photograph = photograph_of(hit)
        st.image(photograph.jpeg, width=_width(photograph), alt="The photograph, the face framed")
    except UnreadableImage as error:
        st.image(placeholder(), width=SIDE, alt="No photograph")
        st.text(f"The photograph cannot be shown: {error.reason}.")
    st.text(shown(hit.photo))
    for line in sayings(hit):
        st.text(line)
    left, top, right, bottom = hit.box
    st.caption(f"Face {hit.face}, {right - left} x {bottom - top} pixels at {left}, {top}")


def _reasons(explanation: Explanation) -> None:
    reasons, turned = rows(explanation), turning(explanation)
    st.caption(f"Why it {'matches' if explanation.matches else 'does not match'} {harmless(explanation.query)}")
    table = pd.DataFrame(reasons, columns=["Term", "Probability of threshold", "Margin", "Holds"])
    st.dataframe(table, hide_index=True)
    st.caption(sentence(turned))


def _attributes(hit: Hit) -> None:
    values = [(spelled(name), hit.attributes[name] * 100, _badge(name)) for name in sum(GROUPS.values(), ())]
    table = pd.DataFrame(values, columns=["Attribute", "Probability", "Note"]).sort_values(
        "Probability", ascending=False, kind="stable"
    )
    column = st.column_config.ProgressColumn(format="%.1f %%", min_value=0, max_value=100)
    st.dataframe(table, hide_index=True, height=460, column_config={"Probability": column})
    for remark in remarks(hit.attributes):
        st.caption(remark)


def _width(photograph: Marked) -> int:
    """CSS pixels, so that all of it is seen at once on a laptop."""
    return max(1, min(WIDEST, HIGHEST * photograph.width // photograph.height))


def _badge(name: str) -> str:
    if name in JUDGEMENTS:
        return "an opinion"
    return "doubtful label" if name in UNRELIABLE else ""
