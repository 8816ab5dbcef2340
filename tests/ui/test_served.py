"""A library on a server by the command line: whatever is wrong with the server, the address or one's rights there is
one clear sentence without a password, and what was granted is what one may.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

import migrations
from retrieval.library import Library
from retrieval.stores.places import store_at
from retrieval.stores.postgres import database
from retrieval.writing.batch import Batch
from tests import postgres
from tests.retrieval.everything import fill_all, rows
from tests.ui.ended import Ended, Run

SECRET = "tr%C3%BBb-Secret"
UNSAFE = ("Traceback", "psycopg.", "sqlalche", "defect", "tr%C3%BBb-Secret", "trûb-Secret")


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


def refused(ended: Ended, said: str, *, status: int = 1) -> None:
    """It ended by one sentence that says this, and nothing that a person should not read."""
    assert (ended.status, ended.out) == (status, ""), ended
    assert said in ended.err and ended.err.count("\n") == 1, ended.err
    assert not any(word in ended.err for word in UNSAFE), ended.err


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://u:tr%C3%BBb-Secret@no-such-host.invalid/faces", "no-such-host.invalid/faces cannot be reached"),
        ("postgresql://u:tr%C3%BBb-Secret@127.0.0.1:1/faces", "127.0.0.1:1/faces cannot be reached"),
        ("postgresql://u@/faces?host=/nowhere&password=trûb-Secret", "cannot be reached"),
        ("postgresql://u:tr%C3%BBb-Secret@127.0.0.1", "The address names no database"),
        ("postgresql://u:tr%C3%BBb-Secret@127.0.0.1:port/faces", "This is no address of a library"),
        ("postgresql://u@127.0.0.1:1/faces?sslmode=tr%C3%BBb", "cannot be reached"),
        ("postgresql://u@127.0.0.1:1/faces?nonsense=1", "cannot be reached"),
    ],
)
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_an_address_where_nothing_answers_is_one_sentence(run: Run, address: str, said: str, form: tuple[str, ...]):
    refused(run("find", "Male", "--library", address, *form), said)


def test_no_traceback_and_no_password_even_for_who_looks_for_defects(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FACEQUERY_DEBUG", "1")
    refused(run("find", "Male", "--library", f"postgresql://u:{SECRET}@127.0.0.1:1/faces"), "cannot be reached")


def test_a_database_that_is_not_there_and_one_that_is_empty(run: Run, bare_database: str):
    missing = bare_database.replace("/test_", "/no_such_")
    refused(run("find", "Male", "--library", missing), "does not exist")
    refused(run("find", "Male", "--library", bare_database), "There is no library in postgresql://")


def test_without_psycopg_it_says_how_to_install_it(run: Run, served: str, monkeypatch: pytest.MonkeyPatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "psycopg"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    refused(run("find", "Male", "--library", served), "pip install 'facequery[postgres]'")


def test_a_server_without_pgvector(run: Run, bare_database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """As if its control file were not there: an extension that nobody has is made in its place."""
    with Library.create_or_open(tmp_path / "library"):
        pass
    execute = psycopg.Cursor.execute

    def lacking(self: Any, query: Any, *given: Any, **named: Any) -> Any:
        text = query.replace("EXTENSION IF NOT EXISTS vector", "EXTENSION vectors") if isinstance(query, str) else query
        return execute(self, text, *given, **named)

    monkeypatch.setattr(psycopg.Cursor, "execute", lacking)
    refused(run("copy", tmp_path / "library", bare_database), "has no pgvector")


def test_who_may_not_make_the_extension_is_told(run: Run, bare_database: str, tmp_path: Path):
    with Library.create_or_open(tmp_path / "library"):
        pass
    with postgres.role() as name:
        ended = run("copy", tmp_path / "library", postgres.asked_by(bare_database, name))
    refused(ended, "Your role may not do this")


def test_an_older_library_is_upgraded_by_who_made_it_and_nobody_else(run: Run, bare_database: str):
    from sqlalchemy import create_engine

    engine = create_engine(postgres.driven(bare_database))
    with engine.begin() as connection:
        migrations.upgrade(connection, migrations.revisions()[1])
    engine.dispose()
    with postgres.role() as name:
        with psycopg.connect(bare_database) as connection:
            connection.execute(sql.SQL("GRANT ALL ON ALL TABLES IN SCHEMA public TO {}").format(sql.Identifier(name)))
        refused(run("find", "Male", "--library", postgres.asked_by(bare_database, name)), "Your role may not do this")
        assert run("verify", "--library", bare_database).status == 0
        with psycopg.connect(bare_database) as connection:
            connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))


def test_a_newer_library_is_refused_and_untouched(run: Run, served: str):
    with psycopg.connect(served) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = rows(store_at(served))
    for command in (("find", "Male"), ("correct", "--face", 1, "--set", "Bald"), ("verify",)):
        refused(run(*command, "--library", served), "made by a newer facequery (schema 9999")
    assert rows(store_at(served)) == before


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


def test_an_editor_says_things_of_faces_and_indexes_none(run: Run, served: str, anna: str, pictures: Path, model: Path):
    address = granted(run, served, anna, "editor")
    for command in (*ASKS, *EDITS):
        assert run(*command, "--library", address).status == 0, command
    index = ("index", pictures, "--crop", "aligned", "--model", model, "--no-progress")
    refused(run(*index, "--library", address), "Your role may not do this")
    refused(run("erase", 1, "--yes", "--library", address), "Your role may not do this")


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


class TestAServerThatEnds:
    """A server of its own, which is killed and begun again."""

    @pytest.fixture
    def server(self) -> Iterator[postgres.Own]:
        with postgres.own() as server:
            yield server

    def test_a_wrong_password_is_never_said_nor_is_the_right_one(self, run: Run, server: postgres.Own):
        for given in ("wrong-Secret", "wr%6Fng%20Secret"):
            ended = run("find", "Male", "--library", server.by_password(given))
            refused(ended, "password authentication failed")
            assert "Secret" not in ended.err and server.password not in ended.err
        ended = run("find", "Male", "--library", server.by_password(server.password))
        assert "There is no library" in ended.err and server.password not in ended.err

    def test_between_two_questions_and_in_the_middle_of_a_run(
        self, run: Run, server: postgres.Own, pictures: Path, model: Path, monkeypatch: pytest.MonkeyPatch
    ):
        index = ("index", pictures, "--crop", "aligned", "--model", model, "--json", "--library", server.address)
        add, added = Batch.add, []

        def dying(self: Batch, photo: Any) -> Any:
            added.append(photo)
            if len(added) == 3:
                server.kill()
            return add(self, photo)

        monkeypatch.setattr(Batch, "add", dying)
        refused(run(*index), "cannot be reached")
        refused(run("find", "Male", "--library", server.address), "cannot be reached")
        server.start()
        monkeypatch.undo()
        assert run(*index).json["faces"] == 6
        with Library.open(server.address) as library:
            assert library.find(None).total == 6
            server.kill()
            with pytest.raises(database.FacequeryError, match="cannot be reached"):
                library.find(None)
            with pytest.raises(database.FacequeryError, match="cannot be reached"):
                library.count("Male")
            server.start()
            assert library.find(None).total == 6 and library.count("Male") >= 0
            assert library.correct([1], {"Bald": True}) and library.verify() == []
