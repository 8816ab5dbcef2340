from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, bindparam, create_engine, func, select
from sqlalchemy.pool import NullPool

from retrieval.tables import schema
from retrieval.tables.streams import streamed
from tests.postgres import driven

NUMBERS = select(func.generate_series(1, bindparam("most", 10)))


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    engine = create_engine(driven(database), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.parametrize(("size", "sizes"), [(1, [1] * 10), (4, [4, 4, 2]), (5, [5, 5]), (99, [10])])
def test_every_row_comes_once_and_in_order(connection: Connection, size: int, sizes: list[int]):
    parts = list(streamed(connection, NUMBERS, size))
    assert [len(part) for part in parts] == sizes
    assert [row for part in parts for row in part] == [(number,) for number in range(1, 11)]


def test_of_nothing_nothing_comes(connection: Connection):
    assert list(streamed(connection, select(schema.face.c.id), 5)) == []


def test_a_condition_may_name_many_numbers(connection: Connection):
    connection.execute(schema.folder.insert(), [{"path": "/a"}, {"path": "/\udcff"}, {"path": "/c"}])
    path = schema.folder.c.path
    asked = select(path).where(path.in_(["/a", "/\udcff"])).order_by(path)
    assert [row for part in streamed(connection, asked, 1) for row in part] == [(b"/a",), (b"/\xff",)]


def test_two_can_be_read_at_once_and_one_given_up(connection: Connection):
    one, other = streamed(connection, NUMBERS, 2), streamed(connection, NUMBERS, 3)
    assert [next(one), next(other), next(one)] == [[(1,), (2,)], [(1,), (2,), (3,)], [(3,), (4,)]]
    one.close()
    assert next(other) == [(4,), (5,), (6,)]
    connection.rollback()
    assert connection.execute(NUMBERS).scalars().all() == list(range(1, 11))


def test_rows_wait_on_the_server(connection: Connection):
    endless = select(func.generate_series(1, 10**9))  # as long as it is not asked for all of them
    assert next(streamed(connection, endless.where(func.random() < 2), 2)) == [(1,), (2,)]
