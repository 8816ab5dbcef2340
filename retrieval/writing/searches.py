"""Searches kept under a name. A saved search is its query, not its answer: it is asked anew each time."""

import re
from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select

from retrieval.errors import NoSuchSearch, shown
from retrieval.language.query import parse
from retrieval.language.terms import quoted
from retrieval.spelling import composed, is_name
from retrieval.tables import schema

LONGEST = 80  # characters of a name


def save(connection: Connection, name: str, query: str) -> None:
    """Keeps `query` under `name`, in place of what was kept there; QueryError, and ValueError for no proper name or for
    a query with a byte that is no text.
    """
    parse(query)
    if not _is_text(query):
        raise ValueError("A search that is kept is text: write ? for a byte that is not UTF-8.")
    if not is_name(name, LONGEST) or name.startswith("@"):
        raise ValueError(f"A search's name is 1 to {LONGEST} printable characters, the first of them not @ or a space.")
    _remove(connection, name)
    connection.execute(insert(schema.saved_search).values(name=name, query=query))


def remove(connection: Connection, name: str) -> None:
    """Forgets a search; NoSuchSearch."""
    if not _remove(connection, name):
        raise _unknown(connection, name)


def named(connection: Connection, name: str) -> str:
    """The query kept under `name`; NoSuchSearch."""
    kept = _kept_as(connection, name)
    if kept is None:
        raise _unknown(connection, name)
    return listed(connection)[kept]


def listed(connection: Connection) -> dict[str, str]:
    """Every saved search's query, by name, in the order of the names."""
    table = schema.saved_search.c
    rows = connection.execute(select(table.name, table.query).order_by(table.name))
    return {row.name: row.query for row in rows}


def naming(connection: Connection, names: Iterable[str]) -> list[str]:
    """The searches that have one of these names of people in their query or in their own name, by their own names."""
    called = list(names)
    return [name for name, query in listed(connection).items() if mentions(called, name, query)]


def mentions(names: Iterable[str], *texts: str) -> bool:
    """Whether one of these names of people stands in one of the texts, as it is or as queries have it."""
    spelt = {re.escape(form) for name in names for form in (composed(name), quoted(composed(name))[1:-1])}
    if not spelt:
        return False
    one_of_them = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(spelt))})(?!\w)", re.IGNORECASE)
    return any(map(one_of_them.search, map(composed, texts)))


def _remove(connection: Connection, name: str) -> bool:
    table = schema.saved_search
    kept = _kept_as(connection, name)
    return kept is not None and connection.execute(delete(table).where(table.c.name == kept)).rowcount > 0


def _kept_as(connection: Connection, name: str) -> str | None:
    """How the name is written where it is kept."""
    known = listed(connection)
    same = (other for other in known if composed(other) == composed(name))
    return name if name in known else next(same, None)


def _is_text(value: str) -> bool:
    """Whether SQLite can keep it: what was typed may hold bytes that are not UTF-8."""
    return not any(0xD800 <= ord(character) <= 0xDFFF for character in value)


def _unknown(connection: Connection, name: str) -> NoSuchSearch:
    known = ", ".join(map(shown, listed(connection))) or "none yet"
    return NoSuchSearch(f"No search is saved as “{shown(name[:LONGEST])}”. Saved are: {known}.")
