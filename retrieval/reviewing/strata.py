"""Which faces are judged, and in what order: a random sample, stratified by certainty.

Strata are cut where the sum of sqrt(p (1 - p)) over the faces, the surest last, reaches equal parts, and each gives
equally many faces: J. Neyman's allocation (On the two different aspects of the representative method, 1934) by what
the model expects, so that the many faces of which it is nearly sure take few of the judgements. It is not believed:
`CAUTION` is how much each face counts at least.
"""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]

HITS, MISSES = 5, 8  # strata; those that do not match differ more: most of them surely do not
CAUTION = {HITS: 0.03, MISSES: 0.0005}  # share of faces that may be otherwise however sure the model is
MOST = 400  # faces judged of either kind


class Stratum(NamedTuple):
    """How many `faces` are in it, and their mean certainty, the probability that the query is true of them."""

    faces: int
    certainty: float


class Drawn(NamedTuple):
    """The faces to judge, in that order: `positions` int64[n] among those that were drawn from, the `stratum` int64[n]
    and the `certainty` float64[n] of each, and what the `strata` are.
    """

    positions: Ids
    stratum: Ids
    certainty: Floats
    strata: tuple[Stratum, ...]

    @classmethod
    def of(cls, certainty: Floats, count: int, most: int, seed: int) -> Self:
        """At most `most` of the faces with these certainties (float[n]), out of about `count` strata."""
        stratum = cut(certainty, count)
        positions = order(stratum, most, np.random.default_rng(seed))
        numbers = np.bincount(stratum)
        means = np.bincount(stratum, weights=certainty) / np.maximum(numbers, 1)
        strata = tuple(Stratum(int(faces), float(mean)) for faces, mean in zip(numbers, means, strict=True))
        return cls(positions, stratum[positions], certainty[positions], strata)


def cut(certainty: Floats, count: int) -> Ids:
    """int64[n]: the stratum of each face, 0 the least certain; fewer than `count` where faces are few."""
    caution = CAUTION.get(count, 0.0)
    p = caution + (1 - 2 * caution) * np.asarray(certainty, np.float64)
    size, rising = np.sqrt(p * (1 - p)), np.argsort(certainty, kind="stable")
    reached = np.cumsum(size[rising])
    stratum = np.empty(len(p), np.int64)
    if len(p):
        stratum[rising] = np.minimum(reached / max(reached[-1], 1e-300) * count, count - 1).astype(np.int64)
    return np.unique(stratum, return_inverse=True)[1].astype(np.int64)


def order(stratum: Ids, most: int, random: np.random.Generator) -> Ids:
    """int64[m]: positions to judge, one of each stratum in turn, in an order by chance, so that the first n of them are
    a stratified sample whatever n is. A stratum that has no more is passed over.
    """
    shuffled = random.permutation(len(stratum))
    by_stratum = shuffled[np.argsort(stratum[shuffled], kind="stable")]
    begins = np.cumsum(np.bincount(stratum)) - np.bincount(stratum)
    turn = np.arange(len(stratum)) - begins[stratum[by_stratum]] if len(stratum) else np.empty(0, np.int64)
    found: Ids = by_stratum[np.lexsort((random.random(len(by_stratum)), turn))][:most]
    return found
