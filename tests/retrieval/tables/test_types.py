from collections.abc import Iterator

import numpy as np
import pytest
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, create_engine, event, insert, select
from sqlalchemy.pool import NullPool

from retrieval.stores.postgres.halfvec import register
from retrieval.tables.types import Long, Octets, PathBytes, Real, Single, Text, VectorBytes
from tests.postgres import driven

KINDS = Table(
    "kinds",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("path", PathBytes),
    Column("vector", VectorBytes(3), Octets("length(vector) = 12")),
    Column("long", Long),
    Column("text", Text),
    Column("real", Real),
    Column("single", Single),
    sqlite_strict=True,
)
VECTOR = np.array([0.5, -1, 65504], "<f4").tobytes()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = create_engine("sqlite://")
    else:
        engine = create_engine(driven(request.getfixturevalue("database")), poolclass=NullPool)
        event.listen(engine, "connect", lambda connection, _: register(connection))
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        KINDS.create(connection)
        yield connection


def through(connection: Connection, **values: object) -> dict[str, object]:
    connection.execute(insert(KINDS).values(id=1, **values))
    row = connection.execute(select(*[KINDS.c[name] for name in values])).one()
    return dict(row._mapping)


@pytest.mark.parametrize(
    "values",
    [
        {"path": "/p/\udcff é e\u0301.jpg"},
        {"vector": VECTOR},
        {"long": -(2**63)},
        {"long": 2**63 - 1},
        {"text": "Ä\\%\n'"},
        {"real": 0.1},
        {"real": 1.7976931348623157e308},
        {"single": 0.25},
        {"path": None, "vector": None, "long": None, "text": None, "real": None, "single": None},
    ],
)
def test_values_come_back_as_they_were(connection: Connection, values: dict[str, object]):
    assert through(connection, **values) == values


def test_text_is_in_the_order_of_its_bytes(connection: Connection):
    words = ["", "B", "a", "b", "ab", "a b", "Ä", "é", "e\u0301", "\uffff", "😀"]
    connection.execute(insert(KINDS), [{"id": at, "text": word} for at, word in enumerate(words)])
    found = connection.execute(select(KINDS.c.text).order_by(KINDS.c.text)).scalars().all()
    assert found == sorted(words, key=str.encode)


def test_the_driver_s_rows_have_paths_and_vectors_as_bytes(connection: Connection):
    through(connection, path="/é", vector=VECTOR)
    with connection.execute(select(KINDS.c.path, KINDS.c.vector)) as result:
        assert result.cursor.fetchall() == [("/é".encode(), VECTOR)]


def test_a_vector_of_another_width_is_refused(connection: Connection):
    with pytest.raises(Exception, match=r"length\(vector\)|expected 3 dimensions"):
        through(connection, vector=VECTOR[:8])
