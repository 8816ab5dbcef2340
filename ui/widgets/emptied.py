"""Where nothing was found: a button for each threshold that could be moved a little, and for each condition that could
go, with the faces that there are then.
"""

import streamlit as st

from retrieval.language.query import Parsed
from retrieval.library import Library
from ui.explanations import MOST
from ui.session.address import address, current
from ui.words import counted, harmless


def ways_out(library: Library, query: Parsed) -> None:
    """Draws them, the least change first; nothing where no single one helps."""
    ways = [(one.instead, one.rest, one.faces, "tune") for one in library.moved(query)[:MOST]]
    ways += [(f"Without {one.condition}", one.rest, one.faces, "remove") for one in library.dropped(query)[:MOST]]
    with st.container(horizontal=True, gap="xsmall", key="without"):
        for place, (words, rest, faces, icon) in enumerate(ways):
            label = f"{harmless(words)}: {counted(faces, 'face')}"
            st.button(label, icon=f":material/{icon}:", key=f"without-{place}", on_click=_ask, args=(rest,))


def _ask(query: str) -> None:
    address(current().asking(query=query))
