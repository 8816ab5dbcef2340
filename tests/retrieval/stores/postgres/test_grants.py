from itertools import pairwise

import psycopg
import pytest
from psycopg import sql

from retrieval.errors import FacequeryError
from retrieval.stores.places import store_at
from retrieval.stores.postgres import grants
from retrieval.tables import schema
from tests import postgres

HAS = (
    "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = %s "
    "AND table_schema = 'public'"
)


def has(address: str, role: str) -> set[tuple[str, str]]:
    with psycopg.connect(address) as connection:
        return {(table, kind) for table, kind in connection.execute(HAS, [role])}


def forget(address: str, role: str) -> None:
    with psycopg.connect(address) as connection:
        connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))


def test_every_table_belongs_to_one_kind_of_work():
    assert not set(grants.EDITED) & set(grants.INDEXED)
    assert {*grants.EDITED, *grants.INDEXED, "erased"} == set(schema.metadata.tables)


def test_each_right_is_what_the_one_before_it_is_and_more(database: str):
    with postgres.role() as role:
        known = [has(database, role)]
        for right in ("reader", "editor", "indexer", "owner"):
            store_at(database).grant(role, right)
            known.append(has(database, role))
        assert all(less < more for less, more in pairwise(known))
        assert known[0] == set() and {kind for _, kind in known[1]} == {"SELECT"}
        store_at(database).grant(role, "reader")
        assert has(database, role) == known[1]
        store_at(database).grant(role, None)
        assert has(database, role) == set()
        forget(database, role)


@pytest.mark.parametrize("name", ["nobody", "public", 'a"; DROP TABLE face; --', "100%s", "", "a\0b"])
def test_a_role_that_is_not_there_is_said_and_nothing_else_happens(database: str, name: str):
    with pytest.raises(FacequeryError, match="has no role"):
        store_at(database).grant(name, "owner")


def test_a_role_may_be_called_anything(database: str):
    name = 'per cent % (a)s "quoted"; DROP'
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
        try:
            store_at(database).grant(name, "editor")
            assert ("correction", "INSERT") in has(database, name)
        finally:
            forget(database, name)
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def test_a_server_whose_owners_cannot_share_that_says_so(database: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(grants, "MAINTAINING", 10**7)
    with postgres.role() as role:
        with pytest.raises(FacequeryError, match="older than PostgreSQL 17"):
            store_at(database).grant(role, "owner")
        assert has(database, role) == set()
        store_at(database).grant(role, "indexer")
        forget(database, role)
