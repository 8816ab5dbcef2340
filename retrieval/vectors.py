"""Likeness: exact inner products over the embeddings of a snapshot, through FAISS. The only module that knows FAISS,
and it loads it at first use.

The index is a verified cache of the `embedding` table: FAISS itself reads a flipped bit as another face, so it is
shown no byte whose checksum does not fit.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from retrieval import cache, schema
from retrieval.nodes import Mask
from retrieval.records import check_direction
from retrieval.schema import DIMENSIONS
from retrieval.snapshot import Ids, Snapshot, chunks, shown

KIND = "faiss"
NARROW = 20  # below one face in so many a list of positions is faster than a bitmap (FIGURES, FAISS)
SLACK = 1e-5  # FAISS sums float32 in an order of its own; two of its products this near may be a tie
BLOCK = 8192  # vectors that are compared in float64 at once, 32 MB


class Vectors:
    """The embeddings of one snapshot, in its order. Safe to search from many threads."""

    def __init__(self, index: Any, face_ids: Ids) -> None:
        self._index = index
        self._face_ids = face_ids

    def search(self, query: NDArray[np.float32], k: int, allowed: Mask | None = None) -> tuple[list[int], list[float]]:
        """The `k` faces most like `query` (float32[512], any length) among `allowed` (bool[n]; None is all), and
        their cosines in [-1, 1], falling; equal ones in the order of their numbers. Fewer than `k` only if there are
        no more. ValueError for a query that is not finite, zero, or of another width, and for a negative `k`.
        """
        check_direction(query)
        matching = len(self._face_ids) if allowed is None else int(np.count_nonzero(allowed))
        if k < 0 or (allowed is not None and allowed.shape != self._face_ids.shape):
            raise ValueError("k is not negative, and a mask has one value a face.")
        direction = query / np.float64(np.linalg.norm(query.astype(np.float64)))
        if (wanted := min(k, matching)) == 0:
            return [], []
        positions = self._nearest(direction.astype(np.float32), wanted, matching, allowed)
        cosines = self._cosines(positions, direction)
        best = np.lexsort((positions, -cosines))[:wanted]
        return self._face_ids[positions[best]].tolist(), cosines[best].tolist()

    def _nearest(self, direction: NDArray[np.float32], wanted: int, matching: int, allowed: Mask | None) -> Ids:
        """Positions that surely hold the `wanted` nearest, and all that tie with the last of them."""
        options = _selection(allowed, matching)
        count = wanted + 16
        while True:
            count = min(count, matching)
            scores, positions = self._index.search(direction[None], count, params=options)
            if count == matching or scores[0, wanted - 1] - scores[0, -1] > 2 * SLACK:
                found: Ids = positions[0][positions[0] >= 0]
                return found
            count *= 4

    def _cosines(self, positions: Ids, direction: NDArray[np.float64]) -> NDArray[np.float32]:
        """Row by row in float64, so that equal vectors get equal cosines wherever they lie."""
        blocks = [positions[start : start + BLOCK] for start in range(0, len(positions), BLOCK)]
        sums = [(self._index.reconstruct_batch(block) * direction).sum(axis=1) for block in blocks]
        cosines: NDArray[np.float32] = np.clip(np.concatenate(sums), -1, 1).astype(np.float32)
        return cosines


def load(connection: Connection, folder: Path, snapshot: Snapshot) -> Vectors:
    """The vectors of `snapshot`, whose state `connection`'s transaction must see; from the cache if it is sound."""
    index = _cached(folder, snapshot)
    if index is None:
        index = _derived(connection, len(snapshot))
        cache.publish(folder, snapshot.state.name, KIND, lambda file: file.write(_faiss().serialize_index(index)))
    return Vectors(index, snapshot.face_ids)


def embedding(vector: bytes) -> NDArray[np.float32]:
    """float32[512] from the bytes of the `embedding` table."""
    return np.frombuffer(vector, "<f4").astype(np.float32)


def _selection(allowed: Mask | None, matching: int) -> Any:
    faiss = _faiss()
    if allowed is None:
        return None
    if matching * NARROW <= len(allowed):
        return faiss.SearchParameters(sel=faiss.IDSelectorArray(np.flatnonzero(allowed)))
    return faiss.SearchParameters(sel=faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little")))


def _cached(folder: Path, snapshot: Snapshot) -> Any:
    path = cache.find(folder, snapshot.state.name, KIND)
    if path is None:
        return None
    index = _faiss().deserialize_index(np.fromfile(path, np.uint8))
    return index if (index.ntotal, index.d) == (len(snapshot), DIMENSIONS) else None


def _derived(connection: Connection, count: int) -> Any:
    matrix = np.empty((count, DIMENSIONS), np.float32)
    start = 0
    for rows in chunks(connection, shown(schema.embedding.c.vector).order_by(schema.face.c.id)):
        block = np.frombuffer(b"".join(vector for (vector,) in rows), "<f4")
        matrix[start : start + len(rows)] = block.reshape(-1, DIMENSIONS)
        start += len(rows)
    index = _faiss().IndexFlatIP(DIMENSIONS)
    index.add(matrix)
    return index


def _faiss() -> Any:
    import faiss  # half a second that only likeness should pay for

    return faiss
