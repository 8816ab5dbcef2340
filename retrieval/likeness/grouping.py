"""Groups of faces that are probably one person: what likeness suggests, and what people said, which always holds.

Groups grow along the nearest pairs first and join only while they resemble one another on the average, so that a chain
of look-alikes does not become one person. It knows vectors and what was said, not how either is kept.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.columns.bits import Ids, Mask
from retrieval.likeness.faiss_index import Floats
from retrieval.likeness.nearest import nearest

NEIGHBOURS = 20  # faces that each is compared with; of a person's many photographs these are enough to join them

Saying = Mapping[int, int]
Rejections = Mapping[int, Collection[int]]
Told = AbstractSet[tuple[int, int]]

NOTHING: Told = frozenset()


class Pairs(NamedTuple):
    """Faces that are among one another's nearest: positions int64[p] of both, and their cosines float32[p]."""

    first: Ids
    second: Ids
    cosines: Floats


class _Group:
    """Faces that are together: the `sum` of their vectors, who it is if that was said, and who it is not; and which of
    its faces were told `apart` from which others: a set that all groups of one person share.
    """

    __slots__ = ("apart", "members", "person", "rejected", "sum")

    def __init__(self, at: int, vector: Floats, person: int | None, rejected: Collection[int], apart: Told) -> None:
        self.sum: NDArray[np.float32] = vector  # of one face a view: 200,000 of them need no memory
        self.members = [at]
        self.person = person
        self.rejected = frozenset(rejected)
        self.apart = apart

    def may_join(self, other: "_Group") -> bool:
        person = other.person if self.person is None else self.person
        if person is not None and (
            other.person not in (None, person) or person in self.rejected or person in other.rejected
        ):
            return False
        return not (self.apart and other.apart and self._told_from(other))

    def _told_from(self, other: "_Group") -> bool:
        few, many = sorted((self.apart, other.apart), key=len)
        return any((its, mine) in many for mine, its in few)

    def join(self, other: "_Group") -> None:
        if self.apart is not other.apart:
            whole, part = (other, self) if self.person is None else (self, other)
            whole.apart |= part.apart  # in place, if it is a person's
            self.apart = whole.apart
        self.sum = self.sum + other.sum
        self.members += other.members
        self.person = other.person if self.person is None else self.person
        self.rejected |= other.rejected

    def alike(self, other: "_Group") -> float:
        """The mean cosine of all pairs across the two."""
        return float(self.sum @ other.sum) / (len(self.members) * len(other.members))


def pairs(vectors: Floats) -> Pairs:
    """The pairs of unit vectors float32[n, width] that may be joined, which is most of the work: see `nearest`."""
    return mutual(*nearest(vectors, NEIGHBOURS))


def mutual(near: Ids, cosines: Floats) -> Pairs:
    """The pairs that are in both rows of `near`, int64[n, k], which is -1 where nobody is."""
    there = near.reshape(-1) >= 0
    ones = np.repeat(np.arange(len(near)), near.shape[1])[there]
    others, cosines = near.reshape(-1)[there], cosines.reshape(-1)[there]
    first, second = np.minimum(ones, others), np.maximum(ones, others)
    at, times = np.unique(first * len(near) + second, return_index=True, return_counts=True)[1:]
    mutual = at[times == 2]
    return Pairs(first[mutual], second[mutual], cosines[mutual])


def between(found: Pairs, chosen: Mask) -> Pairs:
    """Those of the pairs of which both are chosen, bool[n]."""
    kept = chosen[found.first] & chosen[found.second]
    return Pairs(found.first[kept], found.second[kept], found.cosines[kept])


def grouped(
    vectors: Floats,
    alike: float,
    persons: Saying | None = None,
    rejected: Rejections | None = None,
    found: Pairs | None = None,
    apart: Rejections | None = None,
) -> list[tuple[list[int], int | None]]:
    """The positions 0..n-1 of unit vectors float32[n, width] in groups of two or more, the largest first, each with the
    person it is if that was said.

    `persons` says whose face a position is, `rejected` whose it is not, and `apart` of which other positions it is not
    the person, which they say of it too: all hold in the result, however alike. `found` are the vectors' `pairs`, where
    they are known already.
    """
    persons, rejected = persons or {}, rejected or {}
    told = _told(apart or {}, persons)
    groups = [
        _Group(at, row, persons.get(at), rejected.get(at, ()), told.get(at, NOTHING)) for at, row in enumerate(vectors)
    ]
    for first, second in _in_order(pairs(vectors) if found is None else found, alike, rejected):
        one, other = groups[first], groups[second]
        if one is not other and one.may_join(other) and one.alike(other) >= alike:
            _join(groups, one, other)
    _gather(groups)
    whole = {id(group): group for group in groups}.values()
    kept = [(sorted(group.members), group.person) for group in whole if len(group.members) > 1 or group.person]
    return sorted(kept, key=lambda group: (-len(group[0]), group[0]))


def _told(apart: Rejections, persons: Saying) -> Mapping[int, Told]:
    """(One, other) for each position that was told from another; of those that are one person together."""
    together: dict[int, set[tuple[int, int]]] = defaultdict(set)
    told = {at: together[person] for at, person in persons.items()} if apart else {}
    for one, others in apart.items():
        told.setdefault(one, set()).update((one, other) for other in others)
    return told


def _in_order(found: Pairs, alike: float, rejected: Rejections) -> Iterator[tuple[int, int]]:
    """The nearest first; pairs of which something is rejected last, or they would keep those who resemble them from
    the person they are not.
    """
    first, second, cosines = (column[found.cosines >= alike] for column in found)
    spoken_of = np.array(sorted(rejected), np.int64)
    late = np.isin(first, spoken_of) | np.isin(second, spoken_of)
    order = np.lexsort((second, first, -cosines, late))
    return zip(first[order].tolist(), second[order].tolist(), strict=True)


def _gather(groups: list[_Group]) -> None:
    """Puts together what people said is one person; only now, since an unlike photograph would keep others away."""
    first: dict[int, int] = {}
    for at, group in enumerate(groups[:]):
        if group.person is not None and groups[at] is not groups[leader := first.setdefault(group.person, at)]:
            _join(groups, groups[leader], groups[at])


def _join(groups: list[_Group], one: _Group, other: _Group) -> None:
    big, small = (one, other) if len(one.members) >= len(other.members) else (other, one)
    big.join(small)
    for member in small.members:
        groups[member] = big
