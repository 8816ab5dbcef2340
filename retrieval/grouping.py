"""Groups of faces that are probably one person: what likeness suggests, and what people said, which always holds.

Groups grow along the nearest pairs first and join only while they resemble one another on the average, so that a chain
of look-alikes does not become one person. It knows vectors and what was said, not how either is kept.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from retrieval.snapshot import Ids

ALIKE = 0.72  # mean cosine from which two groups are one person; chosen on validation by benchmarks/people.py
NEIGHBOURS = 20  # faces that each is compared with; of a person's many photographs these are enough to join them
BLOCK = 1024  # faces compared with all others at once

Floats = NDArray[np.float32]


@dataclass(slots=True)
class _Group:
    """Faces that are together: the `sum` of their vectors, who it is if that was said, and who it is not."""

    sum: NDArray[np.float64]
    members: list[int]
    person: int | None = None
    rejected: set[int] = field(default_factory=set)

    def may_join(self, other: "_Group") -> bool:
        persons = {self.person, other.person} - {None}
        return len(persons) < 2 and not persons & (self.rejected | other.rejected)

    def join(self, other: "_Group") -> None:
        self.sum += other.sum
        self.members += other.members
        self.person = other.person if self.person is None else self.person
        self.rejected |= other.rejected

    def alike(self, other: "_Group") -> float:
        """The mean cosine of all pairs across the two."""
        return float(self.sum @ other.sum) / (len(self.members) * len(other.members))


def grouped(
    vectors: Floats,
    alike: float = ALIKE,
    persons: Mapping[int, int] | None = None,
    rejected: Mapping[int, Collection[int]] | None = None,
) -> list[tuple[list[int], int | None]]:
    """The positions 0..n-1 of unit vectors float32[n, 512] in groups of two or more, the largest first, each with the
    person it is if that was said.

    `persons` says whose face a position is, `rejected` whose it is not: both hold in the result, however alike.
    """
    groups = [_Group(vector.astype(np.float64), [at]) for at, vector in enumerate(vectors)]
    for at, others in (rejected or {}).items():
        groups[at].rejected.update(others)
    for at, person in (persons or {}).items():
        groups[at].person = person
    spoken_of = set(
        rejected or {}
    )  # they come last, or would keep those who resemble them from the person they are not
    for first, second in sorted(_pairs(vectors, alike), key=lambda pair: not spoken_of.isdisjoint(pair)):
        one, other = groups[first], groups[second]
        if one is not other and one.may_join(other) and one.alike(other) >= alike:
            _join(groups, one, other)
    _gather(groups)
    whole = {id(group): group for group in groups}.values()
    kept = [(sorted(group.members), group.person) for group in whole if len(group.members) > 1 or group.person]
    return sorted(kept, key=lambda group: (-len(group[0]), group[0]))


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


def _pairs(vectors: Floats, alike: float) -> Iterator[tuple[int, int]]:
    """Pairs that are mutual neighbours and alike, the nearest first."""
    near, cosines = _neighbours(vectors)
    first = np.repeat(np.arange(len(near)), near.shape[1])
    second, scores = near.reshape(-1), cosines.reshape(-1)
    mutual = (near[second] == first[:, None]).any(axis=1)
    kept = np.flatnonzero(mutual & (first < second) & (scores >= alike))
    kept = kept[np.argsort(-scores[kept], kind="stable")]
    return zip(first[kept].tolist(), second[kept].tolist(), strict=True)


def _neighbours(vectors: Floats) -> tuple[Ids, Floats]:
    """int64[n, k] and float32[n, k]: for every face the positions of its nearest others, and their cosines."""
    count = max(0, min(NEIGHBOURS, len(vectors) - 1))
    near, cosines = np.empty((len(vectors), count), np.int64), np.empty((len(vectors), count), np.float32)
    for start in range(0, len(vectors) if count else 0, BLOCK):
        scores = vectors[start : start + BLOCK] @ vectors.T
        rows = np.arange(len(scores))
        scores[rows, start + rows] = -np.inf
        best = np.argpartition(scores, -count, axis=1)[:, -count:]
        near[start : start + len(rows)] = best
        cosines[start : start + len(rows)] = np.take_along_axis(scores, best, axis=1)
    return near, cosines
