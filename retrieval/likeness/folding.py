"""Near-identical photographs of a face as one answer. It knows vectors and bytes, not what was asked.

A face belongs to the first face of the answer that it repeats, so each is compared with those first ones alone, and in
few numbers instead of 512: with the directions in which vectors differ most and the length of what is left, their inner
product has an upper bound (Cauchy and Schwarz), which few pairs lift to SAME.
"""

from collections.abc import Callable, Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.columns.bits import Ids
from retrieval.likeness.faiss_index import Floats
from retrieval.likeness.vectors import Nearest, Vectors
from retrieval.tables.records import DIMENSIONS

SAME = 0.98  # cosine from which two faces are one photograph; no two people of CelebA's validation are above 0.976
KEPT = 63  # numbers of a vector that are compared first; with the length of the rest a row of 256 bytes
SAMPLE = 4096  # vectors that say in which directions most of the variance lies
SUMS = 1e-5  # float32 sums depend on their order
LOST = 2e-6  # of a squared length by float32, so that the length of the rest is never too small
BLOCK = 1024  # faces compared with as many first ones at once
PAIRS = 4096  # from so many of a block's pairs it is faster to multiply all than to gather them

Ask = Callable[[int], Nearest]
Sources = Callable[[list[int]], list[Hashable]]


def folded(ask: Ask, k: int, vectors: Vectors, sources: Sources) -> tuple[Nearest, list[int]]:
    """The `k` nearest groups of near-identical faces, each shown by its nearest, and how many each stands for.

    `ask(n)` gives the n nearest faces, `sources(ids)` what equals where bytes and place in the picture are equal.
    A group counts the faces that were looked at: at least the twice `k` nearest.
    """
    count = 2 * k + 20
    while True:
        found = ask(count)
        group = groups(vectors.matrix, vectors.positions(found.ids), sources(found.ids))
        first, sizes = np.unique(group, return_index=True, return_counts=True)[1:]
        if len(first) >= k or len(found.ids) < count:
            best = first[:k].tolist()
            return found.at(best), sizes[:k].tolist()
        count *= 4


def groups(matrix: Floats, positions: Ids, sources: Sequence[Hashable]) -> list[int]:
    """The group of each of the faces at `positions` of unit vectors float32[n, 512], from 0 in the order of their
    first: the first group whose first face it repeats.

    For m faces in g groups about 64 * m * g multiplications, and memory for 256 bytes a face.
    """
    known: dict[Hashable, int] = {}
    group: list[int] = []
    leaders = _Leaders(matrix, positions)
    for start in range(0, len(positions), BLOCK):
        block = positions[start : start + BLOCK]
        joined = _joined(matrix[block], sources[start : start + BLOCK], leaders.repeated(block), len(leaders), known)
        leaders.add(block[_firsts(joined, len(leaders))])
        group += joined
    return group


def _joined(
    rows: Floats, sources: Sequence[Hashable], repeated: list[int], count: int, known: dict[Hashable, int]
) -> list[int]:
    """The groups of a block's faces, of which `repeated` says the one among the first `count`, or -1."""
    alike = np.tril(rows @ rows.T >= SAME, -1)
    repeating = set(np.flatnonzero(alike.any(axis=1)).tolist())
    fresh: dict[int, int] = {}  # places in the block and the groups that they begin
    joined = []
    for at, source in enumerate(sources):
        found = known.get(source, repeated[at])
        if found < 0 and at in repeating:
            found = next((fresh[other] for other in np.flatnonzero(alike[at]).tolist() if other in fresh), -1)
        if found < 0:
            found = fresh[at] = count + len(fresh)
        known[source] = found
        joined.append(found)
    return joined


def _firsts(joined: list[int], count: int) -> list[int]:
    """Where in a block the groups begin that are not among the first `count`."""
    first: dict[int, int] = {}
    for at, group in enumerate(joined):
        first.setdefault(group, at)
    return [at for group, at in first.items() if group >= count]


class _Leaders:
    """The first faces of the groups so far, in few numbers each."""

    def __init__(self, matrix: Floats, positions: Ids) -> None:
        self._matrix = matrix
        self._axes = _axes(matrix, positions)
        self._few = np.empty((len(positions), KEPT + 1), np.float32)
        self._positions = np.empty(len(positions), np.int64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, positions: Ids) -> None:
        until = self._count + len(positions)
        self._few[self._count : until] = self._in_few(positions)
        self._positions[self._count : until] = positions
        self._count = until

    def repeated(self, positions: Ids) -> list[int]:
        """For each face the first leader that it repeats; -1 for none."""
        first = np.full(len(positions), -1, np.int64)
        few = self._in_few(positions)
        for start in range(0, self._count, BLOCK):
            leaders = slice(start, min(start + BLOCK, self._count))
            left = np.flatnonzero(first < 0)
            rows, columns = np.nonzero(few[left] @ self._few[leaders].T >= SAME - SUMS)
            if len(rows):
                same = self._same(positions[left], self._positions[leaders], rows, columns)
                faces, nearest = np.unique(left[rows[same]], return_index=True)  # both rise, and so the first is meant
                first[faces] = start + columns[same][nearest]
        numbers: list[int] = first.tolist()
        return numbers

    def _same(self, ones: Ids, others: Ids, rows: Ids, columns: Ids) -> NDArray[np.bool_]:
        """Of the pairs (ones[row], others[column]), which are near-identical."""
        if len(rows) > PAIRS:
            alike: Floats = (self._matrix[ones] @ self._matrix[others].T)[rows, columns]
        else:
            alike = np.einsum("ij,ij->i", self._matrix[ones[rows]], self._matrix[others[columns]])
        return alike >= SAME

    def _in_few(self, positions: Ids) -> Floats:
        """float32[m, KEPT + 1]: along the axes, and the length of the rest."""
        rows = self._matrix[positions]
        along = rows @ self._axes
        rest = np.sqrt(np.maximum(0, (rows * rows).sum(axis=1) - (along * along).sum(axis=1)) + LOST)
        few: Floats = np.column_stack([along, rest])
        return few


def _axes(matrix: Floats, positions: Ids) -> Floats:
    """float32[512, KEPT]: orthonormal, along which most of the vectors lies; any will do where there is one block."""
    if len(positions) <= BLOCK:
        return np.eye(DIMENSIONS, KEPT, dtype=np.float32)
    sample = np.nan_to_num(matrix[np.sort(positions[:: -(-len(positions) // SAMPLE)])].astype(np.float64))
    axes: Floats = np.linalg.eigh(sample.T @ sample)[1][:, -KEPT:].astype(np.float32)
    return axes
