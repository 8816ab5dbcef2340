"""What shows a folder on this machine, and when nothing does."""

import shutil
import sys
from pathlib import Path

import pytest

from ui.session.desktop import NoDesktop, opener, show_folder


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")


@pytest.mark.usefixtures("installed")
def test_there_is_an_opener_where_a_desktop_is() -> None:
    assert opener({"DISPLAY": ":0"}, "linux") == opener({"WAYLAND_DISPLAY": "w"}, "linux") == ("/bin/xdg-open",)
    assert opener({}, "linux") is opener({"DISPLAY": ""}, "linux") is None
    assert opener({}, "darwin") == ("/bin/open", "-R") and opener({}, "win32") == ("/bin/explorer",)


def test_there_is_none_where_the_program_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert opener({"DISPLAY": ":0"}, "linux") is None


@pytest.mark.parametrize("photo", ["x/y.jpg", "y.jpg", "/there/is/no/such/folder/y.jpg", "-e/y.jpg", "/\0/y.jpg", ""])
def test_only_a_folder_that_is_there_is_shown_and_by_its_whole_path(photo: str) -> None:
    with pytest.raises(NoDesktop):
        show_folder(photo, (sys.executable, "-c", "raise SystemExit"))


def test_a_program_that_cannot_be_started_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoDesktop, match="Copy the path instead"):
        show_folder(str(tmp_path / "x.jpg"), (str(tmp_path / "nothing"),))
