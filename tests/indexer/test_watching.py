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


@pytest.mark.parametrize("polling", [False, True])
def test_a_change_is_told_once_it_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, polling: bool) -> None:
    monkeypatch.setattr(watching, "QUIET", 100)
    (tmp_path / "there").mkdir()

    def write() -> None:
        time.sleep(1)
        (tmp_path / "notes.txt").write_text("nothing")
        for seed in range(3):
            picture(seed).save(tmp_path / "there" / f"{seed}.png")

    writer = threading.Thread(target=write)
    writer.start()
    told = next(iter(changes([os.fspath(tmp_path)], polling=polling)))
    writer.join()
    assert 1 <= told <= 5, "three pictures, and two folders that they are in"
