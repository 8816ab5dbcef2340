import json

import pytest

from tests.ui.conftest import Shelf
from ui.commands.changing import change


def test_what_was_changed_is_written_when_the_library_is_closed_again(
    own_shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    change(own_shelf.library, lambda one: one.correct([1, 2], {"Bald": True}), as_json=True)
    written = json.loads(capsys.readouterr().out)
    assert (written["faces"], written["undone"]) == (2, False)
    change(own_shelf.library, lambda one: one.correct([1, 2], {"Bald": True}), as_json=False)
    assert capsys.readouterr().out == "Nothing was changed: all of it was said before.\n"
