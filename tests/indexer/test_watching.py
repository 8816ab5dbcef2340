"""Folders that are followed."""

import os
import threading
import time
from pathlib import Path

import pytest
from watchfiles import Change

from indexer import watching
from indexer.watching import changes, matters
from tests.bad_files import picture


@pytest.mark.parametrize("name", ["a.jpg", "A.HEIC", "holidays", ".nomedia", "Anna & Bob"])
def test_pictures_and_folders_matter(name: str) -> None:
    assert matters(Change.added, f"/photographs/{name}")


@pytest.mark.parametrize("name", [".a.jpg.part", "notes.txt", "film.mov", ".DS_Store", "catalog.db-wal"])
def test_other_files_do_not(name: str) -> None:
    assert not matters(Change.modified, f"/photographs/{name}")


@pytest.mark.lengthy
@pytest.mark.parametrize("polling", [False, True])
def test_a_change_is_told_once_it_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, polling: bool) -> None:
    monkeypatch.setattr(watching, "QUIET", 100)
    (tmp_path / "there").mkdir()

    def write() -> None:
        time.sleep(1)
        (tmp_path / "notes.txt").write_text("nothing")
        for seed in range(3):
            picture(seed).save(tmp_path / "there" / f"{seed}.png")

    following = changes([os.fspath(tmp_path)], polling=polling)
    assert next(following) == 0
    writer = threading.Thread(target=write)
    writer.start()
    told = next(following)
    writer.join()
    assert 1 <= told <= 5, "three pictures, and two folders that they are in"


@pytest.mark.parametrize("name", ["2019.07", "St. Moritz", "the last (v1.2)"])
def test_a_folder_with_a_dot_in_its_name_matters(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    assert matters(Change.added, os.fspath(tmp_path / name))
    (tmp_path / name).rmdir()
    assert matters(Change.deleted, os.fspath(tmp_path / name))


def test_a_folder_that_goes_and_comes_back_or_comes_later_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "QUIET", 100)
    monkeypatch.setattr(watching, "AGAIN", 200)
    folder, later = tmp_path / "drive", tmp_path / "later"
    folder.mkdir()
    told = changes([os.fspath(folder), os.fspath(later)])
    assert next(told) == 0
    folder.rmdir()
    assert [next(told), next(told)] == [1, 1], "it is removed, and no longer followed"
    for each in (folder, later):
        each.mkdir()
        assert next(told) == 1
        picture(1).save(each / "1.png")
        assert next(told) >= 1


def test_what_changes_while_nobody_asks_is_told_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "QUIET", 100)
    monkeypatch.setattr(watching, "AGAIN", 200)
    told = changes([os.fspath(tmp_path)])
    assert next(told) == 0
    picture(1).save(tmp_path / "1.png")
    time.sleep(1)
    assert next(told) >= 1
