"""The columns of one state of the library in memory: which faces there are and how likely each attribute is.

Derived from the tables and never written back; kept beside the library as memory-mapped .npy files, so that a second
process opens 40 columns without reading a row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, func, select

from retrieval import cache, schema
from retrieval.attributes import ATTRIBUTES
from retrieval.generation import State, state
from retrieval.models import current
from retrieval.nodes import Columns

CHUNK = 10_000  # rows in flight between SQLite and numpy
Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The faces whose photograph is not missing, in the order of their numbers: `face_ids` int64[n], and `columns`
    with their probabilities, corrections counted as 0 or 1. `by_path` and `by_added` (newest first) are positions
    0..n-1 in those orders.
    """

    state: State
    face_ids: Ids
    by_path: Ids
    by_added: Ids
    columns: Columns

    def __len__(self) -> int:
        return len(self.face_ids)

    def position(self, face: int) -> int | None:
        """Where a face is in the columns; None if it is not among them."""
        at = int(np.searchsorted(self.face_ids, face))
        return at if at < len(self) and self.face_ids[at] == face else None


def load(connection: Connection, folder: Path) -> Snapshot:
    """The snapshot of the state that `connection`'s transaction sees, from the cache if a sound one is there."""
    now = state(connection)
    model = current(connection)
    thresholds = dict(model.thresholds) if model else dict.fromkeys(ATTRIBUTES, 0.5)
    faces, probabilities = _cached(folder, now) or _derived(connection, folder, now)
    return Snapshot(now, faces[0], faces[1], faces[2], Columns(probabilities, thresholds))


def shown(*columns: Any) -> Select[Any]:
    """A query over the faces that answers speak of: those whose photograph is not missing."""
    joined = schema.face.join(schema.photo).join(schema.attribute).join(schema.embedding)
    return select(*columns).select_from(joined).where(schema.photo.c.missing == 0)


def _cached(folder: Path, now: State) -> tuple[Ids, NDArray[np.float32]] | None:
    faces, probabilities = (cache.find(folder, now.name, kind) for kind in ("faces.npy", "probabilities.npy"))
    return (_mapped(faces), _mapped(probabilities)) if faces and probabilities else None


def _mapped(path: Path) -> NDArray[Any]:
    mapped: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return mapped.view(np.ndarray)


def _derived(connection: Connection, folder: Path, now: State) -> tuple[Ids, NDArray[np.float32]]:
    ids, probabilities = _rows(connection)
    _correct(connection, ids, probabilities)
    face, photo = schema.face.c, schema.photo.c
    by_path = _positions(connection, ids, shown(face.id).order_by(photo.path, face.id))
    by_added = _positions(connection, ids, shown(face.id).order_by(photo.added.desc(), face.id.desc()))
    faces = np.stack([ids, by_path, by_added])
    cache.publish(folder, now.name, "faces.npy", lambda file: np.save(file, faces, allow_pickle=False))
    cache.publish(folder, now.name, "probabilities.npy", lambda file: np.save(file, probabilities, allow_pickle=False))
    return faces, probabilities


def _rows(connection: Connection) -> tuple[Ids, NDArray[np.float32]]:
    count = connection.execute(shown(func.count())).scalar_one()
    ids = np.empty(count, np.int64)
    probabilities = np.empty((len(ATTRIBUTES), count), np.float32)
    columns = [schema.attribute.c[name] for name in ATTRIBUTES]
    start = 0
    for rows in chunks(connection, shown(schema.face.c.id, *columns).order_by(schema.face.c.id)):
        block = np.array(rows, np.float64)  # a number of a face is exact in it up to 2 ** 53
        ids[start : start + len(rows)] = block[:, 0]
        probabilities[:, start : start + len(rows)] = block[:, 1:].T
        start += len(rows)
    return ids, probabilities


def chunks(connection: Connection, query: Select[Any]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of `query`, a bounded number at a time, as plain tuples."""
    with connection.execute(query, execution_options={"yield_per": CHUNK}) as result:
        for rows in result.partitions():
            yield [tuple(row) for row in rows]


def _correct(connection: Connection, ids: Ids, probabilities: NDArray[np.float32]) -> None:
    """What a person said outranks the model, as in schema.probability."""
    said = schema.correction.c
    for face, name, value in connection.execute(select(said.face, said.attribute, said.value)):
        at = int(np.searchsorted(ids, face))
        if at < len(ids) and ids[at] == face and name in ATTRIBUTES:
            probabilities[ATTRIBUTES.index(name), at] = value


def _positions(connection: Connection, ids: Ids, query: Select[Any]) -> Ids:
    ordered = [face for rows in chunks(connection, query) for (face,) in rows]
    return np.searchsorted(ids, np.array(ordered, np.int64)).astype(np.int64)
