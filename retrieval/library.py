"""A library as its callers see it: open it, ask it, write to it. Knows nothing of images, models or people.

Each answer comes out of one read transaction, so it is of one generation however busy an indexer is; the snapshot and
the vectors follow when the generation moves. Safe to use from many threads.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from retrieval import answers, models, schema, snapshot, vectors
from retrieval.answers import Answer, Facets, Hit, Totals
from retrieval.attributes import ATTRIBUTES
from retrieval.connections import named_errors, prepare, reader
from retrieval.errors import FacequeryError, NoSuchFace, shown
from retrieval.generation import state
from retrieval.nodes import Floats, Mask, Query, Term
from retrieval.query import parse
from retrieval.records import Crop, Model
from retrieval.snapshot import Ids, Snapshot
from retrieval.store import Writer
from retrieval.vectors import Vectors

__all__ = ["Answer", "Facets", "Hit", "Library", "Sort", "Totals"]

Sort = Literal["confidence", "path", "added"]


class Library:
    """An open library; close it, or use it in a `with`."""

    def __init__(self, folder: Path) -> None:
        """For a folder that `prepare` has seen: use `open` or `create_or_open`."""
        self.folder = folder
        self._engine = reader(folder)
        self._loading = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._vectors: tuple[Snapshot, Vectors] | None = None

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The library in `folder`, upgraded if an older version made it. LibraryMissing, LibraryTooNew (nothing is
        touched), LibraryDamaged.
        """
        prepare(folder)
        return cls(folder)

    @classmethod
    def create_or_open(cls, folder: Path) -> Self:
        """As `open`; an empty library is made where there is none. Its folder is readable by its owner only."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise FacequeryError(f"{shown(str(folder))} cannot be made a library: {error.strerror}.") from error
        prepare(folder, create=True)
        return cls(folder)

    def close(self) -> None:
        self._engine.dispose()
        self._snapshot = self._vectors = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def writer(self, model: Model) -> Writer:
        """The writing side, for `with`: LibraryBusy and WrongModel come on entering it."""
        return Writer(self.folder, model)

    def find(self, query: str | None, *, limit: int | None = 60, offset: int = 0, sort: Sort = "confidence") -> Answer:
        """The faces that match `query` (None: every face): the surest first, or by path, or the newest first.

        Raises QueryError, and ValueError for a negative limit or offset or an unknown sort.
        """
        node = None if query is None else parse(query)
        if offset < 0 or (limit is not None and limit < 0) or sort not in _SORTS:
            raise ValueError(f"There is no page {limit=}, {offset=}, {sort=}.")
        with self._reading() as (connection, now):
            mask = _mask(now, node)
            scores = np.ones(len(now), np.float32) if node is None else node.confidence(now.columns)
            page = _SORTS[sort](now, mask, scores)[offset : None if limit is None else offset + limit]
            hits = answers.hits(connection, now, page, scores[page].tolist())
            return Answer(query, int(np.count_nonzero(mask)), hits, now.state.generation)

    def facets(self, query: str | None = None) -> Facets:
        """How many of the faces that match `query` (None: of all) have each of the 40 attributes."""
        node = None if query is None else parse(query)
        with self._reading() as (_, now):
            mask = _mask(now, node)
            counts = {name: int(np.count_nonzero(mask & Term(name).mask(now.columns))) for name in ATTRIBUTES}
            return Facets(query, int(np.count_nonzero(mask)), counts)

    def similar(
        self, embedding: NDArray[np.float32], *, where: str | None = None, limit: int = 60, exclude: int | None = None
    ) -> Answer:
        """The faces most like `embedding` (float32[512]) among those that match `where`, the likest first; `exclude`
        is a face to leave out. That the embedding comes from this library's model is for the caller to check.
        """
        node = None if where is None else parse(where)
        with self._reading() as (connection, now):
            return self._similar(connection, now, embedding, (where, node), limit, exclude)

    def similar_to(self, face_id: int, *, where: str | None = None, limit: int = 60) -> Answer:
        """The faces most like one of the library, itself left out; NoSuchFace."""
        node = None if where is None else parse(where)
        with self._reading() as (connection, now):
            vector = _embedding(connection, now, face_id)
            return self._similar(connection, now, vector, (where, node), limit, face_id)

    def face(self, face_id: int) -> Hit:
        """One face, with score 1; NoSuchFace."""
        with self._reading() as (connection, now):
            position = np.array([_position(now, face_id)])
            return answers.hits(connection, now, position, [1.0])[0]

    def embedding(self, face_id: int) -> NDArray[np.float32]:
        """float32[512] of unit length; NoSuchFace."""
        with self._reading() as (connection, now):
            return _embedding(connection, now, face_id)

    @property
    def model(self) -> Model | None:
        """The model of the library's faces; None before the first one writes."""
        with self._transaction() as connection:
            return models.current(connection)

    @property
    def crop(self) -> Crop:
        """How most of the library's photographs were looked at; "auto" before the first."""
        with self._transaction() as connection:
            return answers.usual_crop(connection)

    def totals(self) -> Totals:
        with self._transaction() as connection:
            return answers.totals(connection)

    def publish(self) -> None:
        """Derives the snapshot and the vectors of the current generation now, so that the next question need not."""
        with self._reading() as (connection, now):
            self._current_vectors(connection, now)

    def _similar(
        self,
        connection: Connection,
        now: Snapshot,
        embedding: NDArray[np.float32],
        where: tuple[str | None, Query | None],
        limit: int,
        exclude: int | None,
    ) -> Answer:
        text, node = where
        mask = None if node is None else _mask(now, node)
        left_out = None if exclude is None else now.position(exclude)
        if left_out is not None:
            mask = np.ones(len(now), np.bool_) if mask is None else mask
            mask[left_out] = False
        ids, cosines = self._current_vectors(connection, now).search(embedding, limit, mask)
        hits = answers.hits(connection, now, np.searchsorted(now.face_ids, ids), cosines)
        total = len(now) if mask is None else int(np.count_nonzero(mask))
        return Answer(text, total, hits, now.state.generation)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with named_errors(self.folder), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[tuple[Connection, Snapshot]]:
        with self._transaction() as connection:
            yield connection, self._current(connection)

    def _current(self, connection: Connection) -> Snapshot:
        now = state(connection)
        if (known := self._snapshot) is not None and known.state == now:
            return known
        with self._loading:  # one thread derives it, the others wait for that
            if (known := self._snapshot) is None or known.state != now:
                known = self._snapshot = snapshot.load(connection, self.folder)
            return known

    def _current_vectors(self, connection: Connection, now: Snapshot) -> Vectors:
        with self._loading:
            if self._vectors is None or self._vectors[0] is not now:
                self._vectors = (now, vectors.load(connection, self.folder, now))
            return self._vectors[1]


def _mask(now: Snapshot, node: Query | None) -> Mask:
    return np.ones(len(now), np.bool_) if node is None else node.mask(now.columns)


def _position(now: Snapshot, face_id: int) -> int:
    position = now.position(face_id)
    if position is None:
        raise NoSuchFace(
            f"The library has no face {face_id} to show: it was never there, its photograph was replaced, or its file "
            "is missing. Look it up again with `facequery find`."
        )
    return position


def _embedding(connection: Connection, now: Snapshot, face_id: int) -> NDArray[np.float32]:
    _position(now, face_id)
    table = schema.embedding.c
    return vectors.embedding(connection.execute(select(table.vector).where(table.face == int(face_id))).scalar_one())


def _surest_first(now: Snapshot, mask: Mask, scores: Floats) -> Ids:
    positions = np.flatnonzero(mask)
    return positions[np.argsort(-scores[positions], kind="stable")]


_SORTS: dict[str, Callable[[Snapshot, Mask, Floats], Ids]] = {
    "confidence": _surest_first,
    "path": lambda now, mask, _: now.by_path[mask[now.by_path]],
    "added": lambda now, mask, _: now.by_added[mask[now.by_added]],
}
