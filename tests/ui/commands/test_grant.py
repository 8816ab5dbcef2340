"""Who was granted something may do that, and nothing else: by the command line, as that role of the server."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from retrieval.library import Library
from retrieval.stores.places import store_at
from tests import postgres
from tests.retrieval.everything import fill_all, rows
from tests.ui.conftest import Open, at_ease, everything
from tests.ui.ended import Run, refused


@pytest.fixture
def served(database: str) -> str:
    """A library with something in every table."""
    with Library.open(database) as library:
        fill_all(library)
    return database


@pytest.fixture
def anna(served: str) -> Iterator[str]:
    """A role that nobody has granted anything yet; the database goes before it does."""
    with postgres.role() as name:
        yield name
        with psycopg.connect(served) as connection:
            connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))


def test_who_was_granted_nothing_is_told_so(run: Run, served: str, anna: str):
    refused(run("find", "Male", "--library", postgres.asked_by(served, anna)), "Your role may not do this")


CORRECT = ("correct", "--face", 1, "--set", "Young")
EDITS = [
    *(CORRECT, ("undo",), ("searches", "save", "other", "Male"), ("searches", "remove", "mine")),
    *(("list", "Casting", "--add", "Bald"), ("people", "group", "--by", "look", "--alike", 0.8), ("undo",)),
]
ASKS = [("find", "Male"), ("facets",), ("similar", "--face", 1), ("verify",), ("history",), ("people", "list")]


def granted(run: Run, served: str, role: str, right: str) -> str:
    ended = run("grant", role, right, "--library", served)
    assert ended.status == 0 and f"{role} may " in ended.out, ended
    return postgres.asked_by(served, role)


def test_a_reader_asks_and_changes_nothing(run: Run, served: str, anna: str):
    address = granted(run, served, anna, "reader")
    before = rows(store_at(served))
    for command in ASKS:
        assert run(*command, "--library", address).status == 0, command
    for command in (*EDITS, ("erase", 1, "--yes")):
        refused(run(*command, "--library", address), "Your role may not do this")
    assert rows(store_at(served)) == before


def test_the_app_works_for_who_may_only_read(run: Run, served: str, anna: str, opened: Open):
    address = granted(run, served, anna, "reader")
    before = rows(store_at(served))
    app = opened(address, Path.cwd(), query="Male")
    assert at_ease(app) and "11" in everything(app)
    assert rows(store_at(served)) == before


def test_an_editor_says_things_of_faces_and_erases_none(run: Run, served: str, anna: str):
    address = granted(run, served, anna, "editor")
    for command in (*ASKS, *EDITS):
        assert run(*command, "--library", address).status == 0, command
    refused(run("erase", 1, "--yes", "--library", address), "Your role may not do this")


def test_an_editor_indexes_nothing(run: Run, database: str, pictures: Path, model: Path):
    with postgres.role() as name:
        address = granted(run, database, name, "editor")
        index = ("index", pictures, "--crop", "aligned", "--model", model, "--no-progress")
        refused(run(*index, "--library", address), "Your role may not do this")
        assert run("verify", "--library", database).status == 0
        with psycopg.connect(database) as connection:
            connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))


def test_an_indexer_adds_photographs_and_erases_nobody(run: Run, database: str, pictures: Path, model: Path):
    with postgres.role() as name:
        address = granted(run, database, name, "indexer")
        index = ("index", pictures, "--crop", "aligned", "--model", model, "--json")
        assert run(*index, "--library", address).json["faces"] == 6
        for command in (CORRECT, ("undo",), ("find", "Male")):
            assert run(*command, "--library", address).status == 0, command
        refused(run("erase", 1, "--yes", "--library", address), "Your role may not do this")
        assert run("grant", name, "--revoke", "--library", database).status == 0
        with psycopg.connect(database) as connection:
            connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))


def test_an_owner_erases_and_grants(run: Run, served: str, anna: str):
    address = granted(run, served, anna, "owner")
    assert run("erase", 1, "--yes", "--json", "--library", address).json["faces"] == 1
    with psycopg.connect(served) as connection:
        assert connection.execute("SELECT count(*) FROM face WHERE id = 1").fetchone() == (0,)
    with postgres.role() as other:
        assert run("grant", other, "reader", "--library", address).status == 0
        assert run("find", "Male", "--library", postgres.asked_by(served, other)).status == 0
        assert run("grant", other, "--revoke", "--library", address).status == 0
        refused(run("find", "Male", "--library", postgres.asked_by(served, other)), "Your role may not do this")
        with psycopg.connect(served) as connection:
            connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(other)))


def test_a_smaller_right_takes_the_place_of_a_larger_and_none_of_any(run: Run, served: str, anna: str):
    granted(run, served, anna, "indexer")
    address = granted(run, served, anna, "reader")
    refused(run(*CORRECT, "--library", address), "Your role may not do this")
    ended = run("grant", anna, "--revoke", "--json", "--library", served)
    assert ended.json["right"] is None and ended.json["role"] == anna
    refused(run("find", "Male", "--library", address), "Your role may not do this")


def test_only_who_may_grant_grants_and_only_to_roles_that_are_there(run: Run, served: str, anna: str, tmp_path: Path):
    for right in ("reader", "indexer"):
        address = granted(run, served, anna, right)
        with postgres.role() as other:
            refused(run("grant", other, "reader", "--library", address), "Your role may not")
            refused(run("find", "Male", "--library", postgres.asked_by(served, other)), "Your role may not do this")
    refused(run("grant", "nobody", "reader", "--library", served), 'CREATE ROLE "nobody" LOGIN')
    refused(run("grant", "postgres", "reader", "--library", served), "postgres's own")
    Library.create_or_open(tmp_path / "folder").close()
    refused(run("grant", anna, "reader", "--library", tmp_path / "folder"), "is a file")
    assert run("grant", anna, "--library", served).status == run("grant", anna, "owner", "--revoke").status == 2


def test_a_refused_copy_or_backup_says_why(run: Run, served: str, anna: str, tmp_path: Path):
    address = granted(run, served, anna, "reader")
    assert run("backup", tmp_path / "backup", "--library", address).status == 0
    assert run("copy", address, tmp_path / "copy", "--json").json["faces"] == 11
    assert rows(store_at(tmp_path / "backup")) == rows(store_at(tmp_path / "copy")) == rows(store_at(served))
