"""The grid of faces (`ui/browser/gallery.js`): it scrolls through all hits of a question, and ticks them, in the
browser alone. It tells Python only what somebody asks for: another question, or something about the ticked faces.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

import streamlit as st

from ui.search import positive
from ui.session import selection
from ui.session.selection import Chosen
from ui.widgets.browser import browser_part

KEY = "gallery"
FIRST = 120  # hits that come with the page: about as many as a window shows
SEARCHING = ("similar", "person", "like", "unlike")  # what leads from one face to another question


class Offered(NamedTuple):
    """By name what can be done with the ticked faces, and with the question itself; and what is to be known of the
    answer, sentence by sentence.
    """

    tools: Mapping[str, str] = {}
    links: Mapping[str, str] = {}
    notes: tuple[str, ...] = ()


class Grid(NamedTuple):
    """`total` hits of one `generation`: the `first` of them, as `ui.session.hits` makes them, and the `params` of
    `GET /hits` that give the others (None: there are none). `title`, `note` and what is `offered` stand above them, and
    `ways` are those of SEARCHING that each face has.
    """

    total: int
    generation: int
    first: list[dict[str, Any]]
    params: Mapping[str, str] | None
    title: str
    note: str = ""
    ways: tuple[str, ...] = SEARCHING
    offered: Offered = Offered()


class Asked(NamedTuple):
    """What somebody asks for: about one `face`, about those that are `chosen`, or about the question itself."""

    what: str
    face: int | None = None
    chosen: Chosen | None = None


def gallery(grid: Grid, on_asked: Callable[[Asked], None]) -> None:
    """Draws it; `on_asked` is called before the page is drawn anew."""
    data = {
        "total": grid.total,
        "generation": grid.generation,
        "hits": grid.first,
        "query": None if grid.params is None else urlencode(grid.params),
        "title": grid.title,
        "note": grid.note,
        "ways": list(grid.ways),
        "tools": [{"what": what, "label": label} for what, label in grid.offered.tools.items()],
        "links": [{"what": what, "label": label} for what, label in grid.offered.links.items()],
        "notes": list(grid.offered.notes),
        "cleared": selection.cleared(),
    }
    browser_part("gallery", data, key=KEY, on={"asked": lambda: _asked(grid, on_asked)})


def _asked(grid: Grid, on_asked: Callable[[Asked], None]) -> None:
    if asked := read(st.session_state[KEY].get("asked"), grid):
        on_asked(asked)


def read(said: object, grid: Grid) -> Asked | None:
    """What the browser says; None for what it cannot mean on this page."""
    if not isinstance(said, dict):
        return None
    what, face = str(said.get("what")), said.get("face")
    if what in grid.offered.links:
        return Asked(what)
    if what in grid.offered.tools:
        chosen = Chosen.read(said)
        is_whole = chosen is not None and chosen.all
        return Asked(what, chosen=chosen) if chosen and not (is_whole and grid.params is None) else None
    number = positive(str(face)) if isinstance(face, int) else None
    if number is None or what not in grid.ways:
        return None
    return Asked(what, number)
