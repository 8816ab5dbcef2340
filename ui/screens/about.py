"""What a person should know about the library and the words it is searched by, and the app's icon."""

import streamlit as st
from PIL import Image, ImageDraw

from retrieval.attributes import JUDGEMENTS, UNRELIABLE
from retrieval.library import Library
from ui.session import models
from ui.words import JUDGEMENT, LICENCE, UNRELIABLE_LABELS, counted, harmless, listed

INK, PAPER = (43, 103, 119), (255, 255, 255)


def library(library: Library) -> None:
    """How much there is in the library, and whose judgement its words are."""
    totals, model = library.totals(), library.model
    st.caption(f"{counted(totals.faces, 'face')} in {counted(totals.photos, 'photograph')}")
    with st.expander("About these words", icon=":material/info:"):
        name = harmless(model.name) if model else "a network"
        st.caption(f"The attributes are guesses of {name}, {LICENCE}.")
        if model and (licence := models.licence(model)):
            st.caption(f"Its licence: {harmless(licence)}")
        st.caption(f"{listed(JUDGEMENTS)}: each {JUDGEMENT}.")
        st.caption(f"{listed(UNRELIABLE)}: {UNRELIABLE_LABELS}.")


def icon() -> Image.Image:
    """A face under a magnifying glass, 64 x 64: drawn, since a named one would be fetched from the network."""
    image = Image.new("RGBA", (256, 256))
    pen = ImageDraw.Draw(image)
    pen.line((160, 160, 236, 236), fill=INK, width=36)
    pen.ellipse((16, 16, 192, 192), fill=PAPER, outline=INK, width=22)
    for x in (78, 130):
        pen.ellipse((x - 10, 82, x + 10, 102), fill=INK)
    pen.arc((68, 84, 140, 148), 25, 155, fill=INK, width=12)
    return image.resize((64, 64), Image.Resampling.LANCZOS)
