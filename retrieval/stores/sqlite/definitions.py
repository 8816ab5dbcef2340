"""Whether a library file has our tables and nothing else. A trigger could keep what was erased, or turn what somebody
says into something else, and a view need not end: so what SQLite says of each is compared with ours, word by word.
"""

import sqlite3
from functools import cache

from sqlalchemy import Column, MetaData, PrimaryKeyConstraint, String, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from retrieval.tables import schema

SQLITES = {  # tables that SQLite makes itself
    "CREATE TABLE sqlite_sequence(name,seq)",
    "CREATE TABLE sqlite_stat1(tbl,idx,stat)",
    "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
}
PASSIVE = ("table", "index")  # kinds that do nothing by themselves


def foreign(connection: sqlite3.Connection) -> str | None:
    """The name of something in a library of today that is not ours, or is not there though it should be."""
    said = {name: " ".join(sql.split()) for _, name, sql in _listed(connection) if sql is not None}
    strange = [name for name, sql in said.items() if sql not in SQLITES and ours().get(name) != sql]
    return next(iter(sorted(strange) or sorted(ours().keys() - said.keys())), None)


def active(connection: sqlite3.Connection) -> str | None:
    """The name of a trigger or a view, which no version of ours ever had."""
    return next((name for kind, name, _ in _listed(connection) if kind not in PASSIVE), None)


def _listed(connection: sqlite3.Connection) -> list[tuple[str, str, str | None]]:
    return connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()


@cache
def ours() -> dict[str, str]:
    """The statement that makes each table and index, by its name, in one line."""
    dialect = sqlite.dialect()
    tables = [*schema.metadata.tables.values(), _ALEMBICS]
    indexes = [index for table in tables for index in table.indexes]
    made = {table.name: str(CreateTable(table).compile(dialect=dialect)) for table in tables}
    made |= {str(index.name): str(CreateIndex(index).compile(dialect=dialect)) for index in indexes}
    return {name: " ".join(statement.split()) for name, statement in made.items()}


_ALEMBICS = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
