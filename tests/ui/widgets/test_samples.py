"""To whom the sample faces are offered; `test_add` takes them."""

from pathlib import Path

from tests.ui.conftest import Open, Shelf

SAMPLES = "Try it with 240 sample faces"


def test_the_samples_are_offered_where_no_face_is_and_nowhere_else(opened: Open, few: Shelf, tmp_path: Path) -> None:
    for library, offered in ((tmp_path / "none", True), (few.library, False)):
        app = opened(library, tmp_path, at="add")
        assert (SAMPLES in [button.label for button in app.button]) is offered
