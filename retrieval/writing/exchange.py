"""All faces' numbers of one model exchanged for those of another: staged in a file while they are made, and put in
place by one transaction, so that vectors of two models are never together in a library. It runs no model.

Faces keep their numbers, boxes and landmarks, and everything that people said of them.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, Any, Self

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, func, insert, select, update

from retrieval.attributes import ATTRIBUTES
from retrieval.errors import LibraryFull, shown
from retrieval.stores.store import Store
from retrieval.tables import actions, models, schema
from retrieval.tables.portraits import PAGE, Portrait, portraits
from retrieval.tables.records import DIMENSIONS, Model, check_probabilities, check_unit
from retrieval.writing.store import Editor

STAGED = np.dtype([("face", "<i8"), ("probabilities", "<f4", len(ATTRIBUTES)), ("embedding", "<f4", DIMENSIONS)])
CHANGE = np.dtype([("face", "<i8"), ("attribute", "u1"), ("has", "?"), ("before", "<f4"), ("after", "<f4")])
Floats = NDArray[np.float32]
Changes = NDArray[np.void]
"""Rows of CHANGE: a face, an attribute (its place in ATTRIBUTES), whether the face has it by the new model, unlike by
the old one, and the probabilities of both."""


class Exchange:
    """Holds the library's lock from `with` to its end; made by `Library.exchange`. What was not committed is gone.

    Entering raises LibraryBusy. For one thread.
    """

    def __init__(self, store: Store, model: Model) -> None:
        self.model = model
        self.faces = 0  # in the library
        self.changed = 0  # of those that are staged, with any other decision
        self._store, self._folder = store, store.folder
        self._open = ExitStack()
        self._editor: Editor
        self._staging: IO[bytes]
        self._before: Model | None
        self._staged = 0

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._editor = stack.enter_context(Editor(self._store, alone=True))
            self._staging = stack.enter_context(TemporaryFile(dir=self._folder))  # has no name: gone however we end
            with self._editor.transaction() as connection:
                self._before = models.current(connection)
                self.faces = connection.execute(select(func.count()).select_from(schema.face)).scalar_one()
            self._open = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def portraits(self) -> Iterator[Portrait]:
        """Every photograph that has faces, missing ones too, a bounded number in memory."""
        last = 0
        while True:
            with self._editor.transaction() as connection:
                page = portraits(connection, last)
            yield from page
            if not page:
                return
            last = page[-1].photo

    def folders(self) -> list[str]:
        """The folders that are indexed; those of a library of the first version are not known."""
        with self._editor.transaction() as connection:
            return list(connection.execute(select(schema.folder.c.path)).scalars())

    def stage(self, faces: Sequence[int], probabilities: Floats, embeddings: Floats) -> Changes:
        """Keeps the numbers of some faces (float32[n, 40], float32[n, 512]) for `commit`, and says what they change:
        each attribute on the other side of its model's threshold now, unless a person has decided it.
        """
        for row, vector in zip(probabilities, embeddings, strict=True):
            check_probabilities(row)
            check_unit(vector)
        block = np.empty(len(faces), STAGED)
        block["face"], block["probabilities"], block["embedding"] = faces, probabilities, embeddings
        try:
            self._staging.write(block.tobytes())
        except OSError as error:
            raise LibraryFull(f"The disk under {shown(str(self._folder))} is full or failing ({error}).") from error
        self._staged += len(faces)
        with self._editor.transaction() as connection:
            changes = self._changes(connection, block)
        self.changed += len(np.unique(changes["face"]))
        return changes

    def commit(self, forget: Sequence[int] = ()) -> None:
        """Puts everything staged in place of what was there, and forgets these photographs with their faces, at once.

        ValueError, and nothing is changed, unless then every face has been staged.
        """
        with self._editor.transaction() as connection:
            for photo in forget:
                connection.execute(delete(schema.photo).where(schema.photo.c.id == int(photo)))
            if forget:
                connection.execute(delete(schema.action).where(actions.idle()))
            row = models.succeed(connection, self.model)
            connection.execute(delete(schema.attribute))
            connection.execute(delete(schema.embedding))
            for block in self._blocks():
                connection.execute(insert(schema.attribute), _attributes(block))
                connection.execute(insert(schema.embedding), _embeddings(block))
            connection.execute(update(schema.face).values(model=row))
            if connection.execute(select(func.count()).select_from(schema.face)).scalar_one() != self._staged:
                raise ValueError("Not every face of the library was tagged again.")

    def corrections_of(self, photos: Sequence[int]) -> int:
        """How many corrections would be forgotten with these photographs."""
        said, face = schema.correction.c, schema.face.c
        joined = schema.correction.join(schema.face, face.id == said.face)
        query = select(func.count()).select_from(joined)
        with self._editor.transaction() as connection:
            return sum(connection.execute(query.where(face.photo == int(photo))).scalar_one() for photo in photos)

    def _changes(self, connection: Connection, block: NDArray[np.void]) -> Changes:
        faces = block["face"].tolist()
        before = _probabilities(connection, faces)
        now = block["probabilities"].astype(np.float64)
        has = now >= _thresholds(self.model)
        other = has != (before >= _thresholds(self._before or self.model))
        seat = {face: row for row, face in enumerate(faces)}
        for face, name in _corrected(connection, faces):
            other[seat[face], ATTRIBUTES.index(name)] = False
        rows, columns = np.nonzero(other)
        changes = np.empty(len(rows), CHANGE)
        changes["face"], changes["attribute"] = block["face"][rows], columns
        changes["has"], changes["before"] = has[rows, columns], before[rows, columns]
        changes["after"] = now[rows, columns]
        return changes

    def _blocks(self) -> Iterator[NDArray[np.void]]:
        self._staging.seek(0)
        with self._store.named_errors():
            while data := self._staging.read(PAGE * STAGED.itemsize):
                yield np.frombuffer(data, STAGED)


def _probabilities(connection: Connection, faces: list[int]) -> NDArray[np.float64]:
    """float64[n, 40], in the order of `faces`."""
    table = schema.attribute
    columns = [table.c[name] for name in ATTRIBUTES]
    rows = connection.execute(select(table.c.face, *columns).where(table.c.face.in_(faces)))
    found = {face: values for face, *values in rows}
    return np.array([found[face] for face in faces], np.float64).reshape(-1, len(ATTRIBUTES))


def _corrected(connection: Connection, faces: list[int]) -> list[tuple[int, str]]:
    said = schema.correction.c
    rows = connection.execute(select(said.face, said.attribute).where(said.face.in_(faces)))
    return [(face, name) for face, name in rows]


def _thresholds(model: Model) -> NDArray[np.float64]:
    return np.array([model.thresholds[name] for name in ATTRIBUTES])


def _attributes(block: NDArray[np.void]) -> list[dict[str, Any]]:
    rows = zip(block["face"].tolist(), block["probabilities"].tolist(), strict=True)
    return [{"face": face, **dict(zip(ATTRIBUTES, values, strict=True))} for face, values in rows]


def _embeddings(block: NDArray[np.void]) -> list[dict[str, Any]]:
    rows = zip(block["face"].tolist(), block["embedding"], strict=True)
    return [{"face": face, "vector": vector.tobytes()} for face, vector in rows]
