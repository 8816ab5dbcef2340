"""The fence around what the app may read."""

import os
from pathlib import Path

import pytest

from indexer.scan import FolderError
from ui.session.roots import inside


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    (home / "Pictures" / "2019").mkdir(parents=True)
    (tmp_path / "home2").mkdir()
    (tmp_path / "secret").mkdir()
    (home / "file.jpg").write_bytes(b"x")
    (home / "out").symlink_to(tmp_path / "secret")
    (home / "in").symlink_to(home / "Pictures")
    os.mkfifo(home / "pipe")
    return home


@pytest.mark.parametrize("folder", ["{home}/Pictures", "Pictures", "in", "Pictures/../Pictures", "{home}", "."])
def test_folders_inside_are_their_real_path(home: Path, folder: str) -> None:
    real = inside(folder.format(home=home), [str(home)])
    assert real == os.path.realpath(home / folder.format(home=home))


@pytest.mark.parametrize(
    "folder", ["/", "/etc", "..", "../secret", "{home}2", "out", "out/.", "/proc/self/root", "//etc", "/nowhere"]
)
def test_folders_outside_are_refused(home: Path, folder: str) -> None:
    with pytest.raises(FolderError, match="is outside"):
        inside(folder.format(home=home), [str(home)])


@pytest.mark.parametrize("folder", ["", " ", "file.jpg", "missing", "pipe", "a\0b", "x" * 5000, "x/" * 2500, "\udcff"])
def test_what_is_no_folder_is_refused(home: Path, folder: str) -> None:
    with pytest.raises(FolderError) as raised:
        inside(folder, [str(home)])
    assert len(str(raised.value)) < 6000 and str(raised.value).endswith((".", "?"))


def test_a_home_may_be_meant_by_a_tilde(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home))
    assert inside("~/Pictures", ["/nowhere", str(home)]) == str(home / "Pictures")
    with pytest.raises(FolderError, match="outside"):
        inside("~root", [str(home)])
