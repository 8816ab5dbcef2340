"""The rows of one library's tables in another's, whatever database each is."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, func, insert, select

from retrieval.stores.postgres.address import Address
from retrieval.stores.postgres.connections import engine_of
from retrieval.tables import schema
from tests import postgres


@contextmanager
def served(source: Connection) -> Iterator[Connection]:
    """A transaction on a server, in a library with the same rows."""
    with postgres.database() as address:
        engine = engine_of(Address.of(address), isolation="REPEATABLE READ")
        with engine.begin() as connection:
            copy(source, connection)
        with engine.begin() as connection:
            yield connection
        engine.dispose()


def copy(source: Connection, target: Connection) -> None:
    """Into a library that nobody has written to yet."""
    target.execute(schema.library.delete())
    for table in schema.metadata.sorted_tables:
        rows = [dict(row._mapping) for row in source.execute(select(table))]
        if rows:
            target.execute(insert(table), rows)
        if rows and target.dialect.name == "postgresql" and "id" in table.c and table.c.id.identity is not None:
            counted = func.pg_get_serial_sequence(table.name, "id")
            target.execute(select(func.setval(counted, max(row["id"] for row in rows))))
