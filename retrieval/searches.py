"""Searches kept under a name. A saved search is its query, not its answer: it is asked anew each time."""

from sqlalchemy import Connection, delete, insert, select

from retrieval import schema
from retrieval.errors import NoSuchSearch, shown
from retrieval.query import parse

LONGEST = 80  # characters of a name


def save(connection: Connection, name: str, query: str) -> None:
    """Keeps `query` under `name`, in place of what was kept there; QueryError, and ValueError for no proper name."""
    parse(query)
    if not name.strip() or name != name.strip() or len(name) > LONGEST or name.startswith("@") or shown(name) != name:
        raise ValueError(f"A search's name is 1 to {LONGEST} printable characters, the first of them not @ or a space.")
    _remove(connection, name)
    connection.execute(insert(schema.saved_search).values(name=name, query=query))


def remove(connection: Connection, name: str) -> None:
    """Forgets a search; NoSuchSearch."""
    if not _remove(connection, name):
        raise _unknown(connection, name)


def named(connection: Connection, name: str) -> str:
    """The query kept under `name`; NoSuchSearch."""
    table = schema.saved_search.c
    query: str | None = connection.execute(select(table.query).where(table.name == name)).scalar()
    if query is None:
        raise _unknown(connection, name)
    return query


def listed(connection: Connection) -> dict[str, str]:
    """Every saved search's query, by name, in the order of the names."""
    table = schema.saved_search.c
    rows = connection.execute(select(table.name, table.query).order_by(table.name))
    return {row.name: row.query for row in rows}


def _remove(connection: Connection, name: str) -> bool:
    return connection.execute(delete(schema.saved_search).where(schema.saved_search.c.name == name)).rowcount > 0


def _unknown(connection: Connection, name: str) -> NoSuchSearch:
    known = ", ".join(map(shown, listed(connection))) or "none yet"
    return NoSuchSearch(f"No search is saved as “{shown(name[:LONGEST])}”. Saved are: {known}.")
