"""Inverted lists: every face in the list of the centroid it is nearest to, so that a wide question compares only the
faces of near lists. How far to look is measured when the lists are made, and so is what that finds.

It does not know FAISS: k-means is handed in, and the products are the caller's business.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from math import ceil, log2
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval import cache
from retrieval.nodes import Mask
from retrieval.snapshot import Ids

KIND = "lists.npz"
BANDS = 11  # shares of the faces that match: 1, 1/2, 1/4 ... 1/1024
RECALL = 0.98  # of the ten nearest, in every band
AIM = 0.99  # in the half of the queries that sets how far to look, so that the other half reaches RECALL
QUERIES = 64  # faces that the measurement asks for
DIRECTIONS = 3  # half-spaces that it filters by, in each band
TOP = 10
BLOCK = 8192  # vectors compared with all centroids or queries at once
SAMPLE = 64  # faces a list that k-means sees

Floats = NDArray[np.float32]
Train = Callable[[Floats, int], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """`order` int64[n] are positions, list after list; `bounds` int64[m + 1] where each begins; `centroids`
    float32[m, 512]. `shares` and `recalls` float64[BANDS]: the share of the matching faces to compare, and the share
    of the nearest ten that this finds.
    """

    centroids: Floats
    order: Ids
    bounds: Ids
    shares: NDArray[np.float64]
    recalls: NDArray[np.float64]

    def near(self, direction: Floats, wanted: int, allowed: Mask | None) -> tuple[Ids, float]:
        """Positions among `allowed` in the lists nearest to `direction`, at least `wanted`, and the measured recall.

        Lists are counted by their matching faces, so a filter that empties the near ones makes it look further.
        """
        sizes = self.sizes(allowed)
        matching = int(sizes.sum())
        band = min(BANDS - 1, ceil(log2(len(self.order) / max(1, matching)) - 1e-9))
        nearest = np.argsort(-(self.centroids @ direction), kind="stable")
        needed = max(wanted, ceil(self.shares[band] * matching))
        until = int(np.searchsorted(np.cumsum(sizes[nearest]), needed)) + 1
        members = np.concatenate([self.order[self.bounds[at] : self.bounds[at + 1]] for at in nearest[:until]])
        return (members if allowed is None else members[allowed[members]]), float(self.recalls[band])

    def sizes(self, allowed: Mask | None) -> Ids:
        """int64[m]: the matching faces in each list."""
        if allowed is None:
            return np.diff(self.bounds)
        counts: Ids = np.add.reduceat(allowed[self.order], self.bounds[:-1], dtype=np.int64)
        return counts


def load(folder: Path, state: str, matrix: Floats, train: Train) -> Lists:
    """The lists of that state's vectors: from the cache if it is sound, else made and left there."""
    with suppress(OSError):  # an indexer that is ahead of us may sweep it before it is read
        if path := cache.find(folder, state, KIND):
            with np.load(path, allow_pickle=False) as kept:
                return Lists(**{field.name: kept[field.name] for field in fields(Lists)})
    made = build(matrix, train)
    cache.publish(folder, state, KIND, lambda file: np.savez(file, allow_pickle=False, **asdict(made)))
    return made


def build(matrix: Floats, train: Train) -> Lists:
    """Lists of unit vectors float32[n, 512], about 2 sqrt(n) of them, with `train(sample, count)` as k-means."""
    dice = np.random.default_rng(1)
    count = 2 ** round(log2(2 * len(matrix) ** 0.5))
    sample = np.sort(dice.choice(len(matrix), min(len(matrix), SAMPLE * count), replace=False))
    return _measured(divided(matrix, train(matrix[sample], min(count, len(sample)))), matrix, dice)


def divided(matrix: Floats, centroids: Floats) -> Lists:
    """Every vector in the list of its centroid; all of them are looked at, until the lists are measured."""
    of = np.concatenate([np.argmax(block @ centroids.T, axis=1) for block in _blocks(matrix)])
    used, sizes = np.unique(of, return_counts=True)  # an empty list has no place in reduceat
    bounds = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return Lists(centroids[used], np.argsort(of, kind="stable"), bounds, np.ones(BANDS), np.ones(BANDS))


def _measured(made: Lists, matrix: Floats, dice: np.random.Generator) -> Lists:
    """With the shares that find AIM of the nearest ten for one half of the queries, and what the other half finds.

    A filter is a half-space: attributes are nearly linear in an embedding, and a filter that has to do with the query
    needs more than a random one. In CelebA, 0.98 of the ten nearest are in 0.05 of a random sixteenth of the faces, but
    in 0.19 of those with Eyeglasses.
    """
    if len(matrix) <= TOP:
        return made
    asked = np.sort(dice.choice(len(matrix), min(len(matrix), QUERIES), replace=False))
    scores = np.concatenate([block @ matrix[asked].T for block in _blocks(matrix)]).T.copy()
    scores[np.arange(len(asked)), asked] = -np.inf  # a face is not its own neighbour
    ranks = np.argsort(np.argsort(-(matrix[asked] @ made.centroids.T), axis=1), axis=1)
    shares, recalls = np.ones(BANDS), np.ones(BANDS)
    sides = [_heights(matrix, dice) for _ in range(DIRECTIONS)]
    for band in range(BANDS):
        masks = [None] if band == 0 else [side >= np.quantile(side, 1 - 2.0**-band) for side in sides]
        needed = np.concatenate([_needed(made, scores, ranks, mask) for mask in masks], axis=1)
        setting, held_out = needed[::2], needed[1::2]
        least = [np.quantile(setting, AIM), np.quantile(held_out, RECALL, method="inverted_cdf")]
        shares[band] = max(least)
        recalls[band] = (held_out <= shares[band]).mean()
    return Lists(made.centroids, made.order, made.bounds, shares, recalls)


def _heights(matrix: Floats, dice: np.random.Generator) -> Floats:
    """How far each face lies from the first towards the second of two random faces."""
    first, second = dice.choice(len(matrix), 2, replace=len(matrix) < 2)
    return np.concatenate([block @ (matrix[second] - matrix[first]) for block in _blocks(matrix)])


def _needed(made: Lists, scores: Floats, ranks: Ids, mask: Mask | None) -> NDArray[np.float64]:
    """float64[q, TOP]: the share of the matching faces to compare until each of a query's nearest is among them."""
    sizes = made.sizes(mask)
    matches = np.arange(scores.shape[1]) if mask is None else np.flatnonzero(mask)
    place = np.empty(len(made.order), np.int64)
    place[made.order] = np.repeat(np.arange(len(sizes)), np.diff(made.bounds))
    needed = []
    for row, rank in zip(scores, ranks, strict=True):
        covered = np.cumsum(sizes[np.argsort(rank)]) / max(1, len(matches))
        top = matches[np.argsort(-row[matches])[:TOP]] if len(matches) <= TOP else matches[_top(row[matches])]
        needed.append(np.resize(covered[rank[place[top]]], TOP))
    return np.array(needed)


def _top(scores: Floats) -> Ids:
    top: Ids = np.argpartition(scores, -TOP)[-TOP:]
    return top


def _blocks(matrix: Floats) -> Iterator[Floats]:
    return (matrix[start : start + BLOCK] for start in range(0, len(matrix), BLOCK))
