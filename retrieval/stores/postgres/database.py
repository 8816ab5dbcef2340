"""A database of a PostgreSQL server, as a `Store`. Many write to it at the same time, from many machines: each
transaction that writes waits for the one before it, and no run keeps others from writing.

Two advisory locks say who waits for whom. HELD is shared by all who write, from one transaction to the next, and taken
alone for what nobody may write beside. WRITING is held by each transaction that writes, until its end.
"""

import hashlib
import time
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path

import platformdirs
from sqlalchemy import CheckConstraint, Connection, Engine, ForeignKey, func, select, text

from retrieval.columns import cache
from retrieval.errors import FacequeryError, LibraryBusy, shown
from retrieval.stores.findings import Finding
from retrieval.stores.needles import Needle, remains
from retrieval.stores.postgres import arrival, grants, preparation
from retrieval.stores.postgres.address import Address
from retrieval.stores.postgres.connections import HELD, engine_of, named_errors, one_after_another
from retrieval.stores.rights import Right
from retrieval.stores.store import Arrival
from retrieval.tables import schema
from retrieval.tables.generation import State
from retrieval.tables.types import Octets

READING = {"default_transaction_read_only": "on", "cursor_tuple_fraction": "1.0"}  # all of an answer is fetched
SAFE = {"synchronous_commit": "on"}  # also where a server would rather be quick
BEYOND = (
    "No row of them is left on the server. Bytes of them may stay in unused space of its files until that is filled "
    "again (VACUUM FULL writes the files anew), and in its log, its replicas and its backups until they are recycled; "
    "ask whoever looks after it."
)
WAITING = 5.0  # seconds for those who still read an earlier state
BETWEEN = 0.05  # seconds from one try to take a lock to the next


class Database:
    """See `retrieval.stores.store.Store`. FacequeryError for an address that is none, or where psycopg is missing."""

    finds_nearest = True
    beyond = BEYOND

    def __init__(self, address: str) -> None:
        self.place, self._address = address, Address.of(address)

    @property
    def name(self) -> str:
        """The address, without what is secret."""
        return self._address.shown

    @property
    def folder(self) -> Path:
        """The user's own, by the server and the database: each machine derives what it needs for itself."""
        name = hashlib.sha256(self._address.key.encode()).hexdigest()[:16]
        return platformdirs.user_cache_path("facequery", appauthor=False) / "served" / name

    def which(self) -> Hashable:
        """Where it is: who it is stands in its state."""
        return self._address.key

    def prepare(self, *, create: bool = False) -> None:
        """See `Store`."""
        with self.named_errors():
            preparation.prepare(self, self._address, create=create)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise FacequeryError(
                f"{shown(str(self.folder))} cannot be made, where this machine keeps what it derives from a library "
                f"on a server: {error.strerror}."
            ) from error

    def reader(self) -> Engine:
        """See `Store`."""
        return engine_of(self._address, isolation="REPEATABLE READ", settings=READING)

    def writer(self, *, alone: bool = False) -> Engine:
        """See `Store`."""
        return one_after_another(engine_of(self._address, isolation="READ COMMITTED", settings=SAFE), alone=alone)

    @contextmanager
    def held(self, *, patience: float = 0.0, alone: bool = False) -> Iterator[None]:
        """See `Store`. The server gives the lock back the moment that the connection ends, however it ends."""
        engine = engine_of(self._address, isolation="AUTOCOMMIT")
        take = select(func.pg_try_advisory_lock(HELD) if alone else func.pg_try_advisory_lock_shared(HELD))
        with ExitStack() as stack:
            stack.callback(engine.dispose)
            with self.named_errors():
                connection = stack.enter_context(closing(engine.connect()))
                stack.callback(connection.invalidate)  # so that it is not kept, and the lock with it
                until = time.monotonic() + patience
                while not connection.execute(take).scalar():
                    if time.monotonic() >= until:
                        raise LibraryBusy(self.name)
                    time.sleep(BETWEEN)
            yield

    @contextmanager
    def outside(self, engine: Engine) -> Iterator[Connection]:
        """See `Store`."""
        with self.named_errors(), engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    def listen(self, heard: Callable[[], object]) -> Callable[[], None]:
        """See `Store`."""
        from retrieval.stores.postgres.listening import Listener

        listener = Listener(self._address, heard)
        listener.start()
        return listener.stop

    @contextmanager
    def transaction(self, engine: Engine) -> Iterator[Connection]:
        """See `Store`."""
        with self.named_errors(), engine.begin() as connection:
            yield connection

    @contextmanager
    def named_errors(self, *, disk: Path | None = None) -> Iterator[None]:
        """See `Store`."""
        del disk
        with named_errors(self._address):
            yield

    def settle(self, engine: Engine) -> bool:
        """Has the server clear away deleted rows, once nobody reads a state that had them, for which it waits a while.
        See `BEYOND` for where bytes of them may be then.
        """
        tables = ", ".join(f'"{name}"' for name in schema.metadata.tables)
        with self.outside(engine) as outside:
            now = {"now": outside.execute(_NOW).scalar_one()}
            until = time.monotonic() + WAITING
            while (read := bool(outside.execute(_EARLIER, now).scalar())) and time.monotonic() < until:
                time.sleep(BETWEEN)
            outside.exec_driver_sql(f"VACUUM {tables}")
            return not read and not outside.execute(_EARLIER, now).scalar()

    def remains(self, needles: Sequence[Needle]) -> bool:
        """See `Store`: only the cache can be read."""
        return any(path.is_file() and remains(path, needles) for path in (self.folder / cache.FOLDER).rglob("*"))

    def findings(self, connection: Connection) -> Iterator[Finding]:
        """See `Store`. The server refuses what a condition refuses, unless somebody switched that off."""
        for table, name in connection.execute(_UNCHECKED):
            yield Finding("constraint", table, None, f"Its condition {name} is not enforced, or was never checked.")
        there = {row[0]: row[1] for row in connection.execute(_CONDITIONS)}
        for table, count in _ours().items():
            if there.get(table, 0) < count:
                yield Finding("constraint", table, None, "It lacks conditions that every library has.")
        for table, name in connection.execute(_INVALID):
            yield Finding("constraint", table, None, f"Its index {name} is not valid: REINDEX makes it anew.")
        for key in (key for table in schema.metadata.sorted_tables for key in table.foreign_keys):
            yield from _orphans(connection, key)

    def measure(self, connection: Connection) -> int:
        """See `Store`."""
        names = [f'"{name}"' for name in schema.metadata.tables]
        return int(connection.execute(_SIZE, {"names": names}).scalar_one())

    def numbers(self, connection: Connection) -> Mapping[str, int]:
        """See `Store`."""
        return arrival.given(connection)

    def arriving(self, state: State) -> AbstractContextManager[Arrival]:
        """See `Store`."""
        return arrival.arriving(self, self._address, state)

    def grant(self, role: str, right: Right | None) -> None:
        """See `Store`."""
        grants.grant(self._address, role, right)


def _orphans(connection: Connection, key: ForeignKey) -> Iterator[Finding]:
    child, parent = key.parent, key.column
    first = child.table.primary_key.columns[0]
    alone = ~select(parent).where(parent == child).correlate(child.table).exists()
    for (row,) in connection.execute(select(first).where(child.is_not(None), alone)):
        yield Finding("orphan", child.table.name, row, f"It belongs to a row of {parent.table.name} that is not there.")


def _ours() -> dict[str, int]:
    """How many conditions each table has."""
    return {
        table.name: sum(isinstance(one, CheckConstraint) and not isinstance(one, Octets) for one in table.constraints)
        for table in schema.metadata.tables.values()
    }


_SIZE = text("SELECT sum(pg_total_relation_size(name)) FROM unnest(CAST(:names AS regclass[])) AS name")
_NOW = text("SELECT CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS xid) AS text)")
"""The number of the next transaction: all that was deleted was so by an earlier one."""

_EARLIER = text(
    "SELECT EXISTS (SELECT FROM ("
    "SELECT backend_xmin AS oldest FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
    "AND (datname = current_database() OR backend_type = 'walsender') "
    "UNION ALL SELECT xmin FROM pg_replication_slots "
    "UNION ALL SELECT transaction FROM pg_prepared_xacts WHERE database = current_database()"
    ") AS kept WHERE age(oldest) > age(CAST(CAST(:now AS text) AS xid)))"
)
"""Whether for somebody's sake rows are kept that were deleted before: a reader, a replica, what was only prepared."""

_UNCHECKED = text(
    "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE connamespace = current_schema()::regnamespace "
    "AND conrelid <> 0 "
    "AND NOT (convalidated AND coalesce(CAST(to_jsonb(pg_constraint) ->> 'conenforced' AS boolean), true))"
)
"""Before PostgreSQL 18 all conditions are enforced, and there is no such column."""

_CONDITIONS = text(
    "SELECT relname, count(*) FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid WHERE contype = 'c' "
    "AND connamespace = current_schema()::regnamespace GROUP BY relname"
)
_INVALID = text(
    "SELECT indrelid::regclass::text, indexrelid::regclass::text FROM pg_index JOIN pg_class ON oid = indrelid "
    "WHERE relnamespace = current_schema()::regnamespace AND NOT indisvalid"
)
