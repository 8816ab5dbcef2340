import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from retrieval.errors import FacequeryError, LibraryDamaged, LibraryMissing, LibraryTooNew
from retrieval.library import Library
from retrieval.stores.sqlite import preparation
from retrieval.tables.schema import REVISION
from tests.retrieval.made import ENVIRONMENT, a_face, a_photo, fill

pytestmark = pytest.mark.sqlites


def sqlite(folder: Path, *statements: str) -> None:
    folder.mkdir(exist_ok=True)
    with closing(sqlite3.connect(folder / "library.db", isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def digest(folder: Path) -> str:
    return hashlib.sha256((folder / "library.db").read_bytes()).hexdigest()


def test_a_missing_library_is_named_and_not_made(tmp_path: Path):
    with pytest.raises(LibraryMissing, match=r"no library in .*nowhere.*facequery index"):
        Library.open(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_opening_twice_finds_the_same_library(tmp_path: Path):
    folder = tmp_path / "new" / "library"
    with Library.create_or_open(folder) as library:
        fill(library, [a_photo("/a", a_face(1))])
    with Library.create_or_open(folder) as library, Library.open(folder) as again:
        assert library.totals() == again.totals() and again.totals().faces == 1


def test_only_its_owner_may_read_a_library(tmp_path: Path):
    with Library.create_or_open(tmp_path / "library") as library:
        fill(library, [a_photo("/a", a_face(1))])
    assert (tmp_path / "library").stat().st_mode & 0o077 == 0
    assert (tmp_path / "library" / "library.db").stat().st_mode & 0o077 == 0


def test_a_newer_library_is_refused_and_not_touched(library: Library):
    fill(library, [a_photo("/a", a_face(1))])
    library.close()
    sqlite(library.folder, "UPDATE alembic_version SET version_num = '9999'", "ALTER TABLE face ADD COLUMN mood TEXT")
    before = digest(library.folder)
    for opening in (Library.open, Library.create_or_open):
        with pytest.raises(LibraryTooNew, match=rf"newer facequery \(schema 9999; this one knows {REVISION}\)"):
            opening(library.folder)
        assert digest(library.folder) == before


@pytest.mark.parametrize("damage", ["text", "header", "half", "foreign", "no version"])
def test_what_is_not_a_library_is_named(library: Library, damage: str):
    fill(library, [a_photo(f"/{at}", a_face(at)) for at in range(50)])
    library.close()
    path = library.folder / "library.db"
    data = path.read_bytes()
    match damage:
        case "text":
            path.write_text("this is no database" * 100)
        case "header":
            path.write_bytes(os.urandom(100) + data[100:])
        case "half":
            path.write_bytes(data[: len(data) // 2])
        case "foreign":
            path.unlink()
            sqlite(library.folder, "CREATE TABLE recipes (name)")
        case "no version":
            sqlite(library.folder, "DELETE FROM alembic_version")
    with pytest.raises(LibraryDamaged, match=r"library\.db"), Library.open(library.store.place) as opened:
        opened.find("Male")


def test_a_file_in_the_way_is_named(tmp_path: Path):
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "library"):
        with pytest.raises(FacequeryError, match="cannot be made a library"):
            Library.create_or_open(folder)


def test_a_creation_that_cannot_read_the_migrations_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patch:
        patch.setattr(os, "walk", lambda *_, **__: iter(()))  # what it gives of a folder that cannot be read
        with pytest.raises(FacequeryError, match="migrations"):
            Library.create_or_open(tmp_path)
    with Library.create_or_open(tmp_path) as library:
        assert library.totals().photos == 0 and library.verify() == []


@pytest.mark.parametrize("bytes_left", [0, 1, 99, 511])
def test_what_is_left_of_a_library_is_never_taken_for_a_new_one(library: Library, bytes_left: int):
    fill(library, [a_photo("/a", a_face(1))])
    library.close()
    path = library.folder / "library.db"
    path.write_bytes(path.read_bytes()[:bytes_left])
    for opening in (Library.open, Library.create_or_open):
        with pytest.raises(LibraryDamaged, match=r"library\.db"):
            opening(library.folder)
        assert path.stat().st_size == bytes_left


KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from retrieval.stores.sqlite import preparation
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
made, left = preparation.engine_of, iter(range(int(sys.argv[2]), 0, -1))
def engine_of(*arguments):
    engine = made(*arguments)
    event.listen(engine, "before_cursor_execute", lambda *_: next(left, 0) == 1 and die())
    return engine
preparation.engine_of = engine_of
preparation.prepare(Path(sys.argv[1]), create=True)
"""


@pytest.mark.parametrize("nth", [1, 9, 30])
def test_a_creation_that_was_killed_leaves_no_library_and_the_next_makes_one(tmp_path: Path, nth: int):
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(nth)], env=ENVIRONMENT)
    assert killed.returncode == -signal.SIGKILL and (tmp_path / preparation.NEW).exists()
    with pytest.raises(LibraryMissing):
        Library.open(tmp_path)
    with Library.create_or_open(tmp_path) as library:
        assert library.totals().photos == 0 and library.verify() == []
    assert not list(tmp_path.glob(f"{preparation.NEW}*"))


CREATE = """
import sys
from pathlib import Path
from retrieval.library import Library
Library.create_or_open(Path(sys.argv[1])).close()
"""


def test_three_processes_may_create_the_same_library(tmp_path: Path):
    command = [sys.executable, "-c", CREATE, str(tmp_path / "library")]
    started = [subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [(process.communicate()[1], process.returncode) for process in started] == [("", 0)] * 3
    with Library.open(tmp_path / "library") as library:
        assert library.totals().photos == 0
