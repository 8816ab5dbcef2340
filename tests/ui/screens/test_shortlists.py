"""The page "Shortlists"."""

from retrieval.library import Library
from tests.retrieval.made import MODEL
from tests.ui.conftest import Open, Shelf, everything, pressed
from tests.ui.lists import listed, on, page


def test_a_list_is_made_and_opened(own_shelf: Shelf, opened: Open):
    app = page(opened, own_shelf)
    assert "No shortlist yet" in everything(app)
    app.text_input(key="new-list-name").set_value("Für Paul")
    pressed(app, "make-list")
    assert on(own_shelf, "Für Paul") == [] and "new list Für Paul" in everything(app)
    pressed(app, "back")
    assert "Für Paul" in everything(app) and "0 faces" in everything(app)
    pressed(app, "open-1")
    assert app.query_params["list"] in ("Für Paul", ["Für Paul"])


def test_a_missing_photograph_stays_on_its_list(own_shelf: Shelf, opened: Open):
    with Library.open(listed(own_shelf).library) as library, library.writer(MODEL) as writer, writer.batch() as batch:
        batch.mark_missing([1])
    app = page(opened, own_shelf, list="Casting")
    assert "the photographs of 1 are missing" in everything(app) and "Its photograph is missing" in everything(app)
