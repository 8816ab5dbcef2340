"""A library of today's schema in a folder, or an error that says why there is none: it is made, brought up to date, or
refused as no work of ours. It knows the schema's revisions, and nothing of what is in the tables.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

import migrations
from retrieval import links
from retrieval.errors import (
    FacequeryError,
    LibraryDamaged,
    LibraryMissing,
    LibraryTooNew,
    LibraryUnfinished,
    shown,
)
from retrieval.stores.sqlite import definitions
from retrieval.stores.sqlite.connections import (
    FILE,
    ON_A_NETWORK,
    connect,
    engine_of,
    named,
    named_errors,
    opened,
    transaction,
    writer,
)
from retrieval.stores.sqlite.disks import network
from retrieval.stores.sqlite.lock import held
from retrieval.tables import schema

NEW = f"{FILE}-new"  # a library in the making: it takes its name when all of it is there
PATIENCE = 30.0  # seconds to wait for whoever makes or upgrades it at this moment


def prepare(folder: Path, *, create: bool = False) -> None:
    """Leaves a library of today's schema in `folder`, or raises LibraryMissing, LibraryTooNew or LibraryDamaged.

    What is too new or not ours is only read, and not a byte of it changes.
    """
    if create:
        make_folder(folder)
    links.check(folder)
    _refuse_unfinished(folder)
    with named_errors(folder):
        if create:
            _unless(folder, lambda: (folder / FILE).is_file(), _create)
        elif not (folder / FILE).is_file():
            raise LibraryMissing(
                f"There is no library in {shown(str(folder))}. Make one with `facequery index FOLDER`, "
                "or name another with --library."
            )
        _unless(folder, lambda: _is_current(folder), lambda folder: _upgrade(folder, writer(folder)))
        if network(folder) and _has_log(folder):
            writer(folder).connect().close()  # it was made on a local disk


def make_folder(folder: Path) -> None:
    """Readable by its owner only."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise FacequeryError(f"{shown(str(folder))} cannot be made a library: {error.strerror}.") from error


def _refuse_unfinished(folder: Path) -> None:
    if (folder / links.ARRIVING).exists() and not (folder / FILE).exists():
        raise LibraryUnfinished(
            f"A copy of another library is unfinished in {shown(str(folder))}: the same `facequery copy` again goes on "
            f"with it. Or remove {links.ARRIVING} there, and begin anew."
        )


def _unless(folder: Path, done: Callable[[], bool], do: Callable[[Path], None]) -> None:
    """Does it under the writer's lock, if nobody has done it while we waited for that."""
    if not done():
        with held(folder, patience=PATIENCE):
            if not done():
                do(folder)


def _is_current(folder: Path) -> bool:
    revision = _revision(folder)
    if revision != schema.REVISION and revision not in migrations.revisions():
        raise LibraryTooNew(
            f"The library in {shown(str(folder))} was made by a newer facequery (schema {shown(revision)}; "
            f"this one knows {schema.REVISION}). It was not touched. "
            "Install the newer version, or name another with --library."
        )
    return revision == schema.REVISION


def _revision(folder: Path) -> str:
    """The revision of the library; read without a chance of writing, unless somebody was killed in a transaction: only
    who may write can roll that back.
    """
    try:
        return _read_revision(folder, "ro")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
            raise
        return _read_revision(folder, "rw")


def _read_revision(folder: Path, mode: str) -> str:
    with closing(connect(folder, mode)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        if not tables:
            raise LibraryDamaged(
                f"{named(folder)} is empty, and no library ever is: what was in it is lost. Restore it from a backup, "
                "or remove it to begin anew."
            )
        if "alembic_version" not in tables or "library" not in tables:
            raise LibraryDamaged(f"{named(folder)} is a database, but not a facequery library; name another folder.")
        if strange := definitions.active(connection):
            raise _strange(folder, strange)
        row: Any = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        if row is None:
            raise LibraryDamaged(f"{named(folder)} does not say its version; restore it from a backup.")
        if row[0] == schema.REVISION and (strange := definitions.foreign(connection)):
            raise _strange(folder, strange)
    return str(row[0])


def _create(folder: Path) -> None:
    """Under a name of its own until all is there: so an empty `library.db` is never the beginning of one."""
    make(folder, NEW)
    take_place(folder, NEW)


def make(folder: Path, file: str) -> None:
    """An empty library in a file of another name, whatever was there."""
    new = folder / file
    for left in (new, new.with_name(f"{file}-journal")):  # by who was killed here
        left.unlink(missing_ok=True)
    os.close(os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))  # faces are their owner's business
    _upgrade(folder, engine_of(folder, "rw", ON_A_NETWORK, "BEGIN IMMEDIATE", file))


def take_place(folder: Path, file: str) -> None:
    """Has a file of another name be the folder's library."""
    (folder / file).rename(folder / FILE)
    with opened(writer(folder)) as engine:
        engine.connect().close()  # from here on with SQLite's log


def _upgrade(folder: Path, writing: Engine) -> None:
    with opened(writing) as engine, transaction(engine, folder) as connection:
        migrations.upgrade(connection)
        reached = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        if reached != schema.REVISION:  # Alembic takes a folder that it cannot read for an empty one
            raise FacequeryError(
                f"{named(folder)} cannot be made a library of today: facequery's own folder `migrations` cannot be "
                "read. Nothing was changed; look at the disk, or install facequery again."
            )
        made: Any = connection.connection.driver_connection
        if strange := definitions.foreign(made):
            raise _strange(folder, strange)


def _strange(folder: Path, name: str) -> LibraryDamaged:
    return LibraryDamaged(
        f"{named(folder)} is not as facequery makes libraries: see {shown(name[:40])} in its schema. It might answer "
        "wrongly, or keep what is erased, so it is not opened. Nothing was changed; restore it from a backup."
    )


def _has_log(folder: Path) -> bool:
    """Whether the library is kept with SQLite's log, by the file's header."""
    with (folder / FILE).open("rb") as file:
        return file.read(20)[18:] == b"\2\2"
