"""The mark of a library that is still being copied to where it stands: a table of its own, that no whole library has.
It says of which library the copy is, and in which state that was.
"""

from sqlalchemy import Column, Connection, MetaData, Table, delete, insert, inspect, select

from retrieval.tables import schema
from retrieval.tables.generation import State
from retrieval.tables.types import Long, Text

NAME = "arriving"
_arriving = Table(
    NAME,
    MetaData(),
    *[Column(name, Long if name == "generation" else Text, nullable=False) for name in State._fields],
    sqlite_strict=True,
)


def mark(connection: Connection, state: State) -> None:
    """What is there is no library from here on, but the beginning of a copy of one in that state."""
    _arriving.drop(connection, checkfirst=True)  # another version's may have other columns
    _arriving.create(connection)
    connection.execute(insert(_arriving).values(state._asdict()))
    connection.execute(delete(schema.library))


def marked(connection: Connection) -> State | None:
    """Of what the copy is that has begun there; None where none has, or by another version, that knew other states."""
    asked = inspect(connection)
    if not asked.has_table(NAME) or [column["name"] for column in asked.get_columns(NAME)] != list(State._fields):
        return None
    found = connection.execute(select(_arriving)).first()
    return None if found is None else State(*found)


def unmark(connection: Connection) -> None:
    """From here on it is a library."""
    _arriving.drop(connection)
