"""A server that dies under an open library, and comes back."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from retrieval.errors import FacequeryError
from retrieval.library import Library
from tests import postgres
from tests.retrieval.made import MODEL, a_face, a_photo, fill, vector

ASKED: list[Callable[[Library], Any]] = [
    lambda library: library.count("Male OR NOT Male"),
    lambda library: library.find(None),
    lambda library: library.similar(vector(1)),
    lambda library: library.correct([1], {"Bald": True}),
    lambda library: library.verify(),
    lambda library: library.erase([1]),
    lambda library: fill(library, [a_photo("/2", a_face(2))]),
    lambda library: Library.open(library.store.place),
]


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Own]:
    with postgres.own() as server:
        with psycopg.connect(server.address, autocommit=True) as connection:
            connection.execute("ALTER DATABASE postgres SET synchronous_commit = off")  # the library wants it otherwise
        Library.create_or_open(server.address).close()
        yield server


@pytest.mark.lengthy
def test_while_a_server_is_away_each_question_says_so_and_then_the_open_library_goes_on(server: postgres.Own):
    with Library.open(server.address) as library:
        fill(library, [a_photo("/1", a_face(1, Bald=0))])
        for ask in ASKED[:3]:
            ask(library)
        server.kill()
        for ask in ASKED:
            with pytest.raises(FacequeryError, match="cannot be reached") as said:
                ask(library)
            assert "postgresql://postgres@" in str(said.value)
        server.start()
        assert library.count("Male OR NOT Male") == library.find(None).total == 1
        assert library.similar(vector(1)).total == 1 and library.verify() == []
        assert library.correct([1], {"Bald": True}) and library.count("Bald") == 1
        fill(library, [a_photo("/2", a_face(2))])
        assert library.find(None).total == 2


@pytest.mark.lengthy
def test_a_server_that_dies_in_the_middle_of_batches_has_those_that_were_committed(server: postgres.Own):
    with Library.open(server.address) as library:
        before, committed = library.find(None).total, [0]
        killer = threading.Timer(1, server.kill)
        killer.start()
        with pytest.raises(FacequeryError, match="cannot be reached"), library.writer(MODEL) as writer:
            while True:
                with writer.batch() as batch:
                    for at in range(10):
                        batch.add(a_photo(f"/{committed[0]}/{at}", a_face(at)))
                committed[0] += 1
        killer.join()
        server.start()
        assert committed[0] > 0
        assert (library.find(None).total - before) // 10 in (committed[0], committed[0] + 1)
        assert (library.find(None).total - before) % 10 == 0 and library.verify() == []
