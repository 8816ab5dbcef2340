"""Where nothing was found, one click leads to where something is."""

from retrieval.library import Library
from tests.ui.conftest import Open, Shelf, at_ease, everything, pressed


def test_a_threshold_that_is_missed_by_little_is_moved_by_a_click(opened: Open, few: Shelf) -> None:
    with Library.open(few.library) as library:
        best = max(hit.attributes["Smiling"] for hit in library.find(None).hits)
        query = f"Smiling > {best + 0.02:.2f}"
        (way,) = library.moved(query)
    app = opened(few.library, q=query)
    assert at_ease(app) and app.button(key="without-0").label.replace("\\", "") == f"{way.instead}: 1 face"
    pressed(app, "without-0")
    assert app.query_params["q"] == way.rest and "1 face" in everything(app)


def test_where_no_single_change_helps_there_is_no_button(opened: Open, few: Shelf) -> None:
    app = opened(few.library, q="faces = 9 AND faces = 8")
    assert at_ease(app) and not [button for button in app.button if str(button.key).startswith("without-")]
