"""Shortlists in the app, for tests."""

from collections.abc import Sequence

from streamlit.testing.v1 import AppTest

from retrieval.library import Library
from tests.ui.conftest import Open, Shelf, at_ease


def on(shelf: Shelf, name: str) -> list[tuple[int, str | None]]:
    with Library.open(shelf.library) as library:
        return [(entry.face, entry.note) for entry in library.shortlists.entries(name)]


def listed(shelf: Shelf, name: str = "Casting", faces: Sequence[int] = (2, 3, 1)) -> Shelf:
    with Library.open(shelf.library) as library:
        library.shortlists.add(name, faces)
    return shelf


def page(opened: Open, shelf: Shelf, **params: str) -> AppTest:
    app = opened(shelf.library, at="shortlists", **params)
    assert at_ease(app)
    return app
