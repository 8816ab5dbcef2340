"""Saying of many faces at once what they have, and taking it back."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from retrieval.library import Library
from retrieval.writing import store
from tests.retrieval.made import MODEL, a_face, a_photo, fill
from tests.ui.conftest import Open, Shelf, at_ease, everything, make_shelf
from tests.ui.screens.test_search import pressed
from ui.screens.results import PAGE
from ui.widgets import done

EVERY = "Male OR NOT Male"


def ticked(app: AppTest, *faces: int) -> AppTest:
    for face in faces:
        app.checkbox(key=f"tick-faces-{face}").check().run()
    return app


def said(shelf: Shelf) -> dict[int, dict[str, bool]]:
    with Library.open(shelf.library) as library:
        return {face: words for face in (1, 2, 3) if (words := library.corrections(face))}


def test_ticked_faces_are_corrected_at_once_and_it_is_undone(opened: Open, own_shelf: Shelf) -> None:
    app = ticked(pressed(opened(own_shelf.library, q=EVERY), "choose"), 1, 3)
    assert at_ease(app) and "**2 selected**" in everything(app)
    app.selectbox(key="bulk-name").set_value("Eyeglasses").run()
    pressed(app, "say-chosen-has-it")
    assert at_ease(app) and "Eyeglasses\\: 2 faces" in everything(app)
    assert said(own_shelf) == {1: {"Eyeglasses": True}, 3: {"Eyeglasses": True}}
    assert not any(box.value for box in app.checkbox)
    pressed(app, "undo-last")
    assert at_ease(app) and "Undone" in everything(app) and said(own_shelf) == {}


def test_all_that_match_are_corrected_at_once(opened: Open, own_shelf: Shelf) -> None:
    app = pressed(opened(own_shelf.library, q=EVERY), "choose")
    app.selectbox(key="bulk-name").set_value("Bald").run()
    pressed(app, "say-all-has-it-not")
    assert said(own_shelf) == {face: {"Bald": False} for face in (1, 2, 3)}
    with Library.open(own_shelf.library) as library:
        assert library.history()[0].summary == f"NOT Bald: 3 faces of {EVERY}"
    app.selectbox(key="bulk-name").set_value("Bald").run()
    pressed(app, "say-all-ask-the-model")
    assert at_ease(app) and said(own_shelf) == {}


def test_an_answer_that_grew_meanwhile_is_not_corrected(opened: Open, own_shelf: Shelf) -> None:
    app = pressed(opened(own_shelf.library, q=EVERY), "choose")
    with Library.open(own_shelf.library) as library:
        fill(library, [a_photo("/new.png", a_face(9))])
    pressed(app, "say-all-has-it")
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
    pressed(pressed(app, "choose"), "say-all-has-it")
    assert at_ease(app) and list(said(own_shelf)) == sorted(surest)


def test_without_a_query_nobody_corrects_a_whole_library(opened: Open, few: Shelf) -> None:
    app = pressed(opened(few.library), "choose")
    assert at_ease(app) and not [button for button in app.button if str(button.key).startswith("say-all")]


def test_nothing_can_be_said_of_nobody(opened: Open, few: Shelf) -> None:
    app = pressed(opened(few.library, q=EVERY), "choose")
    assert app.button(key="say-chosen-has-it").disabled and app.button(key="none-faces").disabled


def test_the_attribute_of_the_query_is_offered_first(opened: Open, few: Shelf) -> None:
    app = pressed(opened(few.library, q="Chubby >= 0"), "choose")
    assert app.selectbox(key="bulk-name").value == "Chubby"


def test_ticks_outlive_a_page(opened: Open, shelf: Shelf) -> None:
    app = pressed(opened(shelf.library), "choose")
    pressed(app, "all-faces")
    assert f"**{PAGE} selected**" in everything(app) and all(
        box.value for box in app.checkbox if str(box.key).startswith("tick-")
    )
    app.pagination[0].set_value(2).run()
    assert f"{PAGE} of them on other pages" in everything(app)
    pressed(app, "none-faces")
    assert "of them" not in everything(app)
    pressed(app, "choose")
    assert not app.checkbox and any(str(button.key).startswith("similar-") for button in app.button)


def test_a_busy_library_says_so_and_keeps_the_ticks(
    opened: Open, own_shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PATIENCE", 0.01)
    app = ticked(pressed(opened(own_shelf.library, q=EVERY), "choose"), 2)
    with Library.open(own_shelf.library) as library, library.writer(MODEL):
        pressed(app, "say-chosen-has-it")
    assert not app.exception and "being written by process" in app.error[0].value
    assert "**1 selected**" in everything(app) and said(own_shelf) == {}


def test_what_was_said_before_changes_nothing(opened: Open, own_shelf: Shelf) -> None:
    with Library.open(own_shelf.library) as library:
        library.correct([1], {"Bald": True})
    app = ticked(pressed(opened(own_shelf.library, q=EVERY), "choose"), 1)
    app.selectbox(key="bulk-name").set_value("Bald").run()
    pressed(app, "say-chosen-has-it")
    assert at_ease(app) and "Nothing was changed" in everything(app)


def test_a_face_that_has_gone_meanwhile_is_a_sentence(opened: Open, own_shelf: Shelf) -> None:
    app = ticked(pressed(opened(own_shelf.library, q=EVERY), "choose"), 1, 2)
    with Library.open(own_shelf.library) as library:
        library.erase([2])
    pressed(app, "say-chosen-has-it")
    assert not app.exception and len(app.error) == 1 and said(own_shelf) == {}


def test_a_query_is_shown_as_it_is(opened: Open, tmp_path: Path) -> None:
    shelf = make_shelf(tmp_path, ["0.png"])
    hostile = 'path:"*" # **bold** <b> :smile: `x`'
    app = pressed(opened(shelf.library, q=hostile), "choose")
    pressed(app, "say-all-has-it")
    assert at_ease(app) and "\\*\\*bold\\*\\*" in everything(app)
