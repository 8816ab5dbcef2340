"""The writing side of a library: one writer at a time, one transaction a batch.

It stores what it is given and decides nothing: which photographs are new, moved or gone is the indexer's business.
Nothing is ever deleted because a file was not found.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
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

from retrieval.stores.store import Store
from retrieval.tables import schema
from retrieval.tables.models import register
from retrieval.tables.records import Face, Known, Model, Pattern, Photo, Sought
from retrieval.tables.rows import parts
from retrieval.tables.sought import keep
from retrieval.writing.batch import Batch
from retrieval.writing.hashes import Hashes
from retrieval.writing.interrupts import deferred
from retrieval.writing.tombstones import Barred

__all__ = ["Batch", "Editor", "Face", "Known", "Model", "Photo", "Writer"]

ROWS = 10_000  # read at once, where all of a table is read
PATIENCE = 1.0  # seconds: another edit takes less, an indexing run more


class Editor:
    """Holds the library's lock from `with` to its end, and needs no model: for what people say of the faces there.
    What nobody else may write beside is done `alone`.

    Entering raises LibraryBusy if somebody else writes for longer than `patience`, in seconds; `PATIENCE` without it.
    For one thread.
    """

    def __init__(self, store: Store, *, patience: float | None = None, alone: bool = False) -> None:
        self._store = store
        self._patience, self._alone = PATIENCE if patience is None else patience, alone
        self._open = ExitStack()
        self._engine: Engine

    def __enter__(self) -> Self:
        with ExitStack() as stack:  # closes what was opened if a later step fails
            stack.enter_context(self._store.held(patience=self._patience, alone=self._alone))
            self._engine = self._store.writer(alone=self._alone)
            stack.callback(self._engine.dispose)
            self._open = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def settle(self) -> bool:
        """See `Store.settle`."""
        return self._store.settle(self._engine)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Committed at the end of the block, rolled back whole if anything is raised in it."""
        with self._store.transaction(self._engine) as connection:
            yield connection


class Writer:
    """What an indexing run does to the library, through an `Editor` from `with` to its end; made by `Library.writer`.

    Entering raises LibraryBusy if somebody else writes, and WrongModel if the faces there are another model's;
    a failing disk is LibraryFull. For one thread.
    """

    def __init__(self, store: Store, model: Model | None) -> None:
        self.folder = store.folder
        self.model = model
        self._name = store.name
        self._editor = Editor(store, patience=0)
        self._open = ExitStack()
        self._model_id: int
        self._batch: tuple[Batch, Connection] | None = None

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            editor = stack.enter_context(self._editor)
            if self.model is not None:
                with editor.transaction() as connection:
                    self._model_id = register(connection, self.model, self._name)
            self._open = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def known(self, folder: str) -> dict[str, Known]:
        """Every photograph at any depth under `folder`, by path; byte for byte, so /a_b is neither /aXb nor /a_b2."""
        with self._transaction() as connection:
            return {known.path: known for known in _known(connection, _asked(_under(folder)))}

    def known_at(self, paths: Iterable[str]) -> dict[str, Known]:
        """The photographs at these paths, by path."""
        path = schema.photo.c.path
        with self._transaction() as connection:
            asked = (_known(connection, _asked(path.in_(part))) for part in parts(sorted(set(paths))))
            return {known.path: known for found in asked for known in found}

    def erased(self) -> Barred:
        """What was erased and may not come back."""
        with self._transaction() as connection:
            return Barred(connection)

    def with_bytes(self, sha256: str) -> list[Known]:
        """Every photograph, anywhere, that had exactly these bytes."""
        with self._transaction() as connection:
            return _known(connection, _WITH_BYTES, {"bytes": sha256})

    def there(self, paths: Iterable[str]) -> set[str]:
        """Those of the paths at which the library has a photograph."""
        path = schema.photo.c.path
        with self._transaction() as connection:
            asked = (connection.execute(select(path).where(path.in_(part))) for part in parts(sorted(set(paths))))
            return {found for rows in asked for found in rows.scalars()}

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
        """One transaction: committed at the end of the block, for which Ctrl-C waits, and rolled back whole if anything
        is raised in it.
        """
        with deferred(), self._transaction() as connection:
            batch = Batch(connection, self._model_id)
            self._batch = batch, connection
            try:
                yield batch
                batch.finish()
            finally:
                self._batch = None

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """The open batch's transaction, so that questions see what it has written, or one of its own."""
        if self._batch is not None:
            batch, connection = self._batch
            batch.write()
            yield connection
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
