"""What can be done with a shortlist, on its page."""

from retrieval.library import Library
from tests.ui.conftest import Open, Shelf, everything, pressed
from tests.ui.lists import listed, on, page


def test_faces_are_moved_noted_and_taken_off_and_all_of_it_undone(own_shelf: Shelf, opened: Open):
    app = page(opened, listed(own_shelf), list="casting")
    pressed(app, "sign-up-3")
    assert on(own_shelf, "Casting") == [(3, None), (2, None), (1, None)]
    pressed(app, "sign-top-1")
    pressed(app, "sign-down-1")
    app.text_input(key="note-1-1").set_value("call <b>back</b>").run()
    assert on(own_shelf, "Casting") == [(3, None), (1, "call <b>back</b>"), (2, None)]
    pressed(app, "sign-off-3")
    assert on(own_shelf, "Casting") == [(1, "call <b>back</b>"), (2, None)]
    pressed(app, "undo-last")
    assert on(own_shelf, "Casting")[0] == (3, None)
    with Library.open(own_shelf.library) as library:
        library.undo(library.history()[1].id)
    assert app.run().text_input(key="note-1-1").value == ""


def test_a_list_is_renamed_copied_and_deleted(own_shelf: Shelf, opened: Open):
    app = page(opened, listed(own_shelf), list="Casting")
    app.text_input(key="list-called-1").set_value("Final")
    pressed(app, "rename-list")
    assert len(on(own_shelf, "Final")) == 3
    app.text_input(key="list-called-1").set_value("Other")
    pressed(app, "copy-list")
    assert len(on(own_shelf, "Other")) == 3
    pressed(app, "delete-list")
    assert "the list Other deleted" in everything(app) and "Final" in everything(app)
    pressed(app, "undo-last")
    assert len(on(own_shelf, "Other")) == 3


def test_what_cannot_be_meant_is_told(own_shelf: Shelf, opened: Open):
    app = page(opened, listed(own_shelf))
    app.text_input(key="new-list-name").set_value("casting")
    pressed(app, "make-list")
    assert "There is a shortlist Casting already" in everything(app)
    assert "No shortlist is called" in everything(opened(own_shelf.library, at="shortlists", list="nothing"))
