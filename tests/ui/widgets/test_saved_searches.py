"""Saying what is true of a face, and keeping searches, in the app."""

import sqlite3
from contextlib import closing

import pytest

from retrieval.library import Library
from tests.ui.conftest import Open, Shelf, at_ease, cards, everything, pressed


def test_a_search_is_kept_and_asked_again(opened: Open, own_shelf: Shelf) -> None:
    app = opened(own_shelf.library, q="Smiling >= 0")
    app.text_input(key="keep-name").set_value("**all** <b>")
    pressed(app, "keep")
    assert at_ease(app)
    with Library.open(own_shelf.library) as library:
        assert library.searches() == {"**all** <b>": "Smiling >= 0"}
    app = opened(own_shelf.library)
    assert app.button(key="saved-0").label == "\\*\\*all\\*\\* \\<b\\>"
    pressed(app, "saved-0")
    assert app.query_params["q"] == "Smiling >= 0" and at_ease(app)


def test_a_name_that_is_none_is_refused(opened: Open, own_shelf: Shelf) -> None:
    app = opened(own_shelf.library, q="Smiling >= 0")
    pressed(app, "keep")
    assert not app.exception and "printable" in app.error[0].value
    with Library.open(own_shelf.library) as library:
        assert library.searches() == {}


def test_a_kept_search_is_asked_by_its_name_and_forgotten(opened: Open, own_shelf: Shelf) -> None:
    with Library.open(own_shelf.library) as library:
        library.save_search("all", "Smiling >= 0")
    app = opened(own_shelf.library, q="@all")
    assert at_ease(app) and "**3 faces**" in everything(app)
    assert "\\@all asks Smiling \\>\\= 0" in everything(app).replace("\u2060", "")
    pressed(app, "not-Male")
    assert app.query_params["q"] == "Smiling >= 0.0 AND NOT Male"  # a link that says what it shows
    app = opened(own_shelf.library, q="@all", sort="path")
    pressed(app, "forget-0")
    with Library.open(own_shelf.library) as library:
        assert library.searches() == {}
    assert app.query_params["q"] == "@all" and "No search is saved as" in app.error[0].value


def test_of_a_search_with_two_names_the_one_on_the_button_is_forgotten(opened: Open, own_shelf: Shelf) -> None:
    with Library.open(own_shelf.library) as library:
        for name in ("a", "b"):
            library.save_search(name, "Smiling >= 0")
    app = opened(own_shelf.library, q="Smiling >= 0")
    assert [app.button(key=f"forget-{place}").label for place in (0, 1)] == ["Forget “a”", "Forget “b”"]
    pressed(app, "forget-1")
    assert at_ease(app)
    with Library.open(own_shelf.library) as library:
        assert library.searches() == {"a": "Smiling >= 0"}


def test_a_name_that_another_search_has_is_refused(opened: Open, own_shelf: Shelf) -> None:
    with Library.open(own_shelf.library) as library:
        library.save_search("all", "Male")
    app = opened(own_shelf.library, q="Smiling >= 0")
    app.text_input(key="keep-name").set_value(" all")
    pressed(app, "keep")
    assert not app.exception and "Another search is called “all” already" in app.error[0].value
    with Library.open(own_shelf.library) as library:
        assert library.searches() == {"all": "Male"}


@pytest.mark.parametrize("name", ["@", "@ ", "@nobody", "@all AND Male", "@**x**", "@" + "x" * 3000, "@\x00", " @all"])
def test_a_name_that_nothing_is_saved_under_is_a_sentence(opened: Open, few: Shelf, name: str) -> None:
    app = opened(few.library, q=name)
    assert not app.exception and len(app.error) == 1 and not cards(app)
    assert "No search is saved as" in app.error[0].value


def test_a_saved_query_that_cannot_be_read_any_more_shows_its_place(opened: Open, own_shelf: Shelf) -> None:
    with closing(sqlite3.connect(own_shelf.library / "library.db")) as connection, connection:
        connection.execute("INSERT INTO saved_search (name, query) VALUES ('old', 'Smilling')")
    app = opened(own_shelf.library, q="@old")
    assert not app.exception and "Smilling" in app.error[0].value
    pressed(app, "suggestion-0")
    assert app.query_params["q"] == "Smiling" and at_ease(app)


def test_a_name_that_another_search_has_is_refused_however_its_accents_are_written(
    opened: Open, own_shelf: Shelf
) -> None:
    with Library.open(own_shelf.library) as library:
        library.save_search("café", "Male")
    app = opened(own_shelf.library, q="Smiling >= 0")
    app.text_input(key="keep-name").set_value("cafe\u0301")
    pressed(app, "keep")
    assert not app.exception and "already" in app.error[0].value
    assert opened(own_shelf.library, q="@cafe\u0301").button(key="forget-0").label == "Forget “café”"
