import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from retrieval.errors import LibraryBusy
from retrieval.library import Library
from retrieval.stores.sqlite import connections
from retrieval.stores.sqlite.connections import writer
from tests.retrieval.made import MODEL, a_face, a_photo, fill

pytestmark = pytest.mark.sqlites

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
    with Library.open(library.store.place) as again:
        assert again.find(None).total == 50 and again.verify() == []
        fill(again, [a_photo("/more", a_face(99))])


@pytest.mark.parametrize("name", ["with space", "100%", "what?", "a#b", "ä", os.fsdecode(b"\xff"), "'\";--", "%41"])
def test_a_library_may_lie_in_any_folder(tmp_path: Path, name: str):
    with Library.create_or_open(tmp_path / name) as library:
        fill(library, [a_photo("/a", a_face(1))])
        assert library.similar_to(1).total == 0 and library.find(None).total == 1
    assert {path.name for path in (tmp_path / name).iterdir()} >= {"library.db", "cache"}


def test_readers_cannot_write(library: Library):
    with library.store.reader().begin() as connection, pytest.raises(OperationalError, match="readonly"):
        connection.exec_driver_sql("DELETE FROM photo")


def test_connections_are_as_careful_as_they_promise(library: Library):
    promised = {"journal_mode": "wal", "foreign_keys": 1, "trusted_schema": 0, "secure_delete": 1, "busy_timeout": 5000}
    for engine, more in ((library.store.reader(), {"query_only": 1}), (writer(library.folder), {"synchronous": 2})):
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
