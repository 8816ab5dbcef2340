"""Rows as psycopg hands them over: in PostgreSQL's binary format, whoever asks. As text a vector takes twelve times as
long, and a number of 32 bits becomes another than SQLite has for it: 0.1 has no exact one.
"""

from typing import Any

from psycopg import Connection, Cursor, ServerCursor
from psycopg.pq import Format


class Whole(Cursor[Any]):
    """All rows of an answer at once."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.format = Format.BINARY


class Streamed(ServerCursor[Any]):
    """Rows that wait on the server until they are fetched: for `stream_results`."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.format = Format.BINARY


def use(connection: Connection[Any]) -> None:
    """Has the connection's cursors be of these from now on."""
    connection.cursor_factory = Whole
    connection.server_cursor_factory = Streamed
