import pytest

from retrieval.library import Library
from retrieval.writing import store
from tests.retrieval.made import MODEL
from tests.ui.conftest import Open, Shelf, at_ease, everything, pressed
from ui.widgets.correction_box import HAS_NOT, NOTHING


def test_a_face_is_corrected_in_its_details(opened: Open, own_shelf: Shelf) -> None:
    app = opened(own_shelf.library)
    pressed(app, "details-1")
    app.selectbox(key="correction-name").set_value("Bald")
    app.button_group(key="correction-value").set_value(HAS_NOT)
    pressed(app, "correction-say")
    assert at_ease(app) and "NOT Bald\\: 1 face" in everything(app).replace("\\_", "_")
    with Library.open(own_shelf.library) as library:
        assert library.corrections(1) == {"Bald": False}
    pressed(app, "details-1")
    assert "You said Bald\\: no" in everything(app)
    app.selectbox(key="correction-name").set_value("Bald")
    app.button_group(key="correction-value").set_value(NOTHING)
    pressed(app, "correction-say")
    with Library.open(own_shelf.library) as library:
        assert library.corrections(1) == {}


def test_a_library_that_is_being_written_says_so(
    opened: Open, own_shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PATIENCE", 0.01)
    app = opened(own_shelf.library, q="Smiling >= 0")
    with Library.open(own_shelf.library) as library, library.writer(MODEL):
        pressed(pressed(app, "details-1"), "correction-say")
        assert not app.exception and "being written by process" in app.error[0].value
        app.text_input(key="keep-name").set_value("all")
        pressed(app, "keep")
        assert not app.exception and "being written by process" in app.error[0].value
