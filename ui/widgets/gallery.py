"""A grid of faces: each cut out of its photograph, with a number, the file's name, and what can be done with it.

It shows what it is given and returns what was clicked. It asks the library nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import PurePath
from typing import Literal, NamedTuple

import streamlit as st

from retrieval.errors import shown
from retrieval.library import Hit
from ui.session import selection
from ui.session.pictures import Thumbnail, thumbnail_of

NARROWEST = 148  # CSS pixels of a card: two beside each other on a phone
SPACE = "\u2423"
DECODERS = 4  # threads; the first card is on the page while the last is being decoded

Click = Literal["similar", "like", "unlike", "details"]
Controls = Callable[[Hit], Click | None]

ICONS: dict[Click, tuple[str, str]] = {
    "like": (":material/add:", "More like this one, too"),
    "unlike": (":material/remove:", "Less like this one"),
    "similar": (":material/image_search:", "Faces like this one alone"),
    "details": (":material/info:", "Its photograph, and all about it"),
}


class Choice(NamedTuple):
    """What was clicked, and on which face."""

    what: Click
    hit: Hit


def gallery(hits: Sequence[Hit], score: Callable[[Hit], str | None], controls: Controls) -> Choice | None:
    """Draws a card a face, with `score` and `controls` below it; returns the click of this run, if there was one."""
    choice = None
    with thumbnails_of(hits) as thumbnails, st.grid(min_column_width=NARROWEST, key="gallery") as grid:
        for hit, thumbnail in zip(hits, thumbnails, strict=True):
            with grid.cell(), st.container(gap="xxsmall", key=f"card-{hit.face}"):
                _picture(hit, thumbnail, score(hit))
                if what := controls(hit):
                    choice = Choice(what, hit)
    return choice


@contextmanager
def thumbnails_of(hits: Sequence[Hit]) -> Iterator[Iterator[Thumbnail]]:
    """The faces themselves, in order, cut out by several threads while the first are being shown."""
    with ThreadPoolExecutor(DECODERS) as pool:
        yield pool.map(thumbnail_of, hits)


def browsing(hit: Hit) -> Click | None:
    """What can be done with a face that answers a query."""
    with _controls():
        similar = st.button("Similar faces", key=f"similar-{hit.face}", width="stretch")
        return "similar" if similar else _icon("details", hit)


def comparing(hit: Hit) -> Click | None:
    """What can be done with a face that resembles the examples."""
    with _controls():
        clicks = [_icon(what, hit, "stretch") for what in ICONS]
    return next((click for click in clicks if click), None)


def selecting(place: str, hit: Hit) -> Click | None:
    """A box to select a face, ticked where `ui.session.selection` says so for that place."""
    selection.box(place, hit.face, "Select")
    return None


def judging(place: str, hit: Hit) -> Click | None:
    """As `selecting`, with a way to the photograph."""
    with _controls():
        with st.container(width="stretch"):
            selection.box(place, hit.face, "Select")
        return _icon("details", hit)


def file_name(photo: str) -> str:
    """The last part of a path, printable; spaces at its ends are made visible, or Streamlit would drop them."""
    name = shown(PurePath(photo).name)
    inner = name.strip(" ")
    before = len(name) - len(name.lstrip(" "))
    return f"{SPACE * before}{inner}{SPACE * (len(name) - len(inner) - before)}"


def _picture(hit: Hit, thumbnail: Thumbnail, score: str | None) -> None:
    name = file_name(hit.photo)
    st.image(thumbnail.jpeg, width="stretch", alt=f"Face {hit.face}, {name}")
    with st.container(horizontal=True, gap="xsmall", wrap=False, vertical_alignment="center"):
        if score:
            st.markdown(f"**{score}**", width="content", wrap=False)
        # st.text and nothing else for a name: it may hold Markdown, HTML, or the name of an emoji.
        st.text(name if thumbnail.reason is None else f"{name}: {thumbnail.reason}", width="stretch", wrap=False)


def _controls() -> "st.delta_generator.DeltaGenerator":
    return st.container(horizontal=True, gap="xxsmall", wrap=False, vertical_alignment="center")


def _icon(what: Click, hit: Hit, width: Literal["content", "stretch"] = "content") -> Click | None:
    icon, help = ICONS[what]
    return what if st.button("", icon=icon, help=help, key=f"{what}-{hit.face}", width=width) else None
