"""Who was granted a right to a library of an older version has the same right to all of today's."""

import psycopg
import pytest
from sqlalchemy import create_engine, inspect
from sqlalchemy.pool import NullPool

import migrations
from retrieval.library import Library
from retrieval.stores.places import store_at
from retrieval.stores.postgres import grants
from retrieval.stores.rights import Right
from tests import postgres
from tests.retrieval.stores.postgres.test_grants import forget, has

OLDER = "0007"  # before shortlists and reviews
GRANTED = ("READ", "EDITED", "INDEXED", "OWNED")


@pytest.fixture
def older(bare_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A library as an older version left it, and grants as that version knew its tables."""
    engine = create_engine(postgres.driven(bare_database), poolclass=NullPool)
    with engine.begin() as connection:
        migrations.upgrade(connection, OLDER)
        tables = inspect(connection).get_table_names()
    for name in GRANTED:
        monkeypatch.setattr(grants, name, tuple(table for table in getattr(grants, name) if table in tables))
    return bare_database


@pytest.mark.parametrize("right", ["reader", "editor", "indexer", "owner"])
def test_an_upgrade_keeps_who_may_do_what(older: str, right: Right, monkeypatch: pytest.MonkeyPatch):
    with postgres.role() as role, postgres.role() as other:
        grants.grant(store_at(older)._address, role, right)  # type: ignore[attr-defined]
        before = has(older, role)
        monkeypatch.undo()
        with Library.open(older) as library:
            library.store.grant(other, right)
        assert has(older, role) == has(older, other) > before
        with psycopg.connect(postgres.asked_by(older, role)) as connection:
            assert connection.execute("SELECT count(*) FROM shortlist").fetchone() == (0,)
        for one in (role, other):
            forget(older, one)


def test_who_was_granted_nothing_has_nothing_then(older: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.undo()
    with postgres.role() as role:
        with psycopg.connect(older, autocommit=True) as connection:
            connection.execute(f'GRANT SELECT ON "library" TO "{role}"'.encode())
        Library.open(older).close()
        assert has(older, role) == {("library", "SELECT")}
        forget(older, role)


def test_what_an_administrator_s_upgrade_adds_is_the_maker_s(older: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.undo()
    with postgres.role() as maker:
        with psycopg.connect(older, autocommit=True) as connection:
            for table in owned(older):
                connection.execute(f'ALTER TABLE "{table}" OWNER TO "{maker}"'.encode())
        Library.open(older).close()
        assert set(owned(older).values()) == {maker}
        with psycopg.connect(older, autocommit=True) as connection:
            connection.execute(f'REASSIGN OWNED BY "{maker}" TO postgres'.encode())


def owned(address: str) -> dict[str, str]:
    """Whose each table is."""
    with psycopg.connect(address) as connection:
        return dict(connection.execute("SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'public'"))
