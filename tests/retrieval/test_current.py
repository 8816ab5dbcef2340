import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from retrieval import current
from retrieval.errors import FacequeryError, LibraryDamaged, NoSuchSearch, QueryError
from retrieval.library import Library
from tests.retrieval.made import ENVIRONMENT, a_face, a_photo, fill, raw, vector

pytestmark = pytest.mark.both_stores

CORRECT = """
import sys
from retrieval.library import Library
with Library.open(sys.argv[1]) as library:
    library.correct([2], {"Male": True})
"""


@pytest.fixture
def two(library: Library) -> Library:
    fill(library, [a_photo("/a", a_face(1, Male=0.9)), a_photo("/b", a_face(2, Male=0.1))])
    return library


def behind(library: Library, *statements: str) -> None:
    with raw(library) as connection:
        for statement in statements:
            connection.execute(statement)


def test_what_another_process_commits_is_counted_at_once(two: Library):
    assert two.count("Male") == two.facets("Male").total == 1
    command = [sys.executable, "-c", CORRECT, str(two.store.place)]
    subprocess.run(command, check=True, env=ENVIRONMENT)
    assert two.count("Male") == two.facets("Male").total == 2


def test_what_another_connection_has_not_committed_is_not_counted(two: Library):
    assert two.count("Male") == 1
    writer = two.store.writer()
    with two.store.transaction(writer) as connection:
        connection.exec_driver_sql("INSERT INTO correction (face, attribute, value, made) VALUES (2, 'Male', 1, 0)")
        connection.exec_driver_sql("UPDATE library SET generation = generation + 1, stamp = 'corrected'")
        assert two.count("Male") == 1
    writer.dispose()
    assert two.count("Male") == 2


def test_a_count_begins_no_transaction_while_nothing_changes(two: Library, monkeypatch: pytest.MonkeyPatch):
    assert two.count("Male") == 1

    def refuse(_: object) -> None:
        raise AssertionError("the snapshot should have been used as it is")

    monkeypatch.setattr(current, "state", refuse)
    assert two.count("NOT Male") == 1 and two.facets().total == 2 and two.cautions("Male AND NOT Male")
    with pytest.raises(AssertionError):
        two.find("Male")


@pytest.mark.parametrize("query", ["Male AND Smilling", "(Male", "Male AND model:tinny"])
def test_a_query_that_was_read_before_is_refused_with_the_same_place(two: Library, query: str):
    said = []
    for _ in range(3):
        with pytest.raises(QueryError) as caught:
            two.count(query)
        said.append((str(caught.value), caught.value.position, caught.value.suggestions))
    assert len(set(said)) == 1 and f"  {query}\n" in said[0][0]


ASKED: dict[str, Callable[[Library], Any]] = {
    "count": lambda library: library.count("Male"),
    "find": lambda library: library.find("Male"),
    "facets": lambda library: library.facets(),
    "explain": lambda library: library.explain("Male", [1]),
    "face": lambda library: library.face(1),
    "embedding": lambda library: library.embedding(1),
    "similar": lambda library: library.similar(vector(1)),
    "similar_to": lambda library: library.similar_to(1),
    "cite": lambda library: library.cite("Male"),
    "correct": lambda library: library.correct("Male", {"Bald": True}),
    "corrections": lambda library: library.corrections(1),
    "undo": lambda library: library.undo(),
    "history": lambda library: library.history(),
    "searches": lambda library: library.searches(),
    "save_search": lambda library: library.save_search("x", "Male"),
    "photographs": lambda library: library.photographs([1]),
    "every": lambda library: library.every("Male"),
    "erase": lambda library: library.erase([1]),
    "people": lambda library: library.people.group(),
    "listed": lambda library: library.people.listed(),
    "totals": lambda library: library.totals(),
    "model": lambda library: library.model,
    "crop": lambda library: library.crop,
    "verify": lambda library: library.verify(),
    "publish": lambda library: library.publish(),
}
TABLES = (
    "library",
    "face",
    "photo",
    "attribute",
    "embedding",
    "correction",
    "action",
    "saved_search",
    "model",
    "person",
)


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_whatever_is_wrong_with_the_file_only_errors_of_ours_come_out(two: Library, ask: Callable[[Library], Any]):
    behind(two, "DELETE FROM library", "DELETE FROM embedding")
    for table in ("", *TABLES):
        if table:
            behind(two, f'ALTER TABLE "{table}" RENAME TO other')
        with suppress(FacequeryError):
            ask(two)
        if table:
            behind(two, f'ALTER TABLE other RENAME TO "{table}"')


def test_a_face_without_an_embedding_is_damage(two: Library):
    behind(two, "DELETE FROM embedding WHERE face = 2")
    for ask in (two.embedding, two.similar_to):
        with pytest.raises(LibraryDamaged, match="facequery verify"):
            ask(2)


@pytest.mark.parametrize("number", [2**63, -(2**70)])
def test_a_number_that_is_too_large_is_said_to_be(two: Library, number: int):
    for ask in (two.corrections, two.undo, lambda n: two.photographs([n]), lambda n: two.correct([n], {"Bald": True})):
        with pytest.raises(FacequeryError, match="64 bits"):
            ask(number)


def test_a_query_for_a_byte_that_is_no_text_can_be_asked_and_corrected_but_not_kept(two: Library):
    query = 'Male OR path:"*\udce9*"'
    assert two.count(query) == 1
    action = two.correct(query, {"Bald": True})
    assert action and action.summary == 'Bald: 1 face of Male OR path:"*\ufffd*"' == two.history()[0].summary
    with pytest.raises(ValueError, match="write \\?"):
        two.save_search("x", query)
    for ask in (two.search, two.remove_search):
        with pytest.raises(NoSuchSearch):
            ask("\udce9")
