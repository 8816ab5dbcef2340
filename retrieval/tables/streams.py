"""The rows of an answer of a PostgreSQL server that is larger than memory may be: they wait there, and come some at a
time, as the driver gives them. SQLite needs nothing of this, since it finds each row when it is asked for.

SQLAlchemy's `stream_results` would do the same, but takes the first row out of the driver's hands.
"""

from collections.abc import Iterator
from itertools import count
from typing import Any

from sqlalchemy import ClauseElement, Connection, Executable, Select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

_numbers = count()


class _Declared(Executable, ClauseElement):
    inherit_cache = False

    def __init__(self, name: str, query: Select[Any]) -> None:
        self.name, self.query = name, query


@compiles(_Declared, "postgresql")
def _statement(declared: _Declared, compiler: SQLCompiler, **options: Any) -> str:
    return f"DECLARE {declared.name} NO SCROLL CURSOR FOR {compiler.process(declared.query, **options)}"


def streamed(connection: Connection, query: Select[Any], size: int) -> Iterator[list[tuple[Any, ...]]]:
    """So many rows at a time, within the connection's transaction, with whose end the rest is given up."""
    name = f"stream_{next(_numbers)}"
    connection.execute(_Declared(name, query))
    while rows := _fetched(connection, f"FETCH {size} FROM {name}"):
        yield rows
    connection.exec_driver_sql(f"CLOSE {name}")


def _fetched(connection: Connection, statement: str) -> list[tuple[Any, ...]]:
    with connection.exec_driver_sql(statement) as result:
        return list(result.cursor.fetchall())
