import psycopg
import pytest
from psycopg import sql
from sqlalchemy import create_engine

import migrations
from retrieval.errors import LibraryDamaged, LibraryMissing, LibraryTooNew, LibraryUnfinished
from retrieval.library import Library
from retrieval.stores.places import store_at
from retrieval.tables import schema
from tests import postgres


def said(address: str, statement: str) -> None:
    with psycopg.connect(address) as connection:
        connection.execute(statement)


def version(address: str) -> object:
    with psycopg.connect(address) as connection:
        return connection.execute("SELECT version_num FROM alembic_version").fetchone()


def test_a_library_is_made_where_it_is_wanted_and_else_missed(bare_database: str):
    with pytest.raises(LibraryMissing):
        store_at(bare_database).prepare()
    store_at(bare_database).prepare(create=True)
    store_at(bare_database).prepare()
    assert version(bare_database) == (schema.REVISION,)


def test_who_may_only_read_prepares_it_without_a_write(database: str):
    with postgres.role() as role:
        store_at(database).grant(role, "reader")
        with Library.open(postgres.asked_by(database, role)) as library:
            assert library.find(None).total == 0
        store_at(database).grant(role, None)
        with psycopg.connect(database) as connection:
            connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))


def test_an_older_one_is_brought_up_to_date(bare_database: str):
    engine = create_engine(postgres.driven(bare_database))
    with engine.begin() as connection:
        migrations.upgrade(connection, migrations.revisions()[2])
    engine.dispose()
    with Library.open(bare_database) as library:
        assert library.verify() == []
    assert version(bare_database) == (schema.REVISION,)


def test_a_newer_one_is_not_touched(database: str):
    said(database, "UPDATE alembic_version SET version_num = '9999'")
    for create in (False, True):
        with pytest.raises(LibraryTooNew, match="schema 9999"):
            store_at(database).prepare(create=create)
    assert version(database) == ("9999",)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("CREATE TABLE face (id integer)", "has a table face"),
        ("CREATE TABLE alembic_version (version_num text)", "not a facequery library"),
        ("CREATE TABLE alembic_version (version_num text); CREATE TABLE library ()", "does not say its version"),
    ],
)
def test_what_somebody_else_made_is_left_alone(bare_database: str, statement: str, found: str):
    said(bare_database, statement)
    for create in (False, True):
        with pytest.raises(LibraryDamaged, match=found):
            store_at(bare_database).prepare(create=create)


def test_an_unfinished_copy_is_no_library(database: str):
    said(database, "CREATE TABLE arriving ()")
    for create in (False, True):
        with pytest.raises(LibraryUnfinished, match="facequery copy"):
            store_at(database).prepare(create=create)
