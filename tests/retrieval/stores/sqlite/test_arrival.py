import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from retrieval.errors import AlreadyThere, LibraryBusy, LibraryDamaged, LibraryUnfinished
from retrieval.stores.sqlite.arrival import COPY, arriving, given
from retrieval.stores.sqlite.file import SqliteFile
from retrieval.tables import arrivals, schema
from retrieval.tables.generation import State

STATE = State("a" * 32, 7, "b" * 32, "c" * 32, "e" * 32)
OTHER = STATE._replace(generation=8, stamp="d" * 32)
SEARCHES = [("a", "Male"), ("b", "Young")]


class Stopped(Exception):
    pass


def kept(folder: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / COPY)) as connection:
        return connection.execute("SELECT * FROM saved_search ORDER BY name").fetchall()


def add(folder: Path, state: State) -> None:
    with pytest.raises(Stopped), arriving(folder, state) as arrival:
        with arrival.transaction() as connection:
            arrival.add(connection, schema.saved_search, SEARCHES)
        raise Stopped


def test_rows_stay_for_a_copy_of_the_same_state_and_go_for_one_of_another(tmp_path: Path):
    add(tmp_path / "new", STATE)
    assert kept(tmp_path / "new") == SEARCHES
    for state, found in ((STATE, SEARCHES), (OTHER, [])):
        with pytest.raises(Stopped), arriving(tmp_path / "new", state):
            assert kept(tmp_path / "new") == found
            raise Stopped


def test_until_the_end_of_the_block_it_is_no_library_and_then_it_is_for_its_owner_alone(tmp_path: Path):
    add(tmp_path / "new", STATE)
    for create in (False, True):
        with pytest.raises(LibraryUnfinished, match=r"library\.db-copy"):
            SqliteFile(tmp_path / "new").prepare(create=create)
    with arriving(tmp_path / "new", STATE) as arrival, arrival.transaction() as connection:
        arrival.add(connection, schema.library, [(1, *STATE)])
        arrivals.unmark(connection)
    SqliteFile(tmp_path / "new").prepare()
    assert (tmp_path / "new" / "library.db").stat().st_mode & 0o077 == 0 and not (tmp_path / "new" / COPY).exists()


def test_one_that_is_still_marked_at_the_end_does_not_take_its_name(tmp_path: Path):
    with pytest.raises(LibraryDamaged, match="arriving"), arriving(tmp_path / "new", STATE):
        pass
    assert not (tmp_path / "new" / "library.db").exists()


def test_two_do_not_copy_to_one_place(tmp_path: Path):
    with pytest.raises(Stopped), arriving(tmp_path / "new", STATE):
        with pytest.raises(LibraryBusy), arriving(tmp_path / "new", STATE):
            pass
        raise Stopped


def test_nothing_that_is_there_is_copied_over_and_no_link_is_followed(tmp_path: Path):
    SqliteFile(tmp_path / "library").prepare(create=True)
    (tmp_path / "linked").mkdir()
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "linked" / COPY).symlink_to(tmp_path / "mine")
    with pytest.raises(AlreadyThere), arriving(tmp_path / "library", STATE):
        pass
    with pytest.raises(LibraryDamaged, match="is a link"), arriving(tmp_path / "linked", STATE):
        pass
    assert (tmp_path / "mine").read_text() == "mine"


def test_numbers_go_on_behind_the_greatest_that_was_ever_given(tmp_path: Path):
    with pytest.raises(Stopped), arriving(tmp_path / "new", STATE) as arrival:
        with arrival.transaction() as connection:
            arrival.add(connection, schema.person, [(3, None), (9, None)])
            arrival.add(connection, schema.shortlist, [(4, "Casting")])
            arrival.go_on(connection, {"person": 7, "shortlist": 40, "correction": 8, "review": 5})
            assert given(connection) == {"person": 9, "shortlist": 40, "review": 5}
        raise Stopped
