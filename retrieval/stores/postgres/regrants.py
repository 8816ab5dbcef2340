"""What was granted, over an upgrade: tables that it adds are for whoever may use those that were there, each as his
right says. See `grants`.
"""

from collections import defaultdict
from typing import NamedTuple, Self

from sqlalchemy import Connection, text

from retrieval.stores.postgres import grants
from retrieval.stores.rights import Right

RIGHTS: tuple[Right, ...] = ("owner", "indexer", "editor", "reader")


class Granted(NamedTuple):
    """The tables that there are, whose they are, and who may do what with them: the greatest right that each has."""

    tables: frozenset[str]
    maker: str | None
    rights: dict[str, Right]

    @classmethod
    def of(cls, connection: Connection) -> Self:
        tables = frozenset(connection.execute(_TABLES).scalars())
        held: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for role, table, kind in connection.execute(_HELD):
            held[role].add((table, kind))
        rights = {role: right for role, has in held.items() if (right := _right(has, tables))}
        return cls(tables, connection.execute(_MAKER).scalar(), rights)

    def extend(self, connection: Connection) -> None:
        """To the tables that were not there."""
        new = frozenset(connection.execute(_TABLES).scalars()) - self.tables
        quoted = connection.dialect.identifier_preparer.quote_identifier
        for table in sorted(new) if self.maker else ():
            connection.exec_driver_sql(f'ALTER TABLE "{table}" OWNER TO {quoted(str(self.maker))}')
        for role, right in self.rights.items() if new else ():
            grants.add(connection, role, right, new)


def _right(has: set[tuple[str, str]], tables: frozenset[str]) -> Right | None:
    """The greatest whose every grant on these tables is among those that a role has."""
    for right in RIGHTS:
        written = [(table, kind) for table in grants.written(right) for kind in grants.WRITING]
        wanted = {(table, "SELECT") for table in grants.READ} | set(written)
        if {one for one in wanted if one[0] in tables} <= has:
            return right
    return None


_TABLES = text(
    "SELECT relname FROM pg_class WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relkind = 'r'"
)
_MAKER = text(
    "SELECT rolname FROM pg_class JOIN pg_roles r ON r.oid = relowner WHERE relname = 'library' "
    "AND relnamespace = CAST(current_schema() AS regnamespace) AND relkind = 'r'"
)
_HELD = text(
    "SELECT rolname, relname, privilege_type FROM pg_class, aclexplode(relacl) JOIN pg_roles r ON r.oid = grantee "
    "WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relkind = 'r' AND grantee <> relowner"
)
