"""The dialog in which faces are put on a list, or downloaded; by what stands in it, since AppTest closes dialogs."""

import json

from streamlit.testing.v1 import AppTest

from tests.ui.conftest import Shelf, at_ease, everything, pressed
from tests.ui.lists import listed, on


def dialog(shelf: Shelf, which: str | list[int] | None = None) -> AppTest:
    """For a query, some faces, or (None) the list Casting."""
    program = f"""
import json
from pathlib import Path
from ui.chosen import Chosen
from ui.session.handles import library_at
from ui.widgets.take_away import inside
library, which = library_at(Path({str(shelf.library)!r})), json.loads({json.dumps(which)!r})
of = {{str: Chosen.of_query, list: Chosen.of_faces}}
inside(library, of[type(which)](library, which) if which else Chosen.of_list(library, "Casting"))
"""
    app = AppTest.from_string(program, default_timeout=30).run()
    assert at_ease(app)
    return app


def test_a_list_is_prepared_for_download(own_shelf: Shelf):
    app = dialog(listed(own_shelf))
    assert "on the shortlist Casting" in everything(app)
    app.selectbox(key="take-kind").set_value("csv").run()
    pressed(app, "take-prepare")
    link = next(iter(app.get("link_button"))).proto
    assert link.url.startswith("/downloads/") and "Casting" in link.label and "3 faces" in everything(app)
    app.selectbox(key="take-kind").set_value("pdf").run()
    assert not app.get("link_button"), "of another kind nothing is made yet"


def test_faces_are_put_on_a_new_list_with_a_note(own_shelf: Shelf):
    app = dialog(own_shelf, [3, 1])
    app.text_input(key="take-name").set_value("Second round")
    app.text_input(key="take-note").set_value("tall")
    pressed(app, "take-add")
    assert on(own_shelf, "Second round") == [(3, "tall"), (1, "tall")]


def test_all_that_match_are_put_on_a_list_that_is_there(own_shelf: Shelf):
    app = dialog(listed(own_shelf, "Casting", [2]), "Smiling >= 0")
    assert "3 faces" in everything(app)
    pressed(app, "take-add")
    assert on(own_shelf, "Casting")[0] == (2, None) and len(on(own_shelf, "Casting")) == 3


def test_a_new_list_is_not_one_that_is_there(own_shelf: Shelf):
    app = dialog(listed(own_shelf, "Casting", [2]), [1])
    app.selectbox(key="take-list").set_value(-1).run()
    app.text_input(key="take-name").set_value("casting")
    pressed(app, "take-add")
    assert "is a shortlist casting already" in "\n".join(str(error.value) for error in app.error)
    assert on(own_shelf, "Casting") == [(2, None)]


def test_what_could_not_be_taken_is_named(own_shelf: Shelf):
    (own_shelf.photographs / "1.png").unlink()
    app = dialog(own_shelf, [1, 2])
    pressed(app, "take-prepare")
    assert "there is no such file" in everything(app).replace("\\", "") and "1 photograph" in everything(app)


def test_ticked_faces_cannot_be_cited(own_shelf: Shelf):
    assert "citation" not in str(dialog(own_shelf, [1]).selectbox(key="take-kind").options).lower()
    assert "citation" in str(dialog(own_shelf, "Smiling").selectbox(key="take-kind").options).lower()
