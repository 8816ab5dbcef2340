"""The writing side of a library: one writer at a time, one transaction a batch.

It stores what it is given and decides nothing: which photographs are new, moved or gone is the indexer's business.
Nothing is ever deleted because a file was not found.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    LargeBinary,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    type_coerce,
)

from retrieval.tables import schema
from retrieval.tables.connections import named_errors, opened, transaction, writer
from retrieval.tables.lock import held
from retrieval.tables.models import register
from retrieval.tables.records import Face, Known, Model, Pattern, Photo, Sought
from retrieval.tables.sought import keep
from retrieval.writing.batch import Batch
from retrieval.writing.hashes import Hashes
from retrieval.writing.tombstones import Barred

__all__ = ["Batch", "Editor", "Face", "Known", "Model", "Photo", "Writer"]

ROWS = 10_000  # read at once, where all of a table is read
PATIENCE = 1.0  # seconds: another edit takes less, an indexing run more


class Editor:
    """Holds the library's lock from `with` to its end, and needs no model: for what people say of the faces there.

    Entering raises LibraryBusy if somebody else writes for longer than `patience`, in seconds; `PATIENCE` without it.
    For one thread.
    """

    def __init__(self, folder: Path, *, patience: float | None = None) -> None:
        self.folder = folder
        self._patience = patience
        self._open = ExitStack()
        self._engine: Engine

    def __enter__(self) -> Self:
        with ExitStack() as stack:  # closes what was opened if a later step fails
            stack.enter_context(held(self.folder, patience=PATIENCE if self._patience is None else self._patience))
            self._engine = stack.enter_context(opened(writer(self.folder)))
            self._open = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def checkpoint(self) -> bool:
        """Empties SQLite's log into its file; False if somebody who still reads an earlier state kept it from that."""
        with named_errors(self.folder):
            driver = self._engine.raw_connection()
            try:
                busy: int = driver.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                driver.close()
        return not busy

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Committed at the end of the block, rolled back whole if anything is raised in it."""
        with transaction(self._engine, self.folder) as connection:
            yield connection


class Writer:
    """What an indexing run does to the library, through an `Editor` from `with` to its end; made by `Library.writer`.

    Entering raises LibraryBusy if somebody else writes, and WrongModel if the faces there are another model's;
    a failing disk is LibraryFull. For one thread.
    """

    def __init__(self, folder: Path, model: Model | None) -> None:
        self.folder = folder
        self.model = model
        self._editor = Editor(folder, patience=0)
        self._open = ExitStack()
        self._model_id: int
        self._batch: Connection | None = None

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            editor = stack.enter_context(self._editor)
            if self.model is not None:
                with editor.transaction() as connection:
                    self._model_id = register(connection, self.model, self.folder)
            self._open = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def known(self, folder: str) -> dict[str, Known]:
        """Every photograph at any depth under `folder`, by path; byte for byte, so /a_b is neither /aXb nor /a_b2."""
        with self._transaction() as connection:
            return {known.path: known for known in _known(connection, _asked(_under(folder)))}

    def erased(self) -> Barred:
        """What was erased and may not come back."""
        with self._transaction() as connection:
            return Barred(connection)

    def with_bytes(self, sha256: str) -> list[Known]:
        """Every photograph, anywhere, that had exactly these bytes."""
        with self._transaction() as connection:
            return _known(connection, _WITH_BYTES, {"bytes": sha256})

    def hashes(self) -> Hashes:
        """Of every photograph, anywhere; of this moment."""
        sha256 = schema.photo.c.sha256
        with self._transaction() as connection:
            rows = connection.execute(select(sha256).where(sha256.is_not(None))).yield_per(ROWS)
            return Hashes(rows.scalars())

    def sizes(self) -> set[int]:
        """The sizes in bytes that photographs have or had."""
        with self._transaction() as connection:
            return set(connection.execute(select(schema.photo.c.size).distinct()).scalars())

    def unasked(self, folder: str) -> list[Known]:
        """Photographs under `folder` that were read once, and never asked what they say of themselves."""
        row = schema.photo.c
        unasked = _under(folder) & row.dated.is_(None) & (row.outcome != "unreadable") & (row.missing == 0)
        with self._transaction() as connection:
            return _known(connection, _asked(unasked))

    def folders(self) -> set[str]:
        """Every folder that is indexed, as far as the library remembers."""
        with self._transaction() as connection:
            return set(connection.execute(select(schema.folder.c.path)).scalars())

    def remember(self, folders: Iterable[str], patterns: Iterable[Pattern] = ()) -> None:
        """These folders are indexed: nothing may ever be written into them. Of the names that a pattern means, the last
        word holds.
        """
        known, rows = self.folders(), schema.pattern.c
        with self._transaction() as connection:
            if new := [{"path": folder} for folder in dict.fromkeys(folders) if folder not in known]:
                connection.execute(insert(schema.folder), new)
            for pattern in patterns:
                same = (rows.folder == pattern.folder) & (rows.glob == pattern.glob)
                connection.execute(delete(schema.pattern).where(same))
                connection.execute(
                    insert(schema.pattern).values(pattern._asdict() | {"included": int(pattern.included)})
                )

    def seek(self, wanted: Sought) -> None:
        """Later runs look for faces in this way."""
        with self._transaction() as connection:
            keep(connection, wanted)

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """One transaction: committed at the end of the block, rolled back whole if anything is raised in it."""
        with self._transaction() as self._batch:
            batch = Batch(self._batch, self._model_id)
            try:
                yield batch
                batch.finish()
            finally:
                self._batch = None

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """The open batch's transaction, so that questions see what it has written, or one of its own."""
        if self._batch is not None:
            yield self._batch
            return
        with self._editor.transaction() as connection:
            yield connection


def _asked(where: ColumnElement[bool]) -> Select[Any]:
    """What is known of the photographs there."""
    photo = schema.photo.c
    columns = (photo.id, photo.path, photo.size, photo.mtime_ns, photo.sha256, photo.outcome, photo.reason)
    faces = select(func.count()).where(schema.face.c.photo == photo.id).scalar_subquery()
    return select(*columns, photo.missing, faces, photo.crop, photo.finder).where(where).order_by(photo.id)


def _known(connection: Connection, query: Select[Any], given: dict[str, Any] | None = None) -> list[Known]:
    rows: Iterable[Any] = connection.execute(query, given or {})
    return [Known(*row[:7], bool(row[7]), *row[8:]) for row in rows]  # type: ignore[call-arg]


_WITH_BYTES = _asked(schema.photo.c.sha256 == bindparam("bytes"))  # built once, and asked for every file


def _under(folder: str) -> ColumnElement[bool]:
    prefix = os.fsencode(folder).rstrip(b"/") + b"/"
    path = type_coerce(schema.photo.c.path, LargeBinary)
    return and_(path >= prefix, path < prefix[:-1] + b"0")  # 0 follows / among the bytes
