"""The columns of one state of the library in memory: which faces there are and how likely each attribute is.

Derived from the tables and never written back. What the model said is kept beside the library as memory-mapped .npy
files, so that a second process opens them without reading a row of it, and all threads share one copy; what people said
is few, and is laid over it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, select

from retrieval.attributes import ATTRIBUTES
from retrieval.columns import bits, cache, codes, sayings
from retrieval.columns.bits import Ids, Words
from retrieval.columns.codes import Floats, bound
from retrieval.columns.columns import Called, Columns, Packed, Photographs, Tagged
from retrieval.columns.folders import Folders
from retrieval.columns.paths import Octets, Paths
from retrieval.columns.sayings import Floats64, Sayings
from retrieval.tables import room, rows, schema
from retrieval.tables import sayings as told
from retrieval.tables.additions import Read
from retrieval.tables.generation import State, state
from retrieval.tables.models import current
from retrieval.tables.recalibrations import Moves, standing

LAYOUT = 3  # of Arrays; to be raised with any change of what they are or mean, which tests/retrieval/test_layouts sees

__all__ = ["Ids", "Snapshot", "holding", "limits", "load", "some"]


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The faces whose photograph is not missing, in the order of their numbers: `face_ids` int64[n], and `columns`
    with their probabilities, corrections counted as 0 or 1. `by_path`, `by_added` and `by_taken` (newest first, those
    without a date last) are positions 0..n-1 in those orders. `predicted` is what it was made of, for the next.
    """

    state: State
    face_ids: Ids
    by_path: Ids
    by_added: Ids
    by_taken: Ids
    columns: Columns
    predicted: "Predicted | None" = None

    def __len__(self) -> int:
        return len(self.face_ids)

    def position(self, face: int) -> int | None:
        """Where a face is in the columns; None if it is not among them."""
        at = int(np.searchsorted(self.face_ids, face))
        return at if at < len(self) and self.face_ids[at] == face else None


class Arrays(NamedTuple):
    """What the model said, a file each: `faces` int64[6, n] are numbers, photographs, models, and positions by path, by
    when they were added, and taken; `bits`, `planes` and `edges` as in retrieval.columns.columns.Packed; `said` and
    `names` as in retrieval.columns.sayings; `around` and `folders` as the `of` and the `names` of
    retrieval.columns.folders.
    """

    faces: Ids
    probabilities: Floats
    bits: Words
    planes: Words
    edges: Floats
    paths: Octets
    said: Floats64
    names: Octets
    around: Ids
    folders: Octets


@dataclass(frozen=True, slots=True, eq=False)
class Predicted:
    """A snapshot before anybody said anything. It depends on the faces and the model's thresholds and calibration,
    which `name` stands for, and corrections leave it as it is.
    """

    name: str
    arrays: Arrays
    photographs: Photographs
    read: Read | None = None  # None where the arrays were in the cache


def load(connection: Connection, folder: Path, known: Snapshot | None = None) -> Snapshot:
    """The snapshot of the state that `connection`'s transaction sees. What the model said comes from the `known` one or
    the cache where it is the same there; what people said of it is read each time.
    """
    now, thresholds, moves = state(connection), limits(connection), standing(connection)
    name = _name(now, thresholds, moves)
    predicted = known.predicted if known is not None else None
    if predicted is None or predicted.name != name:
        predicted = _predicted(connection, folder, name, thresholds, moves, now, predicted)
    return _laid_out(connection, now, thresholds, predicted)


def some(connection: Connection, photographs: Sequence[int], cameras: Sequence[str] = ()) -> Snapshot:
    """One of the faces of a few photographs alone, rows.AT_ONCE at most, as if there were no others, but of `cameras`:
    it keeps nothing, and fits where the library's does not.
    """
    thresholds, moves = limits(connection), standing(connection)
    read = rows.of_photographs(connection, photographs)
    arrays = _arrays(_moved(read, moves), told.of_photographs(connection, read.photos, cameras), thresholds)
    return _laid_out(connection, state(connection), thresholds, _made(arrays, "", None))


def holding(connection: Connection, faces: Sequence[int], cameras: Sequence[str] = ()) -> Snapshot:
    """One of the photographs of so few faces, as far as they can be shown, and nothing else."""
    photo, found = schema.face.c.photo, set[int]()
    for part in rows.parts([int(face) for face in faces]):
        found.update(connection.execute(select(photo).where(schema.face.c.id.in_(part))).scalars())
    return some(connection, sorted(found), cameras)


def limits(connection: Connection) -> dict[str, float]:
    """From which probability on a face has each attribute, as the newest model has it."""
    model = current(connection)
    return dict(model.thresholds) if model else dict.fromkeys(ATTRIBUTES, 0.5)


def _laid_out(connection: Connection, now: State, thresholds: dict[str, float], predicted: "Predicted") -> Snapshot:
    """What people said, laid over what the model said."""
    face_ids, _, models, by_path, by_added, by_taken = predicted.arrays.faces
    said = rows.corrections(connection, face_ids)
    columns = Columns(
        *_corrected(predicted.arrays, thresholds, said),
        thresholds=thresholds,
        photographs=predicted.photographs,
        corrected=bits.of(said.positions, len(face_ids)),
        models=_tagged(connection, models),
        people=_called(rows.named(connection, face_ids)),
        lists=_called(rows.shortlisted(connection, face_ids)),
    )
    return Snapshot(now, face_ids, by_path, by_added, by_taken, columns, predicted)


def _name(now: State, thresholds: dict[str, float], moves: Moves) -> str:
    """Part of a file name: all that decides what is in the file."""
    decided_by = hashlib.sha256(
        json.dumps([codes.EDGES, thresholds, *([moves] if moves else [])], sort_keys=True).encode()
    ).hexdigest()
    return cache.laid_out(f"{now.of_faces}-{decided_by[:16]}", LAYOUT)


def _corrected(arrays: Arrays, thresholds: dict[str, float], said: rows.Corrections) -> tuple[Floats, Packed]:
    """The probabilities and what is packed from them, with a person's word in place of the model's."""
    if not len(said.positions):
        return arrays.probabilities, Packed(arrays.bits, arrays.planes, arrays.edges)
    probabilities, words, planes = cache.own(arrays.probabilities), cache.own(arrays.bits), cache.own(arrays.planes)
    for row, name in enumerate(ATTRIBUTES):
        spoken = said.attributes == row
        at, values = said.positions[spoken], said.values[spoken]
        probabilities[row, at] = values
        codes.assign(planes[row], at, codes.encode(values, arrays.edges[row]))
        bits.assign(words[row], at, values >= bound(">=", thresholds[name]))
    return probabilities, Packed(words, planes, arrays.edges)


def _predicted(
    connection: Connection,
    folder: Path,
    name: str,
    thresholds: dict[str, float],
    moves: Moves,
    now: State,
    known: Predicted | None,
) -> Predicted:
    kept, read = _cached(folder, name), known.read if known else None
    if kept is None:
        with room.checked(connection):
            read = Read.of(connection, now, read)
            kept = _derived(read, folder, name, thresholds, moves)
        if not moves:  # one copy is enough
            read = read._replace(rows=read.rows._replace(probabilities=kept.probabilities, paths=kept.paths))
    return _made(kept, name, read)


def _made(arrays: Arrays, name: str, read: Read | None) -> Predicted:
    _, photographs, _, by_path, *_ = arrays.faces
    said, folders = Sayings(arrays.said, sayings.names(arrays.names)), Folders.kept(arrays.folders, arrays.around)
    return Predicted(name, arrays, Photographs.of(photographs, Paths(arrays.paths), by_path, said, folders), read)


def _cached(folder: Path, name: str) -> Arrays | None:
    arrays = [cache.array(folder, name, kind) for kind in Arrays._fields]
    found = [array for array in arrays if array is not None]
    return Arrays(*found) if len(found) == len(arrays) else None


def _derived(read: Read, folder: Path, name: str, thresholds: dict[str, float], moves: Moves) -> Arrays:
    arrays = _arrays(_moved(read.rows, moves), read.said, thresholds)._asdict()
    return Arrays(**{kind: cache.keep(folder, name, kind, array) for kind, array in arrays.items()})


def _moved(found: rows.Rows, moves: Moves) -> rows.Rows:
    """With the probabilities of attributes whose calibration was moved; the others' are the same memory if none was."""
    if not moves:
        return found
    found = found._replace(probabilities=found.probabilities.copy())
    for row, attribute in enumerate(ATTRIBUTES):
        if attribute in moves:
            found.probabilities[row] = moves[attribute].of(found.probabilities[row])
    return found


def _arrays(read: rows.Rows, said: Sayings, thresholds: dict[str, float]) -> Arrays:
    packed = Packed.of(read.probabilities, thresholds)
    by_path = np.argsort(read.photographs, kind="stable")  # photographs are counted in the order of their paths
    by_added = np.lexsort((-read.faces, -read.added))
    by_taken = np.lexsort((read.faces, read.photographs, -said.taken[read.photographs]))
    faces = np.stack([read.faces, read.photographs, read.models, by_path, by_added, by_taken])
    names, folders = sayings.listed(said.names), Folders.of_paths(Paths(read.paths))
    lying = (folders.of, folders.names.octets)
    return Arrays(faces, read.probabilities, *packed, read.paths, said.table, names, *lying)


def _tagged(connection: Connection, models: Ids) -> tuple[Tagged, ...]:
    model = schema.model.c
    known = connection.execute(select(model.id, model.name, model.fingerprint).order_by(model.id))
    return tuple(Tagged(name, fingerprint, bits.pack(models == number)) for number, name, fingerprint in known)


def _called(named: list[tuple[str, Ids]]) -> tuple[Called, ...]:
    return tuple(Called(name, positions) for name, positions in named)
