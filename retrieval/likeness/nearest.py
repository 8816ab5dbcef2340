"""The nearest others of every face of a library at once. It knows vectors alone.

Up to EXACT faces all pairs are multiplied. Beyond, the sketches are scanned for each face and the best of them compared
by their rows. BLOCK faces are looked for at a time, so memory grows with the faces alone: 32 bytes each for a sketch,
and 12 for each neighbour.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from retrieval.columns.bits import Ids
from retrieval.likeness import faiss_index, sketches
from retrieval.likeness.faiss_index import Floats

EXACT = 20_000  # faces up to which all pairs are compared
BLOCK = 1024  # faces whose nearest are found at once
DEPTH = 20  # so many times as are wanted are compared by their rows

Find = Callable[[Floats], tuple[Ids, Floats]]
Passed = Callable[[int], None]


def nearest(vectors: Floats, count: int, passed: Passed = lambda done: None) -> tuple[Ids, Floats]:
    """int64[n, k] and float32[n, k] of unit vectors float32[n, width]: for every face the positions of its `count`
    nearest others, or of all if there are fewer, in no order, and their cosines; -1 where there is none. `passed` is
    told for how many faces they are found.
    """
    find = _finder(vectors, count := max(0, min(count, len(vectors) - 1)))

    def others(rows: slice) -> tuple[Ids, Floats]:
        positions, scores = find(vectors[rows])
        scores[positions == np.arange(rows.start, rows.stop)[:, None]] = -np.inf
        return positions, scores

    return _best(others, len(vectors), count, passed)


def nearest_among(asked: Floats, vectors: Floats, count: int, passed: Passed = lambda done: None) -> tuple[Ids, Floats]:
    """As `nearest`, for each of `asked`, float32[m, width], the nearest of `vectors`, none of which it is."""
    find = _finder(vectors, count := min(count, len(vectors)))
    return _best(lambda rows: find(asked[rows]), len(asked), count, passed)


def _best(find: Callable[[slice], tuple[Ids, Floats]], asked: int, count: int, passed: Passed) -> tuple[Ids, Floats]:
    near, cosines = np.empty((asked, count), np.int64), np.empty((asked, count), np.float32)
    for start in range(0, asked if count else 0, BLOCK):
        rows = slice(start, min(start + BLOCK, asked))
        positions, scores = find(rows)
        scores[~np.isfinite(scores)] = -np.inf  # what is broken is nobody's neighbour
        best = np.argpartition(scores, -count, axis=1)[:, -count:]
        near[rows] = np.take_along_axis(positions, best, axis=1)
        cosines[rows] = np.take_along_axis(scores, best, axis=1)
        passed(rows.stop)
    near[np.isneginf(cosines)] = -1
    return near, cosines


def _finder(vectors: Floats, count: int) -> Find:
    return _by_sketches(vectors, DEPTH * count) if len(vectors) > EXACT else _by_all(vectors)


def _by_all(vectors: Floats) -> Find:
    everyone = np.arange(len(vectors))

    def find(block: Floats) -> tuple[Ids, Floats]:
        scores: NDArray[np.float32] = block @ vectors.T
        return np.broadcast_to(everyone, scores.shape), scores

    return find


def _by_sketches(vectors: Floats, depth: int) -> Find:
    scan = faiss_index.sketched(*sketches.sketched(vectors))

    def find(block: Floats) -> tuple[Ids, Floats]:
        positions = scan.several(block, min(depth, len(vectors)))
        return positions, faiss_index.products_of_each(vectors, block, positions)

    return find
