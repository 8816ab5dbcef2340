"""The columns of one state of the library in memory: which faces there are and how likely each attribute is.

Derived from the tables and never written back; kept beside the library as memory-mapped .npy files, so that a second
process opens them without reading a row, and all threads share one copy.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, select

from retrieval import bits, cache, rows, schema
from retrieval.attributes import ATTRIBUTES
from retrieval.bits import Ids, Words
from retrieval.codes import Codes, Floats
from retrieval.columns import Columns, Packed, Photographs, Tagged
from retrieval.generation import State, state
from retrieval.models import current
from retrieval.paths import Octets, Paths
from retrieval.rows import chunks, shown

__all__ = ["Ids", "Snapshot", "chunks", "load", "shown"]

_CORRECTED = len(ATTRIBUTES)  # the row of `bits` behind the attributes'


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


class Arrays(NamedTuple):
    """What is kept, a file each: `faces` int64[5, n] are numbers, photographs, models, and positions by path and by
    date; `bits` uint64[41, words] the 40 decisions and who is corrected; `edges` and `codes` as in retrieval.codes.
    """

    faces: Ids
    probabilities: Floats
    bits: Words
    codes: Codes
    edges: Floats
    paths: Octets


def load(connection: Connection, folder: Path) -> Snapshot:
    """The snapshot of the state that `connection`'s transaction sees, from the cache if a sound one is there."""
    now = state(connection)
    model = current(connection)
    thresholds = dict(model.thresholds) if model else dict.fromkeys(ATTRIBUTES, 0.5)
    kept = _cached(folder, now) or _derived(connection, folder, now, thresholds)
    face_ids, photographs, models, by_path, by_added = kept.faces
    columns = Columns(
        kept.probabilities,
        thresholds,
        Packed(kept.bits[:_CORRECTED], kept.codes, kept.edges),
        Photographs.of(photographs, Paths(kept.paths), by_path),
        kept.bits[_CORRECTED],
        _tagged(connection, models),
    )
    return Snapshot(now, face_ids, by_path, by_added, columns)


def _cached(folder: Path, now: State) -> Arrays | None:
    arrays = [cache.array(folder, now.name, kind) for kind in Arrays._fields]
    found = [array for array in arrays if array is not None]
    return Arrays(*found) if len(found) == len(arrays) else None


def _derived(connection: Connection, folder: Path, now: State, thresholds: dict[str, float]) -> Arrays:
    arrays = _arrays(rows.read(connection), thresholds)._asdict()
    return Arrays(**{kind: cache.keep(folder, now.name, kind, array) for kind, array in arrays.items()})


def _arrays(read: rows.Rows, thresholds: dict[str, float]) -> Arrays:
    packed = Packed.of(read.probabilities, thresholds)
    by_path = np.argsort(read.photographs, kind="stable")  # photographs are counted in the order of their paths
    by_added = np.lexsort((-read.faces, -read.added))
    return Arrays(
        np.stack([read.faces, read.photographs, read.models, by_path, by_added]),
        read.probabilities,
        np.vstack([packed.bits, bits.pack(read.corrected)]),
        packed.codes,
        packed.edges,
        read.paths,
    )


def _tagged(connection: Connection, models: Ids) -> tuple[Tagged, ...]:
    model = schema.model.c
    known = connection.execute(select(model.id, model.name, model.fingerprint).order_by(model.id))
    return tuple(Tagged(name, fingerprint, bits.pack(models == number)) for number, name, fingerprint in known)
