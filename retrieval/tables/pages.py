"""The rows of a whole table, whatever it means, in the order of its key: a bounded number at a time, from any row on,
and as the driver gives them. The same rows look the same in every store, but for what one of them keeps less exactly.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np
from sqlalchemy import Column, Connection, Dialect, Select, Table, func, literal, select, tuple_
from sqlalchemy.types import TypeEngine

from retrieval.tables import schema
from retrieval.tables.types import Single, VectorBytes

Row = tuple[Any, ...]
PAGE = 10_000  # rows; of vectors 20 MB


def tables() -> list[Table]:
    """Every table of a library but the one that says which it is, each behind those that it refers to."""
    return [table for table in schema.metadata.sorted_tables if table is not schema.library]


def numbered() -> list[Table]:
    """Those whose rows are numbered by the database."""
    return [table for table in tables() if "id" in table.c and table.c.id.identity is not None]


def key(table: Table) -> list[Column[Any]]:
    """What tells a row from all others."""
    return list(table.primary_key.columns)


def key_of(table: Table, row: Row) -> Row:
    """The key of one of its rows."""
    names = list(table.c.keys())
    return tuple(row[names.index(column.name)] for column in key(table))


def pages(connection: Connection, table: Table, after: Row | None = None, size: int = PAGE) -> Iterator[list[Row]]:
    """All rows whose key is greater than `after`, so many at a time."""
    while rows := _page(connection, _ordered(table, after).limit(size)):
        yield rows
        after = key_of(table, rows[-1])


def last(connection: Connection, table: Table) -> Row | None:
    """The greatest key; None where there is no row."""
    query = select(*key(table)).order_by(*[column.desc() for column in key(table)]).limit(1)
    return next(iter(_page(connection, query)), None)


def count(connection: Connection, table: Table) -> int:
    """How many rows it has."""
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def difference(table: Table, theirs: Sequence[Row], here: Sequence[Row], dialect: Dialect) -> Row | None:
    """The key of the first row that is not what a database of that dialect makes of theirs; None where all are."""
    if theirs == here:
        return None
    kept = _kept(table, dialect)
    for one, other in zip_longest(theirs, here):
        if one is None or other is None or kept(one) != other:
            return key_of(table, other if one is None else one)
    return None


def _page(connection: Connection, query: Select[Any]) -> list[Row]:
    with connection.execute(query) as result:
        return [tuple(row) for row in result.cursor.fetchall()]


def _ordered(table: Table, after: Row | None) -> Select[Any]:
    columns = key(table)
    query = select(*table.c).order_by(*columns)
    if after is None:
        return query
    known = [literal(value, column.type) for value, column in zip(after, columns, strict=True)]
    return query.where(tuple_(*columns) > tuple_(*known) if len(known) > 1 else columns[0] > known[0])


def _kept(table: Table, dialect: Dialect) -> Callable[[Row], Row]:
    """What the database makes of a row: PostgreSQL keeps vectors in 16 bits a number, and probabilities in 32."""
    if dialect.name != "postgresql":
        return lambda row: row
    rounding = [_rounding(column.type) for column in table.c]
    return lambda row: tuple(
        value if value is None or to is None else to(value) for value, to in zip(row, rounding, strict=True)
    )


def _rounding(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    if isinstance(kind, VectorBytes):
        return lambda vector: np.frombuffer(vector, "<f4").astype("<f2").astype("<f4").tobytes()
    return (lambda number: float(np.float32(number))) if kind is Single else None
