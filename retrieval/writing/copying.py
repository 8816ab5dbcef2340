"""A library copied to another place, of whatever kind both are, with all its numbers, and compared with it row by row.

It comes out of one transaction, so it is of one state, and goes in by parts, each committed: what was interrupted goes
on where it was. The destination is no library until all of it is there and was found to be the same. A copy is the same
library, as a backup is: what is said of one from then on, the other does not know.
"""

from collections.abc import Callable, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Table

from retrieval.columns import cache
from retrieval.errors import LibraryDamaged, shown
from retrieval.stores.store import Arrival, Store
from retrieval.tables import arrivals, schema
from retrieval.tables.generation import state
from retrieval.tables.outside import check_not_inside, check_outside
from retrieval.tables.pages import Row, count, difference, last, pages, tables
from retrieval.writing.verify import verify

Progress = Callable[[int, int, str], None]
"""Called with how many rows are done of how many, each counted twice, and whether they are copied or compared."""


class Copied(NamedTuple):
    """A library of the state after `generation` changes, with `faces` and so many `rows` in all; `bytes` is its size
    where it is now. `continued`: some of the rows were there already.
    """

    generation: int
    faces: int
    rows: int
    bytes: int
    continued: bool


class _Copy:
    """One copy: where its rows come from, where they go, and how many are done."""

    def __init__(self, source: Connection, arrival: Arrival, progress: Progress) -> None:
        self._source, self._arrival, self._progress = source, arrival, progress
        self.counts = {table.name: count(source, table) for table in tables()}
        self.rows = sum(self.counts.values())
        self._done = 0

    def fill(self, numbers: Mapping[str, int]) -> bool:
        """Copies every row that is not there; whether any was. Numbering goes on behind those that were given."""
        self._done = 0
        found = [self._fill(table) for table in tables()]
        with self._arrival.transaction() as here:
            self._arrival.go_on(here, numbers)
        return any(found)

    def _fill(self, table: Table) -> bool:
        with self._arrival.transaction() as here:
            after, there = last(here, table), count(here, table)
        self._go_on(there, "copied")
        for rows in pages(self._source, table, after):
            with self._arrival.transaction() as here:
                self._arrival.add(here, table, rows)
            self._go_on(len(rows), "copied")
        return there > 0

    def differs(self) -> tuple[Table, Row] | None:
        """The first row that is not the same on both sides."""
        self._done = self.rows
        with self._arrival.transaction() as here:
            return next((found for table in tables() if (found := self._differs(here, table))), None)

    def _differs(self, here: Connection, table: Table) -> tuple[Table, Row] | None:
        for theirs, ours in zip_longest(pages(self._source, table), pages(here, table), fillvalue=()):
            if (found := difference(table, theirs, ours, here.dialect)) is not None:
                return table, found
            self._go_on(len(theirs), "compared")
        return None

    def _go_on(self, rows: int, words: str) -> None:
        self._done += rows
        self._progress(self._done, 2 * self.rows, words)


def copy(
    source: Store, to: Store, photographs: frozenset[str], progress: Progress = lambda done, of, words: None
) -> Copied:
    """Copies the library of `source`, which is prepared, to where none is, and not among `photographs`. What is there
    when it is interrupted, the next copy of that state continues. AlreadyThere; InsideLibrary; AmongPhotographs;
    LibraryDamaged if the library is not as it should be; LibraryBusy; LibraryFull.
    """
    if isinstance(to.place, Path):
        check_not_inside(to.place, source.folder)
        check_outside(to.place, photographs)
    engine = source.reader()
    try:
        with source.transaction(engine) as there:
            now = state(there)
            with to.arriving(now) as arrival:
                done = _Copy(there, arrival, progress)
                numbers = source.numbers(there)
                continued, other = done.fill(numbers), done.differs()
                if continued and other:  # something changed that no state tells, such as a saved search
                    arrival.clear()
                    continued, other = done.fill(numbers), done.differs()
                if other:
                    raise _differing(*other)
                _finish(there, arrival, to)
    finally:
        engine.dispose()
    cache.clear(to.folder)  # of another library that was there before
    return Copied(now.generation, done.counts["face"], done.rows, _size(to), continued)


def _finish(there: Connection, arrival: Arrival, to: Store) -> None:
    """Says which library it is, and checks all that a library promises: it is one only if it keeps that."""
    with arrival.transaction() as here:
        for rows in pages(there, schema.library):
            arrival.add(here, schema.library, rows)
        arrivals.unmark(here)
        if finding := next(verify(here, to), None):
            raise LibraryDamaged(
                f"No copy was made: the library is not as it should be. In {finding.table}: {finding.problem} "
                "`facequery verify` lists what is wrong."
            )


def _differing(table: Table, row: Row) -> LibraryDamaged:
    return LibraryDamaged(
        f"No copy was made: in {table.name} the row {shown(str(row)[:80])} became another on the way. Look at the "
        "disks of both, and copy again: it goes on where this one was."
    )


def _size(store: Store) -> int:
    engine = store.reader()
    try:
        with store.transaction(engine) as connection:
            return store.measure(connection)
    finally:
        engine.dispose()
