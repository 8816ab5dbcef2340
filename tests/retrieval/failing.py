"""Databases of which a statement fails, and what such a failure must leave as it was."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from retrieval.stores.postgres.database import Database
from retrieval.stores.sqlite.file import SqliteFile


def failing_at(nth: int, engine: Engine) -> Engine:
    """The engine, whose statement of that number is a RuntimeError."""
    left: Iterator[int] = iter(range(nth, 0, -1))

    @event.listens_for(engine, "before_cursor_execute")
    def fail(*_: Any) -> None:
        if next(left, 0) == 1:
            raise RuntimeError("the nth statement")

    return engine


def failures(edit: Callable[[], object], rows: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> int:
    """Edits a library again and again, each time with another statement that fails, until none does: how often it
    failed, and each time left the rows as they were. In the end they are others.
    """
    before, writers = rows(), {store: store.writer for store in (SqliteFile, Database)}
    for nth in range(1, 100):

        def engine(store: SqliteFile | Database, nth: int = nth, **how: bool) -> Engine:
            return failing_at(nth, writers[type(store)](store, **how))

        with monkeypatch.context() as patch:
            for store in writers:
                patch.setattr(store, "writer", engine)
            try:
                edit()
            except RuntimeError:
                assert rows() == before
                continue
        assert rows() != before
        return nth - 1
    raise AssertionError("an edit has fewer statements")
