"""Indexing where any one call to the system or to SQLite fails: a sentence, a status, a sound library, and the next run
goes on.
"""

import builtins
import errno
import io
import itertools
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from indexer import pipeline
from indexer.seen import Eyes
from indexer.workers import Threads
from retrieval.library import Library
from retrieval.stores.sqlite import connections
from tests.indexer.conftest import FakeTagger
from tests.indexer.test_crashes import Row, check, contents, indexed, photographs
from tests.sizes import sizes
from ui.ending import status_of
from ui.output import say


class Faults:
    """Lets the `nth` of all calls to the system and to SQLite fail, and counts them."""

    def __init__(self, nth: int, number: int) -> None:
        self.nth, self.number, self.calls = nth, number, 0

    def struck(self) -> bool:
        self.calls += 1
        return self.calls == self.nth

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def calling(*arguments: Any, **options: Any) -> Any:
            if self.struck():
                raise OSError(self.number, os.strerror(self.number), *(str(a) for a in arguments[:1]))
            return call(*arguments, **options)

        return calling

    def connection(self) -> type[sqlite3.Connection]:
        faults = self

        class Cursor(sqlite3.Cursor):
            def execute(self, *arguments: Any) -> Any:
                faults.strike()
                return super().execute(*arguments)

        class Connection(sqlite3.Connection):
            def cursor(self, factory: Any = Cursor) -> Any:
                return super().cursor(factory)

            def execute(self, *arguments: Any) -> Any:
                faults.strike()
                return super().execute(*arguments)

            def commit(self) -> None:
                faults.strike()
                super().commit()

        return Connection

    def strike(self) -> None:
        """As SQLite says it."""
        if self.struck():
            code = sqlite3.SQLITE_FULL if self.number == errno.ENOSPC else sqlite3.SQLITE_IOERR
            error = sqlite3.OperationalError(
                "database or disk is full" if self.number == errno.ENOSPC else "disk I/O error"
            )
            error.sqlite_errorcode = code
            raise error


@contextmanager
def failing(faults: Faults) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        connect = sqlite3.connect
        factory = faults.connection()
        patch.setattr(connections.sqlite3, "connect", lambda *a, **o: connect(*a, **{**o, "factory": factory}))
        for owner, name in (
            (os, "open"),
            (os, "fsync"),
            (os, "scandir"),
            (Path, "replace"),
            (Path, "stat"),
            (io, "open"),
        ):
            patch.setattr(owner, name, faults.around(getattr(owner, name)))
        patch.setattr(builtins, "open", faults.around(builtins.open))
        yield


ERRORS = (errno.EIO, errno.ENOSPC, errno.EACCES)


@pytest.mark.lengthy
@pytest.mark.parametrize(("step", "kinds", "least"), sizes((8, 1, 36), (1, 3, 300)))
def test_every_nth_call_to_the_system_may_fail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], step: int, kinds: int, least: int
) -> None:
    """Fails the 1st, 2nd, 3rd ... call with one error or another, until a run has fewer calls than that."""
    folder = photographs(tmp_path / "photographs", 5)
    indexed(folder, tmp_path / "reference")
    reference = contents(tmp_path / "reference")
    struck = 0
    for nth in itertools.count(1, step):
        for kind in range(kinds):
            faults = Faults(nth, ERRORS[(nth // step + kind) % len(ERRORS)])
            struck += survived(folder, tmp_path / f"{nth} {kind}", faults, reference, capsys)
        if faults.calls < nth:
            break
    assert struck >= least


def survived(
    folder: Path, library: Path, faults: Faults, reference: list[Row], capsys: pytest.CaptureFixture[str]
) -> bool:
    """A run with a fault ends with a sentence or without, never with a half; whether the fault was reached."""
    with failing(faults):
        status = status_of(lambda: run(folder, library))
    said = capsys.readouterr().err
    assert "defect" not in said and "refused this" not in said and "Traceback" not in said, (faults.nth, said)
    assert status in (0, 1) and (status == 0) == (said == ""), (faults.nth, said)
    Library.create_or_open(library).close()
    check(library)
    indexed(folder, library)
    assert check(library) == 5 and contents(library) == reference
    shutil.rmtree(library)
    return faults.calls >= faults.nth


def run(folder: Path, library: Path) -> None:
    """Indexes two at a time; what was rejected is said, as the command does."""
    with Library.create_or_open(library) as opened:
        report = pipeline.index(opened, [str(folder)], Threads(Eyes(FakeTagger(), None), 1), batch_size=2)
    if report.rejected:
        say(str(report.rejected))
        raise SystemExit(1)
