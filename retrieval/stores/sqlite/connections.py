"""How SQLite is opened, and what its failures are called. It knows no table but Alembic's.

Writers begin with BEGIN IMMEDIATE, so none finds out in the middle that it was too late; readers are query_only and
see one committed state for as long as their transaction lasts. On a disk that several machines share, SQLite's log
(WAL) is not safe, and a library is kept without it: slower, and readers and writers wait for each other.

A file that somebody else made is not trusted: see `retrieval.links`, `definitions`, and `_bound`.
"""

import itertools
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from weakref import WeakSet

import numpy as np
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound
from sqlalchemy.pool import Pool, QueuePool

from retrieval import links
from retrieval.columns.moves import moved
from retrieval.columns.paths import matches
from retrieval.columns.sayings import metres
from retrieval.errors import (
    FacequeryError,
    LibraryBusy,
    LibraryDamaged,
    LibraryFull,
    shown,
)
from retrieval.spelling import composed
from retrieval.stores.sqlite.disks import network

FILE = links.DATABASE
PATIENCE = 5.0  # seconds that a connection waits for another's transaction
ALWAYS = ("foreign_keys=ON", "trusted_schema=OFF", "secure_delete=ON", "cell_size_check=ON")
READING = (*ALWAYS, "query_only=ON")
WRITING = (*ALWAYS, "journal_mode=WAL", "synchronous=FULL")
ON_A_NETWORK = (*ALWAYS, "journal_mode=DELETE", "synchronous=FULL")
TICK = 10_000_000  # steps of SQLite's machine between two looks at whether they are too many, a tenth of a second
STEPS, STEPS_A_BYTE = 10**9, 10  # allowed a transaction: verifying takes one step for every three bytes of a library

_engines: "WeakSet[Engine]" = WeakSet()
_parents: list[Pool] = []  # of a forked process: kept, so that nobody closes what is in them


def reader(folder: Path) -> Engine:
    """Connections that cannot write; each transaction sees one committed state."""
    return engine_of(folder, "rw", READING, "BEGIN")  # not mode=ro: the first reader may have to recover the WAL


def writer(folder: Path) -> Engine:
    """Connections whose commits survive a power cut; each transaction holds the write lock from its start."""
    return engine_of(folder, "rw", ON_A_NETWORK if network(folder) else WRITING, "BEGIN IMMEDIATE")


@contextmanager
def opened(engine: Engine) -> Iterator[Engine]:
    """The engine, for as long as the block lasts."""
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def transaction(engine: Engine, folder: Path) -> Iterator[Connection]:
    """Committed at the end of the block, rolled back whole if anything is raised in it; errors as in `named_errors`."""
    with named_errors(folder), engine.begin() as connection:
        yield connection


@contextmanager
def named_errors(folder: Path, *, disk: Path | None = None) -> Iterator[None]:
    """Turns what SQLite and the disk say inside the block into errors of ours that name the folder, or the folder that
    was written to if it is another (`disk`). None of SQLite's or SQLAlchemy's own leaves it.
    """
    try:
        yield
    except DBAPIError as error:
        raise _named(folder, error.orig, disk) from error
    except sqlite3.Error as error:
        raise _named(folder, error, disk) from error
    except (NoResultFound, MultipleResultsFound) as error:
        raise LibraryDamaged(
            f"{named(folder)} has not the one row that every library has: `facequery verify` says which. Restore it "
            "from a backup, or index into another --library."
        ) from error
    except UnicodeDecodeError as error:
        raise LibraryDamaged(
            f"{named(folder)} is damaged: it holds text that is none. Restore it from a backup, or index into another "
            "--library."
        ) from error
    except OverflowError as error:
        if "SQLite" not in str(error):
            raise
        raise FacequeryError("The library has no number of more than 64 bits, and was asked for one.") from error


def engine_of(folder: Path, mode: str, pragmas: tuple[str, ...], begin: str, file: str = FILE) -> Engine:
    """As `reader` and `writer`, of another file in the folder."""
    engine = create_engine(
        "sqlite://", creator=lambda: connect(folder, mode, pragmas, file), poolclass=QueuePool, max_overflow=-1
    )

    _engines.add(engine)

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:  # Python's own BEGIN comes too late and is always deferred
        _bound(connection.connection.driver_connection, folder / file)
        connection.exec_driver_sql(begin)

    return engine


def _bound(connection: Any, file: Path) -> None:
    """Stops what takes far more steps from here on than a library of that size can need: it is none of ours."""
    taken = itertools.count(TICK, TICK)
    connection.set_progress_handler(lambda: next(taken) > STEPS + STEPS_A_BYTE * file.stat().st_size, TICK)


def connect(folder: Path, mode: str, pragmas: tuple[str, ...] = (), file: str = FILE) -> sqlite3.Connection:
    """SQLite's own connection, without the transactions that Python would begin; `mode` is "ro" or "rw"."""
    uri = f"{address(folder / file)}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        _bound(connection, folder / file)
        connection.create_function("path_matches", 2, matches, deterministic=True)  # `path:` of the query language
        connection.create_function("composed", 1, _composed, deterministic=True)  # for names
        connection.create_function("moved", 3, moved, deterministic=True)  # for calibrations
        connection.create_function("metres", 4, _metres, deterministic=True)  # for `near:`
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _composed(name: str | None) -> str | None:
    return None if name is None else composed(name)


def _metres(latitude: float, longitude: float, north: float | None, east: float | None) -> float | None:
    if north is None or east is None:
        return None
    return float(metres(latitude, longitude, np.array([north], np.float64), np.array([east], np.float64))[0])


def address(file: Path) -> str:
    """A file as SQLite can be told, whatever bytes its name holds."""
    return f"file:{quote(os.fsencode(file.absolute()))}"


def _begin_anew() -> None:
    """A forked process may not use its parent's connections, not even to close them: it gets its own."""
    for engine in list(_engines):
        _parents.append(engine.pool)
        engine.dispose(close=False)


os.register_at_fork(after_in_child=_begin_anew)


def _named(folder: Path, error: BaseException | None, disk: Path | None) -> FacequeryError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LibraryBusy(folder)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR):  # or a table is not there
        return LibraryDamaged(
            f"{named(folder)} is damaged or not a library ({error}). Restore it from a backup, "
            "or index into another --library."
        )
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return LibraryFull(
            f"The disk under {shown(str(disk or folder))} is full or failing ({error}). What was committed before is "
            "safe; make room and run the command again."
        )
    if code == sqlite3.SQLITE_INTERRUPT:
        return LibraryDamaged(
            f"{named(folder)} takes far longer to read than anything of its size should: it is not as facequery makes "
            "libraries. Nothing was changed; restore it from a backup."
        )
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return FacequeryError(
            f"{named(folder)} cannot be opened for this ({error}). Check its permissions, and that its folder may be "
            "written: SQLite keeps its log beside it."
        )
    return FacequeryError(
        f"{named(folder)} does not do what was asked of it ({error}). `facequery verify` says whether it is sound."
    )


def named(folder: Path) -> str:
    """The library's file, as a person is told of it."""
    return shown(str(folder / FILE))
