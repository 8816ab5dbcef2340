import psycopg
import pytest

from retrieval.errors import AlreadyThere, LibraryBusy, LibraryDamaged, LibraryUnfinished
from retrieval.stores.places import store_at
from retrieval.stores.postgres import arrival as module
from retrieval.tables import arrivals, schema
from retrieval.tables.generation import State

STATE = State("a" * 32, 7, "b" * 32, "c" * 32, "e" * 32)
OTHER = STATE._replace(generation=8, stamp="d" * 32)
SEARCHES = [("a", "Male"), ("b", "Young")]


def kept(address: str, query: str = "SELECT name, query FROM saved_search ORDER BY name") -> list[tuple[object, ...]]:
    with psycopg.connect(address) as connection:
        return connection.execute(query).fetchall()


def add(address: str, state: State, rows: list[tuple[str, str]] = SEARCHES) -> None:
    with store_at(address).arriving(state) as arrival, arrival.transaction() as connection:
        arrival.add(connection, schema.saved_search, rows)


def test_rows_stay_for_a_copy_of_the_same_state_and_go_for_one_of_another(bare_database: str):
    add(bare_database, STATE)
    assert kept(bare_database) == SEARCHES
    with store_at(bare_database).arriving(STATE):
        assert kept(bare_database) == SEARCHES
    with store_at(bare_database).arriving(OTHER):
        assert kept(bare_database) == []
    add(bare_database, STATE)
    assert kept(bare_database) == SEARCHES


def test_until_it_is_unmarked_it_is_no_library(bare_database: str):
    add(bare_database, STATE)
    for create in (False, True):
        with pytest.raises(LibraryUnfinished, match="facequery copy"):
            store_at(bare_database).prepare(create=create)
    with store_at(bare_database).arriving(STATE) as arrival, arrival.transaction() as connection:
        arrival.add(connection, schema.library, [(1, *STATE)])
        arrivals.unmark(connection)
    store_at(bare_database).prepare()


def test_two_do_not_copy_to_one_place(bare_database: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    with store_at(bare_database).arriving(STATE), pytest.raises(LibraryBusy), store_at(bare_database).arriving(STATE):
        pass


def test_a_library_and_a_database_of_something_else_are_refused(database: str, bare_database: str):
    with pytest.raises(AlreadyThere), store_at(database).arriving(STATE):
        pass
    with psycopg.connect(bare_database) as connection:
        connection.execute("CREATE TABLE photo (id integer)")
    with pytest.raises(LibraryDamaged, match="has a table photo"), store_at(bare_database).arriving(STATE):
        pass


def test_numbers_go_on_behind_the_greatest_that_was_ever_given(bare_database: str):
    with store_at(bare_database).arriving(STATE) as arrival:
        with arrival.transaction() as connection:
            arrival.add(connection, schema.person, [(3, None), (9, None)])
            arrival.add(connection, schema.shortlist, [(4, "Casting")])
            arrival.go_on(connection, {"person": 7, "shortlist": 40})
        with arrival.transaction() as connection:
            assert module.given(connection) == {"person": 9, "shortlist": 40}
    assert kept(bare_database, "INSERT INTO person (name) VALUES (NULL) RETURNING id") == [(10,)]
    assert kept(bare_database, "INSERT INTO shortlist (name) VALUES ('a') RETURNING id") == [(41,)]
    assert kept(bare_database, "INSERT INTO action (kind, made, undone, summary) VALUES ('x', 1, 0, '') RETURNING id")
