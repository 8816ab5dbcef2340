import struct
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Connection, Float, create_engine, event, func, literal, select
from sqlalchemy.pool import NullPool

from retrieval.stores.postgres import cursors
from retrieval.tables.types import Single
from tests.postgres import driven

TENTH = struct.unpack("<f", struct.pack("<f", 0.1))[0]  # as SQLite gives it, which has 64 bits for it


@pytest.fixture
def connection(bare_database: str) -> Iterator[Connection]:
    engine = create_engine(driven(bare_database), poolclass=NullPool)
    event.listen(engine, "connect", lambda connection, _: cursors.use(connection))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.parametrize("streamed", [False, True])
def test_a_number_of_32_bits_is_exactly_that(connection: Connection, streamed: bool):
    asked = select(literal(0.1, Float).cast(Single)).execution_options(stream_results=streamed)
    assert connection.execute(asked).scalar_one() == TENTH != 0.1


def test_streamed_rows_wait_on_the_server(connection: Connection):
    rows = select(func.generate_series(1, 10)).execution_options(stream_results=True)
    with connection.execute(rows) as result:
        assert isinstance(result.cursor, psycopg.ServerCursor)
        assert result.scalars().all() == list(range(1, 11))


def test_other_values_are_as_they_were_as_text(connection: Connection):
    known = "true, 7::smallint, 2::bigint, 1.5::float8, 'é'::text, '\\x00ff'::bytea, NULL, current_schema()"
    found = connection.exec_driver_sql(f"SELECT {known}").one()
    assert tuple(found) == (True, 7, 2, 1.5, "é", b"\0\xff", None, "public")
