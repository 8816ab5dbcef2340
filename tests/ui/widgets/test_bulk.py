"""Saying of many faces at once what they have, and taking it back."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from retrieval.library import Library
from retrieval.writing import store
from tests.retrieval.made import MODEL, a_face, a_photo, fill
from tests.ui.conftest import Open, Shelf, asked, at_ease, cards, everything, grid, make_shelf, pressed, ticked
from ui.widgets import done

EVERY = "Male OR NOT Male"


def about(app: AppTest, name: str) -> AppTest:
    """The attribute that the next dialog is about: AppTest draws a whole page where a browser draws a dialog alone."""
    app.session_state["bulk-name"] = name
    return app


def all_of(app: AppTest, *but: int) -> AppTest:
    """The dialog about all hits but some."""
    return asked(app, "say", but=list(but), announced=grid(app)["total"] - len(but))


def said(shelf: Shelf) -> dict[int, dict[str, bool]]:
    with Library.open(shelf.library) as library:
        return {face: words for face in (1, 2, 3) if (words := library.corrections(face))}


def test_ticked_faces_are_corrected_at_once_and_it_is_undone(opened: Open, own_shelf: Shelf) -> None:
    app = ticked(about(opened(own_shelf.library, q=EVERY), "Eyeglasses"), "say", 1, 3)
    assert at_ease(app) and "**2 faces**" in everything(app)
    pressed(app, "say-has-it")
    assert at_ease(app) and "Eyeglasses\\: 2 faces" in everything(app)
    assert said(own_shelf) == {1: {"Eyeglasses": True}, 3: {"Eyeglasses": True}}
    assert grid(app)["cleared"] == 1
    pressed(app, "undo-last")
    assert at_ease(app) and "Undone" in everything(app) and said(own_shelf) == {}


def test_all_that_match_are_corrected_at_once(opened: Open, own_shelf: Shelf) -> None:
    app = all_of(about(opened(own_shelf.library, q=EVERY), "Bald"))
    pressed(app, "say-has-it-not")
    assert said(own_shelf) == {face: {"Bald": False} for face in (1, 2, 3)}
    with Library.open(own_shelf.library) as library:
        assert library.history()[0].summary == f"NOT Bald: 3 faces of {EVERY}"
    pressed(all_of(about(app, "Bald")), "say-ask-the-model")
    assert at_ease(app) and said(own_shelf) == {}


def test_all_but_some_are_corrected_at_once(opened: Open, own_shelf: Shelf) -> None:
    app = all_of(opened(own_shelf.library, q=EVERY), 2)
    assert "**2 faces**" in everything(app)
    pressed(app, "say-has-it")
    assert at_ease(app) and list(said(own_shelf)) == [1, 3]


def test_an_answer_that_grew_meanwhile_is_not_corrected(opened: Open, own_shelf: Shelf) -> None:
    app = all_of(opened(own_shelf.library, q=EVERY))
    with Library.open(own_shelf.library) as library:
        fill(library, [a_photo("/new.png", a_face(9))])
    pressed(app, "say-has-it")
    assert not app.exception and said(own_shelf) == {}
    assert "4 faces by now" in app.error[0].value


def test_a_second_click_leaves_the_first_one_s_word(own_shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    left: dict[str, done.Word] = {}
    monkeypatch.setattr(done.st, "session_state", left)
    with Library.open(own_shelf.library) as library:
        done.tell(library.correct([1], {"Bald": True}))
        done.tell(library.correct([1], {"Bald": True}))  # before a page was drawn
        assert [word.action for word in left.values()] == [1]
        done.forget()
        done.tell(library.correct([1], {"Bald": True}))
        assert [word.line for word in left.values()] == [done.NOTHING]


def test_of_the_surest_only_those_are_corrected(opened: Open, own_shelf: Shelf) -> None:
    with Library.open(own_shelf.library) as library:
        least = max(hit.score for hit in library.find("Smiling >= 0").hits)
        surest = [hit.face for hit in library.find("Smiling >= 0", precision=round(least, 3) - 0.002).hits]
    app = opened(own_shelf.library, q="Smiling >= 0", precision=str(round(least, 3) - 0.002))
    pressed(all_of(app), "say-has-it")
    assert at_ease(app) and list(said(own_shelf)) == sorted(surest)


def test_without_a_query_nobody_corrects_a_whole_library(opened: Open, few: Shelf) -> None:
    app = all_of(opened(few.library))
    assert at_ease(app) and "Ask for something first" in app.warning[0].value
    assert not [button for button in app.button if str(button.key).startswith("say-")]


def test_nothing_can_be_said_of_nobody(opened: Open, few: Shelf) -> None:
    app = ticked(opened(few.library, q=EVERY), "say")
    assert at_ease(app) and not [button for button in app.button if str(button.key).startswith("say-")]


def test_all_likes_are_said_one_by_one(opened: Open, own_shelf: Shelf) -> None:
    app = opened(own_shelf.library, like="1")
    assert grid(app)["query"] is None and not [b for b in all_of(app).button if str(b.key).startswith("say-")]
    pressed(ticked(app, "say", *cards(app)), "say-has-it")
    assert at_ease(app)


def test_the_attribute_of_the_query_is_offered_first(opened: Open, few: Shelf) -> None:
    app = ticked(opened(few.library, q="Chubby >= 0"), "say", 1)
    assert app.selectbox(key="bulk-name").value == "Chubby"


def test_a_busy_library_says_so_and_keeps_the_ticks(
    opened: Open, own_shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PATIENCE", 0.01)
    app = ticked(opened(own_shelf.library, q=EVERY), "say", 2)
    with Library.open(own_shelf.library) as library, library.writer(MODEL):
        pressed(app, "say-has-it")
    assert not app.exception and "being written by process" in app.error[0].value
    assert grid(app)["cleared"] == 0 and said(own_shelf) == {}


def test_what_was_said_before_changes_nothing(opened: Open, own_shelf: Shelf) -> None:
    with Library.open(own_shelf.library) as library:
        library.correct([1], {"Bald": True})
    app = ticked(about(opened(own_shelf.library, q=EVERY), "Bald"), "say", 1)
    pressed(app, "say-has-it")
    assert at_ease(app) and "Nothing was changed" in everything(app)


def test_a_face_that_has_gone_meanwhile_is_a_sentence(opened: Open, own_shelf: Shelf) -> None:
    app = ticked(opened(own_shelf.library, q=EVERY), "say", 1, 2)
    with Library.open(own_shelf.library) as library:
        library.erase([2])
    pressed(app, "say-has-it")
    assert not app.exception and len(app.error) == 1 and said(own_shelf) == {}


def test_a_query_is_shown_as_it_is(opened: Open, tmp_path: Path) -> None:
    shelf = make_shelf(tmp_path, ["0.png"])
    hostile = 'path:"*" # **bold** <b> :smile: `x`'
    app = all_of(opened(shelf.library, q=hostile))
    pressed(app, "say-has-it")
    assert at_ease(app) and "\\*\\*bold\\*\\*" in everything(app)
