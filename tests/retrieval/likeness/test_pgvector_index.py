"""pgvector against the same vectors in memory: the answers of both are the same, but for what a graph does not find."""

from collections.abc import Iterator

import numpy as np
import pytest
from sqlalchemy import text

from retrieval.language.nodes import mask
from retrieval.language.query import parse
from retrieval.library import Library
from retrieval.likeness import pgvector_graph, pgvector_index
from retrieval.likeness.vectors import Vectors
from tests import postgres
from tests.retrieval.made import a_face, a_photo, fill, vector

FACES = 600


@pytest.fixture(scope="module")
def served() -> Iterator[Library]:
    with postgres.database() as address, Library.open(address) as library:
        fill(library, [a_photo(f"/{number}", a_face(number)) for number in range(1, FACES + 1)])
        yield library


def in_memory(library: Library) -> Vectors:
    return Vectors(np.stack([vector(number) for number in range(1, FACES + 1)]), np.arange(1, FACES + 1))


@pytest.mark.parametrize("query", [None, "Male", "Male AND Smiling AND Young AND Bald", "Male AND NOT Male"])
@pytest.mark.parametrize("k", [0, 1, 7, 60, FACES + 1])
def test_few_are_compared_exactly(served: Library, query: str | None, k: int) -> None:
    for seed in (3, FACES + 5):
        found = served.similar(vector(seed), where=query, limit=k)
        with served._current.reading() as (_, now):
            allowed = None if query is None else mask(parse(query), now.columns)
        expected = in_memory(served).search(vector(seed), k, allowed)
        assert [hit.face for hit in found.hits] == expected.ids and found.recall is None
        assert [hit.score for hit in found.hits] == pytest.approx(expected.cosines, abs=1e-7)


def test_a_graph_is_made_for_many_measured_and_used(served: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pgvector_graph, "MANY", FACES - 1)
    monkeypatch.setattr(pgvector_index, "PASSED", 0.1)
    served.publish()
    with served._current.transaction() as connection:
        measured = pgvector_index.measured(connection)
        assert measured is not None and measured.faces == FACES and min(measured.recalls.values()) >= 0.95
        assert not pgvector_graph.is_wanted(connection, FACES) and pgvector_graph.is_wanted(connection, 2 * FACES + 1)
    expected = in_memory(served)
    for query in (None, "Male", "Smiling OR Young"):
        with served._current.reading() as (_, now):
            allowed = None if query is None else mask(parse(query), now.columns)
        found = served.similar(vector(5), where=query, limit=10)
        assert found.recall == measured.recall(1 if allowed is None else float(allowed.mean()))
        same = {hit.face for hit in found.hits} & set(expected.search(vector(5), 10, allowed).ids)
        assert len(same) >= 9 and len(found.hits) == 10


@pytest.mark.lengthy
def test_a_graph_whose_making_was_ended_is_made_anew(served: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pgvector_graph, "MANY", FACES - 1)
    engine = served.store.writer()
    with served.store.outside(engine) as outside:
        outside.execute(text("DROP INDEX IF EXISTS embedding_near"))
        outside.execute(text("CREATE INDEX embedding_near ON embedding USING hnsw (vector halfvec_ip_ops)"))
        outside.execute(text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'embedding_near'::regclass"))
    assert [finding.kind for finding in served.verify()] == ["constraint"]
    served.publish()
    assert served.verify() == []
    engine.dispose()


def test_the_graph_is_made_with_the_memory_that_it_takes_or_the_server_has(
    served: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served._current.transaction() as connection:
        few, many = (pgvector_graph.memory(connection, faces) for faces in (1000, 10_000_000))
        assert few.there == 64 and few.said is None  # as the server has it for all that is made
        assert many == (14306, 128) and many.said is not None  # what it keeps of its tables, and no more
        assert "maintenance_work_mem = '14306MB'" in many.said and many.said.count("\n") == 0
        assert pgvector_graph.memory(connection, 70_000) == (101, 101)
    engine, used = served.store.writer(), list[str]()
    monkeypatch.setattr(
        pgvector_graph, "MAKE", "SELECT set_config('test.seen', current_setting('maintenance_work_mem'), false)"
    )
    with served.store.outside(engine) as outside:
        pgvector_graph.make(outside, 70_000)
        used += outside.execute(text("SELECT current_setting('test.seen')")).scalars()
        used += outside.execute(text("SHOW maintenance_work_mem")).scalars()
    engine.dispose()
    assert used == ["101MB", "64MB"]
