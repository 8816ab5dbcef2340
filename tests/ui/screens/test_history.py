"""The page of what was said, and taking it back."""

import pytest

from retrieval.library import Library
from retrieval.writing import store
from tests.retrieval.made import MODEL
from tests.ui.conftest import Open, Shelf, at_ease, everything, pressed
from ui.screens import history

NAME = "**Anna** <b> :smile: `x`"


def test_without_history_it_says_what_to_do(opened: Open, few: Shelf) -> None:
    app = opened(few.library, at="history")
    assert at_ease(app) and "Nothing yet. Select faces" in app.info[0].value


def test_a_library_that_is_not_there_says_what_to_do(opened: Open, few: Shelf) -> None:
    app = opened(few.library.parent / "nowhere", at="history")
    assert at_ease(app) and "no library yet" in app.info[0].value


def test_everything_that_was_said_is_listed_and_undone(opened: Open, own_shelf: Shelf) -> None:
    with Library.open(own_shelf.library) as library:
        library.people.group(-1)
        library.correct("Male OR NOT Male # <b>", {"Eyeglasses": True})
        library.people.name(library.people.listed()[0].id, NAME)
    app = opened(own_shelf.library, at="history")
    said = [text.value for text in app.text]
    assert at_ease(app) and said == [
        f"group 1 is {NAME} (3 faces)",
        "Eyeglasses: 3 faces of Male OR NOT Male # <b>",
    ]
    pressed(app, "undo-1")
    with Library.open(own_shelf.library) as library:
        assert library.corrections(1) == {} and library.people.listed()[0].name == NAME
    assert at_ease(app) and not [button for button in app.button if button.key == "undo-1"]
    pressed(app, "undo-2")
    with Library.open(own_shelf.library) as library:
        assert library.people.listed()[0].name is None


def test_what_is_undone_elsewhere_meanwhile_is_a_sentence(opened: Open, own_shelf: Shelf) -> None:
    with Library.open(own_shelf.library) as library:
        library.correct([1], {"Bald": True})
    app = opened(own_shelf.library, at="history")
    with Library.open(own_shelf.library) as library:
        library.undo()
    pressed(app, "undo-1")
    assert not app.exception and "undone already" in app.error[0].value


def test_a_busy_library_says_so(opened: Open, own_shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PATIENCE", 0.01)
    with Library.open(own_shelf.library) as library:
        library.correct([1], {"Bald": True})
        app = opened(own_shelf.library, at="history")
        with library.writer(MODEL):
            pressed(app, "undo-1")
    assert not app.exception and "being written by process" in app.error[0].value


def test_a_long_history_is_shown_bit_by_bit(opened: Open, own_shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MORE", 2)
    with Library.open(own_shelf.library) as library:
        for value in (True, False, True):
            library.correct([1], {"Bald": value})
    app = opened(own_shelf.library, at="history")
    assert len(app.text) == 2
    pressed(app, "more")
    assert at_ease(app) and len(app.text) == 3 and "action 1" in everything(app)
