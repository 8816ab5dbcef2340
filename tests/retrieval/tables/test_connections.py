import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from retrieval.errors import FacequeryError, LibraryBusy, LibraryDamaged, LibraryMissing, LibraryTooNew
from retrieval.library import Library
from retrieval.tables import connections
from retrieval.tables.connections import reader, writer
from retrieval.tables.schema import REVISION
from tests.retrieval.made import ENVIRONMENT, MODEL, a_face, a_photo, fill


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
    with pytest.raises(LibraryDamaged, match=r"library\.db"), Library.open(library.folder) as opened:
        opened.find("Male")


def test_a_file_in_the_way_is_named(tmp_path: Path):
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "library"):
        with pytest.raises(FacequeryError, match="cannot be made a library"):
            Library.create_or_open(folder)


def test_an_interrupted_creation_is_finished(tmp_path: Path):
    (tmp_path / "library.db").touch()
    with Library.open(tmp_path) as library:
        assert library.totals().photos == 0


def test_a_creation_that_cannot_read_the_migrations_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patch:
        patch.setattr(os, "walk", lambda *_, **__: iter(()))  # what it gives of a folder that cannot be read
        with pytest.raises(FacequeryError, match="migrations"):
            Library.create_or_open(tmp_path)
    with Library.create_or_open(tmp_path) as library:
        assert library.totals().photos == 0 and library.verify() == []


KILLED = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    connection.execute(statement)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_transaction_that_was_killed_is_rolled_back_when_the_library_is_opened(library: Library, mode: str):
    """In the mode of network drives, and of the very first moment of a library, SQLite leaves a hot journal behind."""
    fill(library, [a_photo(f"/{at}", a_face(at)) for at in range(50)])
    library.close()
    half = (f"PRAGMA journal_mode={mode}", "PRAGMA cache_size=5", "BEGIN IMMEDIATE")
    half = (*half, "UPDATE embedding SET vector = zeroblob(2048)")
    subprocess.run([sys.executable, "-c", KILLED, str(library.folder / "library.db"), *half], check=False)
    assert (library.folder / f"library.db-{'journal' if mode == 'DELETE' else 'wal'}").stat().st_size > 10_000
    with Library.open(library.folder) as again:
        assert again.find(None).total == 50 and again.verify() == []
        fill(again, [a_photo("/more", a_face(99))])


@pytest.mark.parametrize("name", ["with space", "100%", "what?", "a#b", "ä", os.fsdecode(b"\xff"), "'\";--", "%41"])
def test_a_library_may_lie_in_any_folder(tmp_path: Path, name: str):
    with Library.create_or_open(tmp_path / name) as library:
        fill(library, [a_photo("/a", a_face(1))])
        assert library.similar_to(1).total == 0 and library.find(None).total == 1
    assert {path.name for path in (tmp_path / name).iterdir()} >= {"library.db", "cache"}


def test_readers_cannot_write(library: Library):
    with reader(library.folder).begin() as connection, pytest.raises(OperationalError, match="readonly"):
        connection.exec_driver_sql("DELETE FROM photo")


def test_connections_are_as_careful_as_they_promise(library: Library):
    promised = {"journal_mode": "wal", "foreign_keys": 1, "trusted_schema": 0, "secure_delete": 1, "busy_timeout": 5000}
    for engine, more in ((reader(library.folder), {"query_only": 1}), (writer(library.folder), {"synchronous": 2})):
        with engine.begin() as connection:
            for pragma, value in {**promised, **more}.items():
                assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
        engine.dispose()


def test_a_foreign_writer_is_waited_for_and_then_named(library: Library, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connections, "PATIENCE", 0.1)
    with closing(sqlite3.connect(library.folder / "library.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryBusy, match="another process"), library.writer(MODEL):
            pass
        assert library.find(None).total == 0  # reading goes on
        other.execute("ROLLBACK")


def connections_of(folder: Path) -> int:
    """How often this process has the library's file open."""
    names = []
    for handle in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the handle that lists them
            names.append(handle.readlink())
    return names.count(folder / "library.db")


def in_fork(work: Callable[[], bool]) -> bool:
    """Whether `work` is true in a forked process."""
    if (child := os.fork()) == 0:
        good = False
        with suppress(BaseException):
            good = work()
        os._exit(0 if good else 1)
    return os.waitpid(child, 0)[1] == 0


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_uses_no_connection_of_its_parent(library: Library):
    """Whatever it does, even at its end, the parent's connections and locks are as they were."""
    fill(library, [a_photo("/a", a_face(1))])
    assert library.find(None).total == 1
    inherited = connections_of(library.folder)
    assert inherited >= 1
    assert in_fork(lambda: library.find("Male OR NOT Male").total == 1 and connections_of(library.folder) > inherited)
    assert in_fork(lambda: library.correct([1], {"Bald": True}) is not None)
    assert library.corrections(1) == {"Bald": True} and library.verify() == []
    with library.writer(MODEL) as writer:
        with writer.batch() as batch:
            batch.add(a_photo("/b", a_face(2)))
            in_fork(lambda: not library.close())
        assert library.find(None).total == 2


SPAWNED = """
import os
from contextlib import suppress
names = []
for handle in os.listdir("/proc/self/fd"):
    with suppress(FileNotFoundError):
        names.append(os.readlink(f"/proc/self/fd/{handle}"))
print(sum("/library/" in name for name in names))
"""


def test_a_started_process_inherits_no_connection(library: Library):
    fill(library, [a_photo("/a", a_face(1))])
    with library.writer(MODEL):
        assert library.find(None).total == 1 and connections_of(library.folder) >= 2
        command = [sys.executable, "-c", SPAWNED]
        ended = subprocess.run(command, capture_output=True, text=True, check=True, close_fds=False)
    assert ended.stdout == "0\n"


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
