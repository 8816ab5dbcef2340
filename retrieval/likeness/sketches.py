"""Sketches: every vector once more in 32 bytes, to scan all of a million in a millisecond or a few. The best of a scan
are compared by their rows; how many that must be is measured when the sketches are made, and so is what it finds.
"""

from collections.abc import Iterator
from math import ceil, log2
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from retrieval.columns import cache
from retrieval.columns.bits import Ids, Mask
from retrieval.likeness import faiss_index
from retrieval.likeness.faiss_index import Codes, Floats, Scan

KIND = "sketches.npz"
LAYOUT = 1  # of the arrays in it, as of the snapshot's
ROWS = 20_000  # matching faces whose own rows are read, exactly: 2 to 4 ms; narrower filters need no measuring
RECALL = 0.98  # of the ten nearest, in every band
AIM = 0.99  # in the half of the queries that sets how deep to look, so that the other half reaches RECALL
TOP = 10
LEAST = 20 * TOP  # faces compared at least: filters other than the measured ones may need more than those
MOST = 4096  # faces that the measurement looks at; where the nearest are not among them, all rows are read
QUERIES = 64  # faces that the measurement asks for
DIRECTIONS = 3  # half-spaces that it filters by, in each band
SAMPLE = 8192  # faces that k-means sees
BLOCK = 8192  # vectors sketched, or compared with all queries, at once


class Depths(NamedTuple):
    """For each band of filters, which let through all of the faces, 1/2, 1/4 and so on: how many of a scan's best to
    compare for the ten nearest, int64[bands], and the share of those ten that this finds, float64[bands].
    """

    faces: Ids
    recalls: NDArray[np.float64]


class Sketches:
    """The sketches of one state's vectors. Safe to search from many threads."""

    def __init__(self, scan: Scan, count: int, depths: Depths) -> None:
        self._scan = scan
        self._count = count
        self.depths = depths

    def near(
        self, direction: Floats, wanted: int, matching: int, allowed: Mask | None
    ) -> tuple[Ids, float] | tuple[None, None]:
        """Positions among `allowed`, of which there are `matching`, with most of the `wanted` nearest to `direction`,
        and the measured recall; None where so many are needed that it is better to compare all.
        """
        faces, recalls = self.depths
        band = min(len(faces) - 1, ceil(log2(self._count / matching) - 1e-9))
        needed = ceil(faces[band] * max(1.0, wanted / TOP))
        if 2 * needed >= matching:
            return None, None
        return self._scan.found(direction, needed, allowed)[1], float(recalls[band])

    @classmethod
    def of(cls, parts: Floats, codes: Codes, depths: Depths) -> Self:
        return cls(faiss_index.sketched(parts, codes), len(codes), depths)


def load(folder: Path, state: str, matrix: Floats, kind: str = KIND) -> Sketches:
    """The sketches of that state's vectors: from the cache if they are sound, else made and left there."""
    name = cache.laid_out(state, LAYOUT)
    if kept := cache.arrays(folder, name, kind):
        return Sketches.of(kept["parts"], kept["codes"], Depths(kept["faces"], kept["recalls"]))
    parts, codes = sketched(matrix)
    made = measured(parts, codes, matrix)
    cache.keep_arrays(folder, name, kind, {"parts": parts, "codes": codes, **made.depths._asdict()})
    return made


def sketched(matrix: Floats) -> tuple[Floats, Codes]:
    """The typical parts of unit vectors float32[n, width], and their sketches; of a million, 4 s of one core."""
    dice = np.random.default_rng(1)
    sample = matrix[np.sort(dice.choice(len(matrix), min(len(matrix), SAMPLE), replace=False))]
    parts = faiss_index.typical(sample[np.isfinite(sample).all(axis=1)])
    return parts, np.concatenate([faiss_index.sketches(parts, block) for block in _blocks(matrix)])


def measured(parts: Floats, codes: Codes, matrix: Floats) -> Sketches:
    """With the depths that find AIM of the nearest ten for one half of the queries, and what the other half finds.

    A filter is a half-space: attributes are nearly linear in an embedding, and one that has to do with the query leaves
    it neighbours that are far away, where there are more to mistake them for.
    """
    scan, dice = faiss_index.sketched(parts, codes), np.random.default_rng(2)
    asked = np.sort(dice.choice(len(matrix), min(len(matrix), QUERIES), replace=False))
    scores = np.concatenate([block @ matrix[asked].T for block in _blocks(matrix)]).T.copy()
    np.nan_to_num(scores, copy=False, nan=-np.inf)  # of a damaged row
    scores[np.arange(len(asked)), asked] = -np.inf  # a face is not its own neighbour
    sides = [_heights(matrix, dice) for _ in range(DIRECTIONS)]
    depths = [_depth(scan, matrix, asked, scores, masks) for masks in _filters(sides)]
    return Sketches(scan, len(matrix), Depths(np.array([f for f, _ in depths]), np.array([r for _, r in depths])))


def _filters(sides: list[Floats]) -> Iterator[list[Mask | None]]:
    """For each band the filters to measure by."""
    yield [None]
    for band in range(1, max(0, ceil(log2(len(sides[0]) / ROWS))) + 1):
        yield [side >= np.quantile(side, 1 - 2.0**-band) for side in sides]


def _depth(scan: Scan, matrix: Floats, asked: Ids, scores: Floats, masks: list[Mask | None]) -> tuple[int, float]:
    needed = np.concatenate([_needed(scan, matrix, asked, scores, mask) for mask in masks], axis=1)
    setting, held_out = needed[::2], needed[1::2]
    held_out = held_out if held_out.size else setting  # of a single face
    least = [np.quantile(half, share, method="inverted_cdf") for half, share in ((setting, AIM), (held_out, RECALL))]
    depth = max(LEAST, int(max(least)) + 1)  # and the face itself, which a question leaves out
    return depth, float((held_out < depth).mean())


def _needed(scan: Scan, matrix: Floats, asked: Ids, scores: Floats, mask: Mask | None) -> NDArray[np.int64]:
    """int64[q, TOP]: how many of a scan's best to compare until each of a query's nearest is among them; more than
    there are faces for one that is not among the first MOST.
    """
    matches = np.arange(scores.shape[1]) if mask is None else np.flatnonzero(mask)
    needed = np.full((len(asked), TOP), 1)
    for row, at in enumerate(asked):
        among = scores[row][matches]
        top = matches[np.argpartition(-among, TOP)[:TOP]] if len(matches) > TOP else matches
        found = scan.found(matrix[at], min(MOST, len(matches)), mask)[1]
        place = {position: rank for rank, position in enumerate(found.tolist(), 1)}
        needed[row, : len(top)] = [place.get(position, len(matrix) + 1) for position in top.tolist()]
    return needed


def _heights(matrix: Floats, dice: np.random.Generator) -> Floats:
    """How far each face lies from the first towards the second of two random faces."""
    first, second = dice.choice(len(matrix), 2, replace=len(matrix) < 2)
    heights = np.concatenate([block @ (matrix[second] - matrix[first]) for block in _blocks(matrix)])
    finite: Floats = np.fmax(heights, np.float32(-np.inf))  # NaN is the least
    return finite


def _blocks(matrix: Floats) -> Iterator[Floats]:
    return (matrix[start : start + BLOCK] for start in range(0, len(matrix), BLOCK))
