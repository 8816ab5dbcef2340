from collections.abc import Iterator

import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from retrieval.stores.postgres.halfvec import doubled, halved, register
from retrieval.tables.types import Vector

HALVES = st.floats(width=16, allow_nan=False, allow_infinity=False)


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database) as connection:
        assert register(connection)
        yield connection


def kept(connection: psycopg.Connection, vector: NDArray[np.float32], *, binary: bool) -> bytes:
    asked = f"SELECT %b::halfvec({len(vector)})"
    row = connection.execute(asked, [Vector(vector.tobytes())], binary=binary).fetchone()
    assert row is not None and type(row[0]) is bytes
    return row[0]


@pytest.mark.parametrize("binary", [True, False])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(vector=arrays("<f4", st.integers(1, 512), elements=HALVES))
def test_what_has_16_bits_comes_back_bit_for_bit(
    connection: psycopg.Connection, binary: bool, vector: NDArray[np.float32]
):
    assert kept(connection, vector, binary=binary) == vector.tobytes()


@pytest.mark.parametrize("binary", [True, False])
def test_other_numbers_are_rounded_to_the_nearest_of_16_bits(connection: psycopg.Connection, binary: bool):
    vector = np.random.default_rng(1).normal(size=512).astype("<f4")
    assert kept(connection, vector, binary=binary) == vector.astype(np.float16).astype("<f4").tobytes()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 70_000])
def test_what_is_no_number_of_16_bits_is_refused(connection: psycopg.Connection, value: float):
    with pytest.raises(psycopg.errors.DataException):
        kept(connection, np.array([1, value], "<f4"), binary=True)


def test_another_width_is_refused(connection: psycopg.Connection):
    with pytest.raises(psycopg.errors.DataException, match="expected 512 dimensions, not 3"):
        connection.execute("INSERT INTO embedding VALUES (1, %b)", [Vector(np.ones(3, "<f4").tobytes())])


def test_vectors_are_copied_as_they_are_inserted(connection: psycopg.Connection):
    vector = np.linspace(-1, 1, 128).astype(np.float16).astype("<f4").tobytes()
    connection.execute("CREATE TEMPORARY TABLE one (v halfvec(128))")
    with connection.cursor().copy("COPY one FROM STDIN (FORMAT binary)") as into:
        into.set_types(["halfvec"])
        into.write_row([Vector(vector)])
    with connection.cursor().copy("COPY one TO STDOUT (FORMAT binary)") as out:
        out.set_types(["halfvec"])
        assert list(out.rows()) == [(vector,)]


def test_null_stays_null(connection: psycopg.Connection):
    assert connection.execute("SELECT NULL::halfvec(512)", binary=True).fetchone() == (None,)


def test_a_database_without_pgvector_says_so(bare_database: str):
    with psycopg.connect(bare_database) as connection:
        assert not register(connection)
        connection.execute("CREATE EXTENSION vector")
        assert register(connection)


def test_both_directions_are_each_other_s_inverse():
    vector = np.array([0, 1, -2.5], "<f4").tobytes()
    assert doubled(halved(vector)) == vector and len(halved(vector)) == 4 + 3 * 2
