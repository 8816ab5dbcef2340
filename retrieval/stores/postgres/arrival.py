"""A copy of a library that comes into a database, by PostgreSQL's COPY, which takes rows three to twenty times as fast
as INSERT. Until all of it is there, a mark in the database keeps it from being taken for a library.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, Table, inspect, text

import migrations
from retrieval.errors import AlreadyThere
from retrieval.stores.postgres.address import Address
from retrieval.stores.postgres.connections import engine_of, one_after_another
from retrieval.stores.postgres.preparation import PATIENCE, checked
from retrieval.tables import arrivals, schema
from retrieval.tables.generation import State
from retrieval.tables.pages import Row, numbered

if TYPE_CHECKING:
    from retrieval.stores.store import Store


class Arriving:
    """See `retrieval.stores.store.Arrival`."""

    def __init__(self, store: "Store", engine: Engine, state: State) -> None:
        self._store, self._engine, self._state = store, engine, state

    def transaction(self) -> AbstractContextManager[Connection]:
        """See `Arrival`."""
        return self._store.transaction(self._engine)

    def clear(self) -> None:
        """See `Arrival`."""
        names = ", ".join(f'"{name}"' for name in schema.metadata.tables)
        with self.transaction() as connection:
            connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY")
            arrivals.mark(connection, self._state)

    def add(self, connection: Connection, table: Table, rows: Sequence[Row]) -> None:
        """See `Arrival`."""
        names = ", ".join(f'"{column.name}"' for column in table.c)
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor:
            cursor.execute(f'SELECT {names} FROM "{table.name}" LIMIT 0')
            kinds = [column.type_code for column in cursor.description]
            with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN (FORMAT binary)') as into:
                into.set_types(kinds)
                for row in rows:
                    into.write_row(row)

    def go_on(self, connection: Connection, numbers: Mapping[str, int]) -> None:
        """Also has the server look at what is in the tables, or it would read them in slow ways until it does so by
        itself.
        """
        for name, known in _known(connection).items():
            if greatest := max(numbers.get(name, 0), known):
                connection.execute(_GO_ON, {"name": f'"{name}"', "number": greatest})
        connection.exec_driver_sql("ANALYZE " + ", ".join(f'"{name}"' for name in schema.metadata.tables))


def given(connection: Connection) -> dict[str, int]:
    """See `Store.numbers`."""
    found = {table.name: connection.execute(_GIVEN, {"name": f'"{table.name}"'}).scalar() for table in numbered()}
    return {name: int(number) for name, number in found.items() if number is not None}


@contextmanager
def arriving(store: "Store", address: Address, state: State) -> Iterator[Arriving]:
    """See `Store.arriving`. Nobody writes to the database meanwhile."""
    with store.held(patience=PATIENCE, alone=True):
        begun = _begun(store, address, state)
        engine = one_after_another(engine_of(address, isolation="READ COMMITTED"))
        try:
            arrival = Arriving(store, engine, state)
            if not begun:
                arrival.clear()
            yield arrival
        finally:
            engine.dispose()


def _begun(store: "Store", address: Address, state: State) -> bool:
    """Leaves tables of today's schema and a mark there. False if that is of a copy of something else. By connections of
    its own: those that knew no vectors never will.
    """
    engine = one_after_another(engine_of(address, isolation="READ COMMITTED"))
    try:
        with store.transaction(engine) as connection:
            if inspect(connection).has_table(arrivals.NAME):
                migrations.upgrade(connection)
                return arrivals.marked(connection) == state
            if checked(connection, address) is not None:
                raise AlreadyThere(
                    f"There is a library in {address.shown} already, and none is ever copied over another. Name an "
                    "empty database."
                )
            migrations.upgrade(connection)
            arrivals.mark(connection, state)
            return True
    finally:
        engine.dispose()


def _known(connection: Connection) -> dict[str, int]:
    """The greatest number of each table's rows."""
    found = {t.name: connection.exec_driver_sql(f'SELECT max(id) FROM "{t.name}"').scalar() for t in numbered()}
    return {name: int(number or 0) for name, number in found.items()}


_GIVEN = text("SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence(:name, 'id') AS regclass))")
_GO_ON = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :number)")
