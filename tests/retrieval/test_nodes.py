import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from retrieval import schema
from retrieval.attributes import ATTRIBUTES
from retrieval.connections import reader
from retrieval.errors import QueryError
from retrieval.nodes import And, Not, Or, Query, Term
from retrieval.query import parse
from retrieval.snapshot import Snapshot, load, shown
from retrieval.store import Face, Model
from tests.retrieval.made import a_photo, copy_of, vector
from tests.retrieval.test_query import ACCEPTED
from tests.retrieval.trees import numbers, queries

N = 200
VALUES = np.random.default_rng(4).random((N, 40), dtype=np.float32)
VALUES[:, ::7] = VALUES[:, ::7].round(1)  # many faces exactly on a round number: 0.1 has no exact float32
VALUES[:20] = VALUES[:20].round()
THRESHOLDS = {name: float(VALUES[row, row]) if row % 2 else 0.1 * (row % 10) for row, name in enumerate(ATTRIBUTES)}
CORRECTED = [(1 + face, ATTRIBUTES[face % 40], face % 3 % 2) for face in range(0, N, 5)]


class Faces:
    """The same faces in SQLite, in numpy columns, and as plain Python numbers."""

    def __init__(self, connection: Connection, folder: Path) -> None:
        self.connection = connection
        self.snapshot: Snapshot = load(connection, folder)
        self.numbers = [dict(zip(ATTRIBUTES, map(float, row), strict=True)) for row in VALUES]
        for face, name, value in CORRECTED:
            self.numbers[face - 1][name] = float(value)

    def by_sql(self, query: Query) -> list[int]:
        rows = self.connection.execute(shown(schema.face.c.id).where(query.sql(THRESHOLDS)))
        return sorted(face for (face,) in rows)

    def by_mask(self, query: Query) -> list[int]:
        mask = query.mask(self.snapshot.columns)
        assert mask.dtype == np.bool_
        found: list[int] = self.snapshot.face_ids[mask].tolist()
        return found

    def by_python(self, query: Query) -> list[int]:
        return [face for face, numbers in enumerate(self.numbers, 1) if holds(query, numbers)]


def holds(query: Query, numbers: dict[str, float]) -> bool:
    match query:
        case Term(name, None, None):
            return numbers[name] >= THRESHOLDS[name]
        case Term(name, ">=", threshold):
            return numbers[name] >= threshold
        case Term(name, ">", threshold):
            return numbers[name] > threshold
        case Term(name, "<", threshold):
            return numbers[name] < threshold
        case Term(name, "<=", threshold):
            return numbers[name] <= threshold
        case Not(child):
            return not holds(child, numbers)
        case And(children):
            return all(holds(child, numbers) for child in children)
        case Or(children):
            return any(holds(child, numbers) for child in children)


@pytest.fixture(scope="module")
def faces(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faces]:
    folder = tmp_path_factory.mktemp("nodes") / "library"
    model = Model("f" * 64, "tiny", "{}", THRESHOLDS)
    with copy_of(template, folder) as library, library.writer(model) as writer, writer.batch() as batch:
        for at, row in enumerate(VALUES):
            batch.add(a_photo(f"/{at}", Face((0, 0, 1, 1), None, None, row, vector(at))))
    with sqlite3.connect(folder / "library.db") as raw:
        raw.executemany("INSERT INTO correction (face, attribute, value, made) VALUES (?, ?, ?, 0)", CORRECTED)
    raw.close()
    with reader(folder).begin() as connection:
        yield Faces(connection, folder)


on_the_edge = st.integers(0, N - 1).flatmap(lambda row: st.sampled_from(VALUES[row].tolist()))
beside_the_edge = on_the_edge.map(lambda number: float(np.nextafter(number, 1)))
thresholds = st.one_of(numbers, on_the_edge, beside_the_edge, st.sampled_from([0.1, 0.2, 0.3, 0.7, 0.9]))


@settings(max_examples=200, deadline=None)
@given(query=queries(thresholds))
@example(Term("5_o_Clock_Shadow", ">", 0.1))  # float32(0.1) > 0.1 in SQL; numpy alone would compare in float32
@example(Term("5_o_Clock_Shadow", "<=", 0.1))
@example(Term("Big_Nose", ">=", 0.3))
@example(Term("Big_Nose", "<", 0.7))
@example(Not(Not(Term("Male", "<", 5e-324))))
def test_sql_mask_and_python_agree(faces: Faces, query: Query):
    found = faces.by_mask(query)
    assert found == faces.by_python(query) == faces.by_sql(query)
    assert len(found) + len(faces.by_sql(Not(query))) == len(found) + len(faces.by_mask(Not(query))) == N


@settings(max_examples=50, deadline=None)
@given(one=queries(thresholds, leaves=5), other=queries(thresholds, leaves=5))
def test_de_morgan_holds(faces: Faces, one: Query, other: Query):
    assert faces.by_sql(Not(And((one, other)))) == faces.by_sql(Or((Not(one), Not(other))))
    assert faces.by_mask(Not(Or((one, other)))) == faces.by_mask(And((Not(one), Not(other))))
    assert faces.by_sql(Not(Not(one))) == faces.by_sql(one)


@settings(max_examples=100, deadline=None)
@given(query=queries())
def test_a_confidence_is_a_probability(faces: Faces, query: Query):
    confidence = query.confidence(faces.snapshot.columns)
    assert confidence.dtype == np.float32 and confidence.shape == (N,)
    assert ((confidence >= 0) & (confidence <= 1)).all()


def test_confidence_is_what_independent_events_would_have(faces: Faces):
    columns = faces.snapshot.columns
    male, bald = columns.of("Male"), columns.of("Bald")
    np.testing.assert_allclose(parse("Male AND NOT Bald").confidence(columns), male * (1 - bald), atol=1e-6)
    np.testing.assert_allclose(parse("Male OR Bald").confidence(columns), 1 - (1 - male) * (1 - bald), atol=1e-6)
    np.testing.assert_array_equal(parse("Male < 0.5").confidence(columns), 1 - male)


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED)
def test_a_query_at_the_limit_is_executed(faces: Faces, text: str):
    query = parse(text)
    assert faces.by_sql(query) == faces.by_mask(query) == faces.by_python(query)


INJECTIONS = [
    f"{before}{attack}"
    for before in ("", "Male", "Male AND ", "Male > ", "Male > 0.5", "(Male ")
    for attack in (
        "'; DROP TABLE face; --",
        "\" OR 1=1 --",
        "' OR '1'='1",
        "/**/ UNION SELECT path FROM photo",
        "\"id\" OR face.id",
        "Male; DELETE FROM face",
        "\x00",
        "[face]",
        "`face`",
        "${Male}",
        "%(name)s :name ?",
        "Мale",  # a Cyrillic M
    )
]  # fmt: skip


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_text_reaches_sql(faces: Faces, text: str):
    before = contents(faces.connection)
    with pytest.raises(QueryError):
        faces.by_sql(parse(text))
    assert contents(faces.connection) == before


def contents(connection: Connection) -> list[object]:
    tables = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master").all()
    return [
        *tables,
        *(connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar() for name in schema.metadata.tables),
    ]
