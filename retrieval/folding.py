"""Near-identical photographs of a face as one answer. It knows vectors and bytes, not what was asked."""

from collections.abc import Callable, Hashable

import numpy as np

from retrieval.vectors import Floats, Nearest, Vectors

SAME = 0.98  # cosine from which two faces are one photograph; no two people of CelebA's validation are above 0.975

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
        group = groups(vectors.rows(found.ids), sources(found.ids))
        first, sizes = np.unique(group, return_index=True, return_counts=True)[1:]
        if len(first) >= k or len(found.ids) < count:
            best = first[:k].tolist()
            return found.at(best), sizes[:k].tolist()
        count *= 4


def groups(rows: Floats, sources: list[Hashable]) -> list[int]:
    """The group of each face, from 0 in the order of their first: the first group whose first face it repeats."""
    leaders: list[int] = []
    known: dict[Hashable, int] = {}
    group = []
    for at, source in enumerate(sources):
        if (found := known.get(source)) is None:
            alike = (rows[leaders] @ rows[at] >= SAME).tolist()
            found = alike.index(True) if True in alike else len(leaders)
        if found == len(leaders):
            leaders.append(at)
        known[source] = found
        group.append(found)
    return group
