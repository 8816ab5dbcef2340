"""A copy of a library in one committed state, checked before it takes its name: a folder with SQLite's file, wherever
the library is kept. Who writes meanwhile is not held up.

Of a file SQLite makes the copy (VACUUM INTO): the file itself, copied in the middle of a transaction, would be none.
Of a server's database it is made row by row (`writing.copying`). What was deleted from the library is not in it; the
caches are not either, since they are made anew.
"""

import os
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select

from retrieval import unfinished
from retrieval.errors import BackupRefused, LibraryDamaged, shown
from retrieval.stores.sqlite.connections import (
    ALWAYS,
    FILE,
    address,
    connect,
    named_errors,
    opened,
    reader,
    transaction,
)
from retrieval.stores.sqlite.file import SqliteFile
from retrieval.stores.store import Store
from retrieval.tables import schema
from retrieval.tables.generation import state
from retrieval.tables.outside import check_not_inside, check_outside
from retrieval.writing import copying
from retrieval.writing.verify import verify


class Backup(NamedTuple):
    """A library in `folder`, of the state after `generation` changes, with `faces`; `bytes` is its size."""

    folder: Path
    generation: int
    faces: int
    bytes: int


def backup(store: Store, to: Path, photographs: frozenset[str]) -> Backup:
    """Copies the library of `store` to the new folder `to`: all of it is there at once, or nothing.

    BackupRefused where something is; InsideLibrary; AmongPhotographs; LibraryDamaged if the copy is not as a library
    should be; LibraryFull.
    """
    place = Path(os.path.realpath(to.expanduser()))
    check_not_inside(place, store.folder)
    check_outside(place, photographs)
    _check_new(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished.sweep(place.parent)
    with unfinished.folder(place) as copy:
        if isinstance(store, SqliteFile):
            _copy(store.folder, copy, place)
        else:
            _copy_rows(store, copy)
        found = _checked(copy, place)
        _flush(copy / FILE, copy)
    _flush(place.parent)
    return found


def _check_new(place: Path) -> None:
    if place.exists() and not (place.is_dir() and not any(place.iterdir())):
        raise BackupRefused(f"{shown(str(place))} is there already, and nothing is overwritten. Name a new folder.")


def _copy(folder: Path, copy: Path, place: Path) -> None:
    os.close(
        os.open(copy / FILE, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    )  # SQLite fills an empty one
    with named_errors(folder, disk=place), closing(connect(folder, "rw", ALWAYS)) as connection:
        connection.execute("VACUUM INTO ?", [address(copy / FILE)])


def _copy_rows(store: Store, copy: Path) -> None:
    copying.copy(store, SqliteFile(copy), frozenset())  # which `backup` has looked at
    for left in copy.iterdir():
        if left.name != FILE:
            left.unlink()


def _checked(copy: Path, place: Path) -> Backup:
    with opened(reader(copy)) as engine, transaction(engine, copy) as connection:
        if finding := next(verify(connection, SqliteFile(copy)), None):
            raise LibraryDamaged(
                f"No backup was made: the library is not as it should be. In {finding.table}: {finding.problem} "
                "`facequery verify` lists what is wrong."
            )
        faces = connection.execute(select(func.count()).select_from(schema.face)).scalar_one()
        return Backup(place, state(connection).generation, faces, (copy / FILE).stat().st_size)


def _flush(*paths: Path) -> None:
    """What was written there survives a power cut."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
