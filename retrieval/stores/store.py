"""What a library asks of wherever it is kept: all that only a database knows of itself. What the tables mean is the
business of `retrieval.tables`, and the statements about them are the same for every store.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, Table

from retrieval.stores.findings import Finding
from retrieval.stores.needles import Needle
from retrieval.stores.rights import Right
from retrieval.tables.generation import State
from retrieval.tables.pages import Row


class Store(Protocol):
    """One place, whether or not a library is there. Its errors are ours, and none of the database's own leaves it."""

    @property
    def place(self) -> Path | str:
        """What `places.store_at` made it of."""
        ...

    @property
    def name(self) -> str:
        """As a person is told of it, without a password."""
        ...

    @property
    def folder(self) -> Path:
        """In whose `cache` lies what is derived from the library, and can be made again."""
        ...

    @property
    def finds_nearest(self) -> bool:
        """Whether the database itself finds the nearest of vectors (`likeness.pgvector_index`)."""
        ...

    @property
    def beyond(self) -> str | None:
        """What a person should know of where the rest of what was erased may be, beyond the database's reach."""
        ...

    def which(self) -> Hashable:
        """Another value once another library has taken its place, unless that shows in its `State`; None for none."""
        ...

    def prepare(self, *, create: bool = False) -> None:
        """Leaves a library of today's schema there. LibraryMissing, unless one is to be made; LibraryTooNew,
        LibraryDamaged: what is too new or not ours is not touched.
        """
        ...

    def reader(self) -> Engine:
        """Connections that cannot write; each transaction sees one committed state."""
        ...

    def writer(self, *, alone: bool = False) -> Engine:
        """Connections whose commits survive a power cut; of their transactions one runs after another. `alone` as in
        `held`.
        """
        ...

    def held(self, *, patience: float = 0.0, alone: bool = False) -> AbstractContextManager[None]:
        """Who writes holds it, from one transaction to the next: nobody does meanwhile what wants to be `alone`, such
        as an upgrade or an erasure. LibraryBusy after `patience` seconds.
        """
        ...

    def outside(self, engine: Engine) -> AbstractContextManager[Connection]:
        """A connection that begins no transactions, for what can be in none."""
        ...

    def listen(self, heard: Callable[[], object]) -> Callable[[], None] | None:
        """Calls `heard`, in a thread of its own, soon after changes that anybody has committed, until what it returns
        is called; None where nobody tells of changes.
        """
        ...

    def transaction(self, engine: Engine) -> AbstractContextManager[Connection]:
        """Committed at the end of the block, rolled back whole if anything is raised in it."""
        ...

    def named_errors(self, *, disk: Path | None = None) -> AbstractContextManager[None]:
        """Turns what the database says inside the block into errors of ours; `disk` is another folder that is written
        to there.
        """
        ...

    def settle(self, engine: Engine) -> bool:
        """What was deleted leaves the database's files, as far as that is in its power; False if somebody who still
        reads an earlier state kept it from that.
        """
        ...

    def remains(self, needles: Sequence[Needle]) -> bool:
        """Whether one of them still stands in what can be read of the database's files, or in the cache."""
        ...

    def findings(self, connection: Connection) -> Iterator[Finding]:
        """What the database itself finds wrong: damage, values that it should have refused, rows without an owner."""
        ...

    def measure(self, connection: Connection) -> int:
        """The bytes that the library takes there."""
        ...

    def numbers(self, connection: Connection) -> Mapping[str, int]:
        """The greatest number that was ever given to a row, of each table whose numbers are never given again, as far
        as the database remembers more than its rows.
        """
        ...

    def arriving(self, state: State) -> AbstractContextManager["Arrival"]:
        """Where a copy of a library in that `state` comes in: nobody takes it for a library, and it is whole, and one,
        only at the end of the block. What is there of a copy of the same state stays, also if anything is raised.
        AlreadyThere where a library is.
        """
        ...

    def grant(self, role: str, right: Right | None) -> None:
        """Lets a role of the database do exactly this with the library, or nothing. FacequeryError where there are no
        roles, not that one, or where it is not in the power of who asks.
        """
        ...


class Arrival(Protocol):
    """A library in the making, of today's schema, with nothing in its tables but what `add` has put there."""

    def transaction(self) -> AbstractContextManager[Connection]:
        """As `Store.transaction`."""
        ...

    def clear(self) -> None:
        """Begins anew."""
        ...

    def add(self, connection: Connection, table: Table, rows: Sequence[Row]) -> None:
        """Whole rows, in the order of the table's columns, as a driver gives them."""
        ...

    def go_on(self, connection: Connection, numbers: Mapping[str, int]) -> None:
        """All rows are there: the next number of a table is greater than all of its own, and than that one."""
        ...
