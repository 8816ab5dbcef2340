"""The map of faces: a place on a plane for each vector, near ones near each other, and how far it is from its likes.

Up to MOST vectors are unfolded together, of more a sample, the same each time. All others, and those that come later,
are placed where most of their nearest are. It knows vectors, and no face.
"""

from collections.abc import Callable
from typing import NamedTuple, Self

import numpy as np

from retrieval.columns.bits import Ids, Mask
from retrieval.likeness.faiss_index import Floats
from retrieval.likeness.nearest import nearest, nearest_among
from retrieval.likeness.unfolding import NEIGHBOURS, Progress, unfold

MOST = 200_000  # vectors unfolded together: more would take too long, and too much memory
AMONG = 5  # nearest by which a vector is placed
ROUNDS = 10  # of looking where most of them are
SEARCH = 0.4  # the share of the time that finding neighbours takes

NOWHERE = np.float32(np.nan)


class Places(NamedTuple):
    """`at` float32[n, 2], and `apart` float32[n], from 0 for a vector that many are equal to: 1 - the mean cosine to
    its nearest. Who has no place is nowhere: not a number, twice; a damaged vector never has one, and is infinitely
    apart.
    """

    at: Floats
    apart: Floats

    @classmethod
    def nowhere(cls, n: int) -> Self:
        """Not yet anywhere."""
        return cls(np.full((n, 2), NOWHERE), np.full(n, NOWHERE))

    @property
    def lacking(self) -> Mask:
        """bool[n]: who should have a place."""
        return np.isnan(self.apart)

    def put(self, rows: Ids, others: "Places") -> None:
        """Sets those rows, in place."""
        self.at[rows], self.apart[rows] = others


def placed(vectors: Floats, progress: Progress = lambda share: None) -> Places:
    """All of the unit vectors float32[n, width]: the same for the same ones. Each call of `progress` may end it by
    raising.
    """
    sound = np.flatnonzero(np.isfinite(vectors[:, 0]))
    chosen = sound
    if len(sound) > MOST:
        chosen = np.sort(np.random.default_rng(1).choice(sound, MOST, replace=False))
    found, first = Places.nowhere(len(vectors)), len(chosen) / max(1, len(sound))
    found.apart[:] = np.inf
    together = vectors if len(chosen) == len(vectors) else vectors[chosen]
    found.put(chosen, _unfolded(together, lambda share: progress(first * share)))
    rest = np.setdiff1d(sound, chosen)
    found.put(rest, added(vectors, found, rest, lambda share: progress(first + (1 - first) * share)))
    return found


def added(vectors: Floats, known: Places, rows: Ids, progress: Progress = lambda share: None) -> Places:
    """Where those rows of the vectors belong among the others that have a place, which stay where they are."""
    found, sound = Places.nowhere(len(rows)), np.isfinite(vectors[rows, 0])
    found.apart[~sound] = np.inf
    asked, there = rows[sound], np.setdiff1d(np.flatnonzero(np.isfinite(known.at[:, 0])), rows)
    if len(asked) and len(there):
        near, cosines = nearest_among(vectors[asked], vectors[there], AMONG, _share_of(len(asked), progress))
        found.put(np.flatnonzero(sound), Places(_middle(known.at[there][near]), _apart(cosines)))
    return found


def _unfolded(vectors: Floats, progress: Progress) -> Places:
    wanted = min(NEIGHBOURS, -(-len(vectors) // 3))  # of few, or each would be the neighbour of all
    near, cosines = nearest(vectors, wanted, _share_of(len(vectors), lambda share: progress(SEARCH * share)))
    return Places(unfold(vectors, near, lambda share: progress(SEARCH + (1 - SEARCH) * share)), _apart(cosines))


def _apart(cosines: Floats) -> Floats:
    """Of the AMONG nearest: what is far from all of them is alone."""
    if not cosines.shape[1]:
        return np.zeros(len(cosines), np.float32)
    best = -np.sort(-cosines, axis=1)[:, :AMONG]
    there = np.isfinite(best)
    mean = np.where(there, best, 0).sum(axis=1) / np.maximum(1, there.sum(axis=1))
    apart: Floats = np.clip(1 - mean, 0, 2).astype(np.float32)
    return apart


def _middle(around: Floats) -> Floats:
    """float32[m, 2] of float32[m, k, 2]: where most of the k places are. A mean would be in nobody's neighbourhood if
    one of them is far off, so the far count less: the M-estimate of a Cauchy distribution.
    """
    middle = np.median(around, axis=1)
    for _ in range(ROUNDS):
        apart = around - middle[:, None]
        weights = 1 / (1 + np.einsum("mka,mka->mk", apart, apart))
        middle = np.einsum("mka,mk->ma", around, weights) / weights.sum(axis=1, keepdims=True)
    placed: Floats = middle.astype(np.float32)
    return placed


def _share_of(whole: int, progress: Progress) -> Callable[[int], None]:
    return lambda done: progress(done / max(1, whole))
