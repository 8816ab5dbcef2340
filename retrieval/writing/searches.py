"""Searches kept under a name. A saved search is its query, not its answer: it is asked anew each time."""

from sqlalchemy import Connection, delete, insert, select

from retrieval.errors import NoSuchSearch, shown
from retrieval.language.query import parse
from retrieval.tables import schema

LONGEST = 80  # characters of a name


def save(connection: Connection, name: str, query: str) -> None:
    """Keeps `query` under `name`, in place of what was kept there; QueryError, and ValueError for no proper name or for
    a query with a byte that is no text.
    """
    parse(query)
    if not _is_text(query):
        raise ValueError("A search that is kept is text: write ? for a byte that is not UTF-8.")
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
    query = listed(connection).get(name)
    if query is None:
        raise _unknown(connection, name)
    return query


def listed(connection: Connection) -> dict[str, str]:
    """Every saved search's query, by name, in the order of the names."""
    table = schema.saved_search.c
    rows = connection.execute(select(table.name, table.query).order_by(table.name))
    return {row.name: row.query for row in rows}


def _remove(connection: Connection, name: str) -> bool:
    mine = schema.saved_search.c.name == name
    return _is_text(name) and connection.execute(delete(schema.saved_search).where(mine)).rowcount > 0


def _is_text(value: str) -> bool:
    """Whether SQLite can keep it: what was typed may hold bytes that are not UTF-8."""
    return not any(0xD800 <= ord(character) <= 0xDFFF for character in value)


def _unknown(connection: Connection, name: str) -> NoSuchSearch:
    known = ", ".join(map(shown, listed(connection))) or "none yet"
    return NoSuchSearch(f"No search is saved as “{shown(name[:LONGEST])}”. Saved are: {known}.")
