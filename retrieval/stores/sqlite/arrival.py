"""A copy of a library that comes into a folder: a file of another name until all of it is there, so that nobody takes
half of one for a library.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert

from retrieval import links
from retrieval.errors import AlreadyThere, LibraryDamaged, shown
from retrieval.stores.sqlite import definitions, preparation
from retrieval.stores.sqlite.connections import ON_A_NETWORK, engine_of, opened, transaction
from retrieval.stores.sqlite.lock import held
from retrieval.tables import arrivals
from retrieval.tables.generation import State
from retrieval.tables.pages import Row, numbered

COPY = links.ARRIVING
OURS = {COPY, f"{COPY}-journal", "library.lock", "library.pid", links.CACHE}


class Arriving:
    """See `retrieval.stores.store.Arrival`."""

    def __init__(self, folder: Path, state: State) -> None:
        self._folder, self._state = folder, state
        self.engine = engine_of(folder, "rw", ON_A_NETWORK, "BEGIN IMMEDIATE", COPY)

    def transaction(self) -> AbstractContextManager[Connection]:
        """See `Arrival`."""
        return transaction(self.engine, self._folder)

    def clear(self) -> None:
        """Makes the file anew, which takes no time however much was in it."""
        self.engine.dispose()
        preparation.make(self._folder, COPY)
        with self.transaction() as connection:
            arrivals.mark(connection, self._state)

    def add(self, connection: Connection, table: Table, rows: Sequence[Row]) -> None:
        """See `Arrival`."""
        connection.exec_driver_sql(str(insert(table).compile(dialect=connection.dialect)), list(rows))

    def go_on(self, connection: Connection, numbers: Mapping[str, int]) -> None:
        """SQLite remembers the numbers of those tables alone that have AUTOINCREMENT."""
        known = given(connection)
        for name in [table.name for table in numbered() if table.dialect_options["sqlite"]["autoincrement"]]:
            if numbers.get(name, 0) > known.get(name, 0):
                connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
                connection.exec_driver_sql("INSERT INTO sqlite_sequence VALUES (?, ?)", (name, numbers[name]))


def given(connection: Connection) -> dict[str, int]:
    """See `Store.numbers`."""
    rows = connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
    return {name: int(number) for name, number in rows if number}


@contextmanager
def arriving(folder: Path, state: State) -> Iterator[Arriving]:
    """See `Store.arriving`. AlreadyThere also where other files are: a library has a folder of its own."""
    _check_new(folder)
    preparation.make_folder(folder)
    with held(folder):
        _check_new(folder)
        arrival = Arriving(folder, state)
        with opened(arrival.engine):
            if not (folder / COPY).is_file() or _marked(arrival) != state:
                arrival.clear()
            yield arrival
            _check_ours(arrival, folder)
        _flush(folder / COPY)
        preparation.take_place(folder, COPY)
        _flush(folder)


def _check_new(folder: Path) -> None:
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else {folder.name} if folder.exists() else set()
    if there - OURS:
        raise AlreadyThere(
            f"{shown(str(folder))} is there already, and a library is never copied over anything. Name a new folder."
        )


def _marked(arrival: Arriving) -> State | None:
    with arrival.transaction() as connection:
        return arrivals.marked(connection)


def _check_ours(arrival: Arriving, folder: Path) -> None:
    with arrival.transaction() as connection:
        driver: Any = connection.connection.driver_connection
        if strange := definitions.foreign(driver):
            raise LibraryDamaged(
                f"{shown(str(folder / COPY))} was changed by somebody else while it was copied: see "
                f"{shown(strange[:40])} in its schema. Remove it, and copy again."
            )


def _flush(path: Path) -> None:
    """What was written there survives a power cut."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
