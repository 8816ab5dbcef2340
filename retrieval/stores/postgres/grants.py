"""Who may do what with a library on a server: the server's own grants on its tables, for roles that are there already.
It knows which tables each kind of work writes to, and nothing of what is in them.
"""

from collections.abc import Collection

from sqlalchemy import Connection, text

from retrieval.errors import FacequeryError, shown
from retrieval.stores.postgres.address import Address
from retrieval.stores.postgres.connections import engine_of, named_errors
from retrieval.stores.rights import Right
from retrieval.tables import schema

READ = ("alembic_version", *schema.metadata.tables)
EDITED = (
    *("library", "action", "correction", "correction_change", "saved_search"),
    *("person", "membership", "rejection", "person_change", "carried", "naming"),
    *("review", "review_stratum", "drawn", "recalibration"),
    *("shortlist", "shortlisted", "shortlist_change", "shortlist_naming"),
)
INDEXED = ("folder", "pattern", "sought", "model", "head", "photo", "face", "attribute", "embedding", "descriptor")
OWNED = tuple(schema.metadata.tables)
WRITING = ("INSERT", "UPDATE", "DELETE")
MAINTAINING = 170_000  # the first version whose owners can let others VACUUM


def grant(address: Address, role: str, right: Right | None) -> None:
    """Gives the role exactly this right to the library, None for none at all, whatever it had; FacequeryError where
    that is not in the power of who asks.
    """
    engine = engine_of(address, isolation="READ COMMITTED")
    try:
        with named_errors(address), engine.begin() as connection:
            _check_role(connection, address, role)
            _check_version(connection, address, right)
            _Grants(connection, role).give(right)
            _check_done(connection, address, role, right)
    finally:
        engine.dispose()


def add(connection: Connection, role: str, right: Right, tables: Collection[str]) -> None:
    """Gives the role this right to tables that came later than it."""
    _Grants(connection, role).add(right, tables)


class _Grants:
    """Statements for one role, whose name and the library's schema are quoted as names, with the driver's % doubled."""

    def __init__(self, connection: Connection, role: str) -> None:
        self._connection = connection
        quoted = connection.dialect.identifier_preparer.quote_identifier
        self._role, self._database, self._schema = (quoted(name) for name in (role, *connection.execute(_WHERE).one()))

    def give(self, right: Right | None) -> None:
        every = ", ".join(f'"{name}"' for name in READ)
        self._say(f"REVOKE ALL ON {every} FROM {self._role} CASCADE")
        self._say(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {self._schema} FROM {self._role} CASCADE")
        if right is not None:
            self.add(right, READ)

    def add(self, right: Right, tables: Collection[str]) -> None:
        """The right, to those of the tables that it is about, beside what the role has."""
        every = ", ".join(f'"{name}"' for name in READ if name in tables)
        further = " WITH GRANT OPTION" if right == "owner" else ""
        self._say(f"GRANT CONNECT ON DATABASE {self._database} TO {self._role}")
        self._say(f"GRANT USAGE ON SCHEMA {self._schema} TO {self._role}")
        self._say(f"GRANT SELECT ON {every} TO {self._role}{further}")
        kinds = "ALL" if right == "owner" else "SELECT"
        self._say(f"GRANT {kinds} ON ALL SEQUENCES IN SCHEMA {self._schema} TO {self._role}{further}")
        if wanted := [name for name in written(right) if name in tables]:
            names = ", ".join(f'"{name}"' for name in wanted)
            kinds = "ALL" if right == "owner" else ", ".join(WRITING)
            self._say(f"GRANT {kinds} ON {names} TO {self._role}{further}")

    def _say(self, statement: str) -> None:
        self._connection.exec_driver_sql(statement)


def written(right: Right) -> tuple[str, ...]:
    """The tables that who has it may write to."""
    return {"reader": (), "editor": EDITED, "indexer": (*EDITED, *INDEXED), "owner": OWNED}[right]


def _check_role(connection: Connection, address: Address, role: str) -> None:
    if "\0" in role or not connection.execute(_KNOWN, {"role": role}).scalar():
        raise FacequeryError(
            f"The server of {address.shown} has no role {shown(role)}. Roles are made by who administers the server: "
            f'CREATE ROLE "{shown(role)}" LOGIN. Then grant it this.'
        )
    if connection.execute(_MAKERS, {"role": role}).scalar():
        raise FacequeryError(
            f"The tables of {address.shown} are {shown(role)}'s own, who may do everything with them. Nothing was "
            "changed; name another role."
        )


def _check_version(connection: Connection, address: Address, right: Right | None) -> None:
    if right == "owner" and connection.execute(_VERSION).scalar_one() < MAINTAINING:
        raise FacequeryError(
            f"The server of {address.shown} is older than PostgreSQL 17, and lets nobody but who made the tables clear "
            "away what was deleted. Let its administrator say GRANT, with the name of that role, to this one."
        )


def _check_done(connection: Connection, address: Address, role: str, right: Right | None) -> None:
    """The server only warns of what is not in the power of who asks."""
    has = connection.execute(_HAS, {"role": role, "tables": list(READ)})
    found = {(table, kind) for table, kind in has}
    writable = written(right) if right else ()
    wanted = {(table, "SELECT") for table in READ if right} | {(t, kind) for t in writable for kind in WRITING}
    if (right is None and found) or wanted - found:
        raise FacequeryError(
            f"Your role may not say who may do what with {address.shown}. Nothing was changed; its owner can, who made "
            "the tables, or whom that allowed it by `facequery grant ROLE owner`."
        )


_VERSION = text("SELECT CAST(current_setting('server_version_num') AS integer)")
_WHERE = text("SELECT current_database(), current_schema()")
_KNOWN = text("SELECT count(*) FROM pg_roles WHERE rolname = :role")
_MAKERS = text(
    "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = relowner "
    "WHERE c.oid = CAST('library' AS regclass) AND rolname = :role"
)
_HAS = text(
    "SELECT relname, privilege_type FROM pg_class, aclexplode(relacl) JOIN pg_roles r ON r.oid = grantee "
    "WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relname = ANY(:tables) AND rolname = :role"
)
