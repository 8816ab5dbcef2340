"""Vectors laid out on a plane so that near ones stay near: t-SNE (van der Maaten and Hinton, 2008), with the same
weight for each of a few neighbours and the start by principal components of Kobak and Berens (2019), so that the same
vectors always lie in the same places. It knows vectors alone.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from retrieval.columns.bits import Ids
from retrieval.likeness.faiss_index import Floats
from retrieval.likeness.repulsion import repulsion

NEIGHBOURS = 15  # of each that draw it
EARLY, LATE = 50, 250  # steps, in the first of which neighbours draw the more
EXAGGERATION = 4.0  # so many times
BEGIN = 10.0  # standard deviation of the places that it begins with
MOMENTUM = 0.8
FARTHEST = 5.0  # a step
GRAVITY = 0.01  # pull to the middle, or few islands that nothing links would drift apart for ever
SAMPLE = 20_000  # vectors of which the principal components are

Progress = Callable[[float], None]
"""Told what share of the work is done; whatever it raises ends the work."""


class _Links:
    """Pairs of neighbours, each once: what draws them to each other, less the farther they are."""

    def __init__(self, near: Ids) -> None:
        there = near.reshape(-1) >= 0
        ones = np.repeat(np.arange(len(near)), near.shape[1])[there]
        others = near.reshape(-1)[there]
        pairs = np.minimum(ones, others) * len(near) + np.maximum(ones, others)
        pairs, times = np.unique(pairs, return_counts=True)
        self._first, self._second = (part.astype(np.int32) for part in np.divmod(pairs, max(1, len(near))))
        self._weights = (times / max(1, 2 * times.sum())).astype(np.float32)

    def attraction(self, places: Floats) -> Floats:
        """float32[n, 2]."""
        apart = places[self._first] - places[self._second]
        apart *= (self._weights / (1 + np.einsum("ij,ij->i", apart, apart)))[:, None]
        drawn = np.empty_like(places)
        for axis in (0, 1):
            sums = [np.bincount(at, apart[:, axis], minlength=len(places)) for at in (self._first, self._second)]
            drawn[:, axis] = sums[0] - sums[1]
        return drawn


def unfold(vectors: Floats, near: Ids, progress: Progress = lambda share: None) -> Floats:
    """float32[n, 2]: a place for each of the finite vectors float32[n, width], of which `near`, int64[n, k], are the
    nearest others; -1 where there is none.
    """
    places = principal(vectors)
    if len(places) < 3:
        return places
    links, speed, gain = _Links(near), np.zeros(places.shape), np.ones(places.shape)
    for step in range(EARLY + LATE):
        progress(step / (EARLY + LATE))
        times = EXAGGERATION if step < EARLY else 1.0
        pushed, total = repulsion(places)
        slope = 4 * (times * links.attraction(places) - pushed / total + _gravity(places))
        gain = np.where(np.sign(slope) != np.sign(speed), gain + 0.2, gain * 0.8).clip(0.01)  # Jacobs, 1988
        speed = _bounded(MOMENTUM * speed - len(places) / times * gain * slope)
        places += speed.astype(np.float32)
    return places


def principal(vectors: Floats) -> Floats:
    """float32[n, 2]: the two principal components, each with the sign that makes its largest weight positive."""
    if not len(vectors):
        return np.empty((0, 2), np.float32)
    sample = vectors[:: -(-len(vectors) // SAMPLE)]
    middle = sample.mean(axis=0)
    axes = np.linalg.eigh((sample - middle).T @ (sample - middle))[1][:, -1:-3:-1]
    axes *= np.sign(axes[np.abs(axes).argmax(axis=0), [0, 1]])
    places = vectors @ axes - middle @ axes
    spread = float(places.std(axis=0).max())
    begun: Floats = (places * (BEGIN / spread if spread > 0 else 1.0)).astype(np.float32)
    return begun


def _gravity(places: Floats) -> Floats:
    """Only few points feel it: of many, those around keep an island where it is."""
    pull: Floats = places * np.float32(GRAVITY / len(places) ** 2)
    return pull


def _bounded(speed: NDArray[np.float64]) -> NDArray[np.float64]:
    length = np.sqrt(np.einsum("ij,ij->i", speed, speed))
    bounded: NDArray[np.float64] = speed / np.maximum(1, length / FARTHEST)[:, None]
    return bounded
