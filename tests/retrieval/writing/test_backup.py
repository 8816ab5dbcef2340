"""A backup is a whole library of one committed state, or nothing at all."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from retrieval.errors import AmongPhotographs, BackupRefused, InsideLibrary, LibraryDamaged, LibraryFull
from retrieval.library import Library
from retrieval.writing import backup as module
from retrieval.writing.backup import backup
from tests.retrieval.made import a_face, a_photo, dump, fill, generation, start, vector
from tests.retrieval.test_unfinished import half_written
from tests.retrieval.writing.test_store import WRITER

pytestmark = pytest.mark.sqlites

NOWHERE: frozenset[str] = frozenset()


@pytest.mark.lengthy
@pytest.mark.parametrize(
    "backups", [5, pytest.param(20, marks=[pytest.mark.fault, pytest.mark.timeout(1200)])], ids=["quick", "full"]
)
def test_a_backup_while_somebody_writes_is_one_committed_state(library: Library, tmp_path: Path, backups: int):
    fill(library, [])  # from here on every batch is one generation
    first = generation(library)
    with start(WRITER, library) as writer:
        assert writer.stdout and writer.stdout.readline()
        for number in range(backups):
            made = backup(library.store, tmp_path / str(number), NOWHERE)
            with Library.open(made.folder) as copy:
                assert copy.verify() == []
                assert copy.find(None, limit=0).total == made.faces == 10 * (made.generation - first)
                assert copy.similar(vector(3), limit=1).hits[0].photo == "/3"
        assert writer.poll() is None, "it writes on"
        writer.kill()


def test_a_backup_is_the_same_library_and_can_take_its_place(library: Library, tmp_path: Path):
    fill(library, [a_photo("/a", a_face(1)), a_photo("/b", a_face(2))])
    library.correct([1], {"Bald": True})
    made = backup(library.store, tmp_path / "new" / "copy", NOWHERE)
    assert made == (tmp_path / "new" / "copy", made.generation, 2, (made.folder / "library.db").stat().st_size)
    assert [path.name for path in made.folder.iterdir()] == ["library.db"]
    assert made.folder.stat().st_mode & 0o077 == 0 == (made.folder / "library.db").stat().st_mode & 0o077
    with Library.open(made.folder) as copy:
        assert dump(copy) == dump(library)
    library.erase([1, 2])
    library.close()
    shutil.rmtree(library.folder)
    shutil.copytree(made.folder, library.folder)
    with Library.open(library.store.place) as restored:
        assert [hit.photo for hit in restored.find(None)] == ["/a", "/b"] and restored.corrections(1) == {"Bald": True}
        fill(restored, [a_photo("/c", a_face(3))])
        assert restored.find(None).total == 3


def test_what_was_erased_before_is_not_in_a_backup(library: Library, tmp_path: Path):
    fill(library, [a_photo(f"/{n}", a_face(n)) for n in range(20)])
    needle = library.embedding(4).tobytes()[:32]
    assert needle in (backup(library.store, tmp_path / "before", NOWHERE).folder / "library.db").read_bytes()
    library.erase([4])
    assert needle not in (backup(library.store, tmp_path / "after", NOWHERE).folder / "library.db").read_bytes()


def test_nothing_is_overwritten_nor_put_into_the_library_or_among_photographs(library: Library, tmp_path: Path):
    (tmp_path / "file").touch()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "library.db").write_bytes(b"another")
    (tmp_path / "link").symlink_to(library.folder)
    for place in (tmp_path / "file", tmp_path / "full"):
        with pytest.raises(BackupRefused):
            backup(library.store, place, NOWHERE)
    for place in (library.folder, library.folder / "copy", tmp_path / "link" / "x"):
        with pytest.raises(InsideLibrary, match="lies in the library itself"):
            backup(library.store, place, NOWHERE)
    with pytest.raises(AmongPhotographs):
        backup(library.store, tmp_path / "photographs" / "copy", frozenset({str(tmp_path / "photographs")}))
    assert (tmp_path / "full" / "library.db").read_bytes() == b"another" and not (tmp_path / "photographs").exists()
    (tmp_path / "empty").mkdir()
    assert backup(library.store, tmp_path / "empty", NOWHERE).faces == 0


@pytest.mark.parametrize("name", ["with space", "100%", "what?", "a#b", os.fsdecode(b"\xff"), "'\";--"])
def test_a_backup_may_be_called_anything(library: Library, tmp_path: Path, name: str):
    fill(library, [a_photo("/a", a_face(1))])
    with Library.open(backup(library.store, tmp_path / name, NOWHERE).folder) as copy:
        assert copy.find(None).total == 1


def leftovers(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"library"}


def test_a_library_that_is_not_as_it_should_be_is_not_backed_up(library: Library, tmp_path: Path):
    fill(library, [a_photo("/a", a_face(1))])
    with closing(sqlite3.connect(library.folder / "library.db")) as connection, connection:
        connection.execute("DELETE FROM embedding")
    with pytest.raises(LibraryDamaged, match="facequery verify"):
        backup(library.store, tmp_path / "copy", NOWHERE)
    assert leftovers(tmp_path) == set()


def test_a_full_disk_leaves_nothing_and_names_where_it_was_to_go(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    fill(library, [a_photo(f"/{n}", a_face(n)) for n in range(50)])

    def full(*arguments: object, **options: object) -> sqlite3.Connection:
        class Full(sqlite3.Connection):
            def execute(self, *_: object) -> sqlite3.Cursor:  # type: ignore[override]
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise error

        return sqlite3.connect(":memory:", factory=Full)

    monkeypatch.setattr(module, "connect", full)
    with pytest.raises(LibraryFull, match="copy is full"):
        backup(library.store, tmp_path / "copy", NOWHERE)
    assert leftovers(tmp_path) == set()


def test_the_order_is_written_flushed_renamed_flushed(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """What a power cut leaves cannot be tested here; that the calls come in the order that survives one, can."""
    calls: list[str] = []
    fsync, rename = os.fsync, Path.rename
    monkeypatch.setattr(
        os, "fsync", lambda handle: (calls.append(str(Path(f"/proc/self/fd/{handle}").readlink())), fsync(handle))
    )
    monkeypatch.setattr(Path, "rename", lambda self, to: (calls.append("rename"), rename(self, to))[1])
    backup(library.store, tmp_path / "copy", NOWHERE)
    names = [Path(call).name for call in calls]
    assert names[0] == "library.db" and names[1].startswith(".facequery-") and names[2:] == ["rename", tmp_path.name]


def test_what_a_killed_backup_has_left_is_removed_by_the_next(library: Library, tmp_path: Path):
    fill(library, [a_photo("/a", a_face(1))])
    (tmp_path / "backups").mkdir()
    process = half_written("folder", tmp_path / "backups" / "first")
    process.kill()
    process.communicate()
    assert len(list((tmp_path / "backups").iterdir())) == 1
    backup(library.store, tmp_path / "backups" / "second", NOWHERE)
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["second"]
