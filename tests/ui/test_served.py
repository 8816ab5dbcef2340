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
from retrieval.stores.postgres.arrival import Arriving
from retrieval.writing.batch import Batch
from tests import postgres
from tests.retrieval.everything import fill_all, rows
from tests.ui.ended import Run, refused

SECRET = "tr%C3%BBb-Secret"


@pytest.fixture
def served(database: str) -> str:
    """A library with something in every table."""
    with Library.open(database) as library:
        fill_all(library)
    return database


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://u:tr%C3%BBb-Secret@no-such-host.invalid/faces", "no-such-host.invalid/faces cannot be reached"),
        ("postgresql://u:tr%C3%BBb-Secret@127.0.0.1:1/faces", "127.0.0.1:1/faces cannot be reached"),
        ("postgresql://u@/faces?host=/nowhere&password=trûb-Secret", "cannot be reached"),
        ("postgresql://u:tr%C3%BBb-Secret@127.0.0.1", "The address names no database"),
        ("postgresql://u:tr%C3%BBb-Secret@127.0.0.1:port/faces", "This is no address of a library"),
        ("postgresql://u@127.0.0.1:1/faces?sslmode=tr%C3%BBb", "cannot have that value"),
        (
            "postgresql://u@127.0.0.1:1/faces?nonsense=1",
            "an option behind its question mark that there is not",
        ),
        ("postgresql://u@127.0.0.1:1/faces?ssl_mode=require", "Did you mean sslmode"),
        ("postgresql://u@127.0.0.1:1/faces?tr%C3%BBb-Secret=1", "an option behind its question mark that there is not"),
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


def test_who_may_not_make_tables_or_the_extension_is_told(run: Run, bare_database: str, tmp_path: Path):
    with Library.create_or_open(tmp_path / "library"):
        pass
    with postgres.role() as name:
        copy = ("copy", tmp_path / "library", postgres.asked_by(bare_database, name))
        refused(run(*copy), "Your role may not do this")
        with psycopg.connect(bare_database) as connection:
            connection.execute(sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(sql.Identifier(name)))
        refused(run(*copy), "CREATE EXTENSION vector")
        with psycopg.connect(bare_database) as connection:
            connection.execute("CREATE EXTENSION vector")
        assert run(*copy).status == 0
        assert run("find", "Male", "--library", copy[2]).status == 0
        with psycopg.connect(bare_database) as connection:
            connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))


def test_an_older_library_is_upgraded_by_who_made_it_and_nobody_else(run: Run, bare_database: str):
    from sqlalchemy import create_engine

    engine = create_engine(postgres.driven(bare_database))
    with engine.begin() as connection:
        migrations.upgrade(connection, migrations.revisions()[1])
    engine.dispose()
    with postgres.role() as name:
        with psycopg.connect(bare_database) as connection:
            connection.execute(sql.SQL("GRANT ALL ON ALL TABLES IN SCHEMA public TO {}").format(sql.Identifier(name)))
        refused(run("find", "Male", "--library", postgres.asked_by(bare_database, name)), "Only who made the tables")
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


class TestAServerThatEnds:
    """A server of its own, which is killed and begun again."""

    @pytest.fixture
    def server(self) -> Iterator[postgres.Own]:
        with postgres.own() as server:
            yield server

    def test_a_wrong_password_is_never_said_nor_is_the_right_one(self, run: Run, server: postgres.Own, tmp_path: Path):
        for given in ("wrong-Secret", "wr%6Fng%20Secret"):
            ended = run("find", "Male", "--library", server.by_password(given))
            refused(ended, "password authentication failed")
            assert "Secret" not in ended.err and server.password not in ended.err
        address = server.by_password(server.password)
        for command in (("find", "Male"), ("verify", "--json"), ("grant", "asked", "reader")):
            ended = run(*command, "--library", address)
            assert "There is no library" in ended.err and server.password not in ended.err
        Library.create_or_open(tmp_path / "library").close()
        for command in (("copy", tmp_path / "library", address, "--json"), ("copy", address, tmp_path / "other")):
            ended = run(*command)
            assert ended.status == 0 and server.password not in ended.out + ended.err
        ended = run("copy", tmp_path / "library", address)
        assert ended.status == 2 and "There is a library in" in ended.err and server.password not in ended.err

    @pytest.mark.lengthy
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

    @pytest.mark.lengthy
    def test_in_the_middle_of_a_copy(
        self, run: Run, server: postgres.Own, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        with Library.create_or_open(tmp_path / "library") as library:
            fill_all(library)
        add, added = Arriving.add, []

        def dying(self: Arriving, *given: Any) -> None:
            added.append(given)
            if len(added) == 9:
                server.kill()
            add(self, *given)

        monkeypatch.setattr(Arriving, "add", dying)
        refused(run("copy", tmp_path / "library", server.address), "cannot be reached")
        server.start()
        refused(run("find", "Male", "--library", server.address), "is unfinished in")
        assert run("copy", tmp_path / "library", server.address, "--json").json["continued"]
        assert rows(store_at(server.address)) == rows(store_at(tmp_path / "library"))
