"""The same library on SQLite and on PostgreSQL: what migrations make there, and which values come back."""

from collections.abc import Iterator

import psycopg
import psycopg.sql
import pytest
from sqlalchemy import Engine, create_engine, inspect, select
from sqlalchemy.pool import NullPool

import migrations
from retrieval.tables import schema
from tests.postgres import driven
from tests.retrieval.failing import failing_at

COLUMNS = """
SELECT c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod), l.collname, a.attnotnull, a.attidentity,
       pg_get_expr(d.adbin, d.adrelid), pg_get_serial_sequence(quote_ident(c.relname), a.attname)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind <> 'i' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND c.relname <> 'alembic_version'
ORDER BY 1, a.attnum"""
CONDITIONS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND conrelid <> 'alembic_version'::regclass ORDER BY 1, 2"""
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1"


@pytest.fixture
def empty(bare_database: str) -> Iterator[Engine]:
    engine = create_engine(driven(bare_database), poolclass=NullPool)
    yield engine
    engine.dispose()


def said(address: str) -> list[list[tuple[object, ...]]]:
    """All that PostgreSQL knows of its tables, but for Alembic's."""
    with psycopg.connect(address) as connection:
        return [connection.execute(asked).fetchall() for asked in (COLUMNS, CONDITIONS, INDEXES)]


def test_upgrading_gives_exactly_the_tables_of_today(database: str, bare_database: str, empty: Engine):
    with empty.begin() as connection:
        connection.exec_driver_sql("CREATE EXTENSION vector")
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        schema.metadata.create_all(connection)
    migrated, today = said(database), said(bare_database)
    assert migrated == today and len(migrated[0]) > 200


def test_every_revision_can_be_the_last_and_brought_up_to_date_later(empty: Engine, database: str, bare_database: str):
    for revision in reversed(migrations.revisions()):
        with empty.begin() as connection:
            migrations.upgrade(connection, revision)
    assert said(bare_database) == said(database)


@pytest.mark.lengthy
def test_an_upgrade_that_fails_anywhere_leaves_nothing(empty: Engine):
    for nth in range(1, 200, 7):
        failing = failing_at(nth, create_engine(empty.url, poolclass=NullPool))
        try:
            with failing.begin() as connection:
                migrations.upgrade(connection)
            break
        except RuntimeError:
            with empty.begin() as connection:
                assert inspect(connection).get_table_names() == []
    assert nth > 50
    with empty.begin() as connection:
        assert connection.execute(select(schema.library.c.generation)).scalar_one() == 0


def test_who_is_not_the_server_s_owner_makes_a_library_where_pgvector_is_installed(bare_database: str, database: str):
    with psycopg.connect(bare_database, autocommit=True) as owner:
        name = psycopg.sql.Identifier(owner.info.dbname)
        owner.execute("CREATE EXTENSION vector")
        owner.execute("DO $$ BEGIN CREATE ROLE plain LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
        owner.execute(psycopg.sql.SQL("ALTER DATABASE {} OWNER TO plain").format(name))
    engine = create_engine(driven(bare_database).replace("postgres@", "plain@"), poolclass=NullPool)
    with engine.begin() as connection:
        migrations.upgrade(connection)
    engine.dispose()
    assert said(bare_database) == said(database)
