"""How SQLite is opened, and what its failures are called. It knows no table but Alembic's.

Writers begin with BEGIN IMMEDIATE, so none finds out in the middle that it was too late; readers are query_only and
see one committed state for as long as their transaction lasts. On a disk that several machines share, SQLite's log
(WAL) is not safe, and a library is kept without it: slower, and readers and writers wait for each other.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from weakref import WeakSet

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.pool import Pool, QueuePool

import migrations
from retrieval.columns.paths import matches
from retrieval.errors import (
    FacequeryError,
    LibraryBusy,
    LibraryDamaged,
    LibraryFull,
    LibraryMissing,
    LibraryTooNew,
    shown,
)
from retrieval.spelling import composed
from retrieval.tables import schema
from retrieval.tables.disks import network
from retrieval.tables.lock import held

FILE = "library.db"
PATIENCE = 5.0  # seconds that a connection waits for another's transaction
ALWAYS = ("foreign_keys=ON", "trusted_schema=OFF", "secure_delete=ON", "cell_size_check=ON")
READING = (*ALWAYS, "query_only=ON")
WRITING = (*ALWAYS, "journal_mode=WAL", "synchronous=FULL")
ON_A_NETWORK = (*ALWAYS, "journal_mode=DELETE", "synchronous=FULL")

_engines: "WeakSet[Engine]" = WeakSet()
_parents: list[Pool] = []  # of a forked process: kept, so that nobody closes what is in them


def reader(folder: Path) -> Engine:
    """Connections that cannot write; each transaction sees one committed state."""
    return _engine(folder, "rw", READING, "BEGIN")  # not mode=ro: the first reader may have to recover the WAL


def writer(folder: Path) -> Engine:
    """Connections whose commits survive a power cut; each transaction holds the write lock from its start."""
    return _engine(folder, "rw", ON_A_NETWORK if network(folder) else WRITING, "BEGIN IMMEDIATE")


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


def prepare(folder: Path, *, create: bool = False) -> None:
    """Leaves a library of today's schema in `folder`, or raises LibraryMissing, LibraryTooNew or LibraryDamaged.

    What is too new or not ours is only read, and not a byte of it changes.
    """
    with named_errors(folder):
        if not (folder / FILE).is_file() and not create:
            raise LibraryMissing(
                f"There is no library in {shown(str(folder))}. Make one with `facequery index FOLDER`, "
                "or name another with --library."
            )
        if not _is_current(folder):
            with held(folder, patience=30.0):
                if not _is_current(folder):  # somebody else may have done it while we waited for the lock
                    _upgrade(folder, create)
        if network(folder) and _has_log(folder):
            writer(folder).connect().close()  # it was made on a local disk


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
    except NoResultFound as error:
        raise LibraryDamaged(
            f"{_file(folder)} lacks a row that every library has: `facequery verify` says which. Restore it from a "
            "backup, or index into another --library."
        ) from error
    except OverflowError as error:
        if "SQLite" not in str(error):
            raise
        raise FacequeryError("The library has no number of more than 64 bits, and was asked for one.") from error


def _engine(folder: Path, mode: str, pragmas: tuple[str, ...], begin: str) -> Engine:
    engine = create_engine(
        "sqlite://", creator=lambda: connect(folder, mode, pragmas), poolclass=QueuePool, max_overflow=-1
    )

    _engines.add(engine)

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:  # Python's own BEGIN comes too late and is always deferred
        connection.exec_driver_sql(begin)

    return engine


def connect(folder: Path, mode: str, pragmas: tuple[str, ...] = ()) -> sqlite3.Connection:
    """SQLite's own connection, without the transactions that Python would begin; `mode` is "ro" or "rw"."""
    uri = f"{address(folder / FILE)}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        connection.create_function("path_matches", 2, matches, deterministic=True)  # `path:` of the query language
        connection.create_function("composed", 1, _composed, deterministic=True)  # for names
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _composed(name: str | None) -> str | None:
    return None if name is None else composed(name)


def address(file: Path) -> str:
    """A file as SQLite can be told, whatever bytes its name holds."""
    return f"file:{quote(os.fsencode(file.absolute()))}"


def _begin_anew() -> None:
    """A forked process may not use its parent's connections, not even to close them: it gets its own."""
    for engine in list(_engines):
        _parents.append(engine.pool)
        engine.dispose(close=False)


os.register_at_fork(after_in_child=_begin_anew)


def _has_log(folder: Path) -> bool:
    """Whether the library is kept with SQLite's log, by the file's header."""
    with (folder / FILE).open("rb") as file:
        return file.read(20)[18:] == b"\2\2"


def _revision(folder: Path) -> str | None:
    """The revision of the library, None where there is none yet; read without a chance of writing, unless somebody was
    killed in a transaction: only who may write can roll that back.
    """
    if not (folder / FILE).is_file():
        return None
    try:
        return _read_revision(folder, "ro")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
            raise
        return _read_revision(folder, "rw")


def _read_revision(folder: Path, mode: str) -> str | None:
    with closing(connect(folder, mode)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        if not tables:
            return None  # its creation was interrupted
        if "alembic_version" not in tables or "library" not in tables:
            raise LibraryDamaged(f"{_file(folder)} is a database, but not a facequery library; name another folder.")
        row: Any = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None:
        raise LibraryDamaged(f"{_file(folder)} does not say its version; restore it from a backup.")
    return str(row[0])


def _is_current(folder: Path) -> bool:
    revision = _revision(folder)
    if revision not in (None, schema.REVISION) and revision not in migrations.revisions():
        raise LibraryTooNew(
            f"The library in {shown(str(folder))} was made by a newer facequery (schema {shown(str(revision))}; "
            f"this one knows {schema.REVISION}). It was not touched. "
            "Install the newer version, or name another with --library."
        )
    return revision == schema.REVISION


def _upgrade(folder: Path, create: bool) -> None:
    if create:  # SQLite gives its log the same permissions: faces are their owner's business
        os.close(os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    with opened(writer(folder)) as engine, transaction(engine, folder) as connection:
        migrations.upgrade(connection)
        reached = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        if reached != schema.REVISION:  # Alembic takes a folder that it cannot read for an empty one
            raise FacequeryError(
                f"{_file(folder)} cannot be made a library of today: facequery's own folder `migrations` cannot be "
                "read. Nothing was changed; look at the disk, or install facequery again."
            )


def _named(folder: Path, error: BaseException | None, disk: Path | None) -> FacequeryError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LibraryBusy(folder)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR):  # or a table is not there
        return LibraryDamaged(
            f"{_file(folder)} is damaged or not a library ({error}). Restore it from a backup, "
            "or index into another --library."
        )
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return LibraryFull(
            f"The disk under {shown(str(disk or folder))} is full or failing ({error}). What was committed before is "
            "safe; make room and run the command again."
        )
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return FacequeryError(
            f"{_file(folder)} cannot be opened for this ({error}). Check its permissions, and that its folder may be "
            "written: SQLite keeps its log beside it."
        )
    return FacequeryError(
        f"{_file(folder)} does not do what was asked of it ({error}). `facequery verify` says whether it is sound."
    )


def _file(folder: Path) -> str:
    return shown(str(folder / FILE))
