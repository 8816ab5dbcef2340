"""Clusters of the points of a map, as an eye sees them: islands where points lie closer together than elsewhere; and
what the faces of one have in common. It knows no person and no likeness.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.attributes import ATTRIBUTES
from retrieval.columns.bits import Ids

CELLS = 160  # across the map
WIDE = 1.2  # standard deviation of the blur, in cells
DENSE = 2.0  # times the mean over the cells where anything is
LEAST = 6  # points of a cluster
MOST = 12  # clusters
COMMON = 3  # attributes that are named


class Cluster(NamedTuple):
    """Of `size` points the middle of them in steps of the map, one in its midst, and what they have in common: each
    attribute with the share of them that have it, and of all points.
    """

    size: int
    x: int
    y: int
    midst: int
    common: tuple[tuple[str, float, float], ...]


def clusters(steps: NDArray[np.uint16], decided: NDArray[np.bool_]) -> tuple[NDArray[np.uint8], list[Cluster]]:
    """For points uint16[n, 2] that have attributes, bool[40, n]: uint8[n] with the cluster of each, counted from 1, the
    largest first, and 0 for none.
    """
    islands = _islands(steps)
    counts = np.bincount(islands, minlength=1)
    counts[0] = 0
    largest = [at for at in np.argsort(-counts, kind="stable")[:MOST].tolist() if counts[at] >= LEAST]
    labels = np.zeros(len(steps), np.uint8)
    shares = decided.mean(axis=1) if len(steps) else np.zeros(len(ATTRIBUTES))
    found = []
    for number, island in enumerate(largest, 1):
        members = np.flatnonzero(islands == island)
        labels[members] = number
        found.append(_cluster(steps, members, decided, shares))
    return labels, found


def _islands(steps: NDArray[np.uint16]) -> Ids:
    """int64[n]: the number of the island that each point is on, 0 for the sea."""
    from scipy import ndimage  # type: ignore[import-untyped]  # a tenth of a second that only a map should take

    cells = steps.astype(np.int64) * CELLS >> 16
    flat = cells[:, 0] * CELLS + cells[:, 1]
    counts = np.bincount(flat, minlength=CELLS * CELLS).astype(np.float32).reshape(CELLS, CELLS)
    density = ndimage.gaussian_filter(counts, WIDE, mode="constant")
    somewhere = density[counts > 0]
    level = DENSE * float(somewhere.mean()) if len(somewhere) else 0.0
    land: Ids = ndimage.label(density > level)[0].astype(np.int64)
    on: Ids = land.reshape(-1)[flat]
    return on


def _cluster(
    steps: NDArray[np.uint16], members: Ids, decided: NDArray[np.bool_], shares: NDArray[np.float64]
) -> Cluster:
    own = steps[members].astype(np.int64)
    middle = np.median(own, axis=0).astype(np.int64)
    midst = int(members[np.abs(own - middle).sum(axis=1).argmin()])
    has = decided[:, members].mean(axis=1)
    spread = np.sqrt(shares * (1 - shares)) + 0.05  # rare ones are told apart by less
    order = np.argsort(-np.abs(has - shares) / spread, kind="stable")[:COMMON]
    common = tuple((ATTRIBUTES[at], float(has[at]), float(shares[at])) for at in order.tolist())
    return Cluster(len(members), int(middle[0]), int(middle[1]), midst, common)
