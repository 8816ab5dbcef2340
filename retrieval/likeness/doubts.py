"""What grouping leaves over: pairs of faces that may be one person, and are not alike enough for that to be asserted. A
person can be asked about them, the likeliest first. It knows vectors and what was said, not how either is kept.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from retrieval.columns.bits import Mask
from retrieval.likeness.grouping import Pairs, Rejections, Saying

BELOW = 0.15  # so far under the cosine that is enough for grouping a pair is still worth a question


class Doubt(NamedTuple):
    """Two faces that may be one person, the cosine between them, and the group of each; None is none."""

    first: int
    second: int
    cosine: float
    groups: tuple[int | None, int | None]


class Known(NamedTuple):
    """The group each position is in, if any, whose face it is not, the groups that have a name, and the positions that
    each was told from.
    """

    groups: Saying
    rejected: Rejections
    named: Collection[int]
    told: Rejections

    def apart(self) -> Mapping[int, Collection[int]]:
        """Whose faces a group's faces are said not to be."""
        found: dict[int, set[int]] = {}
        for position, persons in self.rejected.items():
            if (group := self.groups.get(position)) is not None:
                found.setdefault(group, set()).update(persons)
        return found

    def answered(self) -> set[frozenset[int]]:
        """The sides between which two faces were told from one another."""
        return {frozenset((self.side(one), self.side(other))) for one, others in self.told.items() for other in others}

    def side(self, at: int) -> int:
        """A number for each group, and another for each face that is alone."""
        return self.groups.get(at, -1 - at)


def doubtful(found: Pairs, alike: float, known: Known, limit: int, trusted: Mask | None = None) -> list[Doubt]:
    """At most `limit` of the pairs `found`, as positions, the likest first, and of the pairs between the same two
    groups one: those not in one group, nor said to be two persons, whose cosine is at most BELOW under `alike`.

    Two faces alone from `alike` on are no doubt, if both are `trusted` (bool[n]; None: all): grouping joins them as
    soon as it sees them.
    """
    apart, asked = known.apart(), known.answered()
    doubts: list[Doubt] = []
    for first, second, cosine in _likest(found, alike - BELOW):
        if len(doubts) == limit:
            break
        pair = known.groups.get(first), known.groups.get(second)
        sides = frozenset((known.side(first), known.side(second)))
        joined = trusted is None or bool(trusted[first] and trusted[second])
        if pair == (None, None) and cosine >= alike and joined:
            continue
        if len(sides) == 2 and sides not in asked and not _told(known, apart, (first, second), pair):
            asked.add(sides)
            doubts.append(Doubt(first, second, cosine, pair))
    return doubts


def _likest(found: Pairs, least: float) -> Iterator[tuple[int, int, float]]:
    first, second, cosines = (column[found.cosines >= least] for column in found)
    order = np.lexsort((second, first, -cosines))
    return zip(first[order].tolist(), second[order].tolist(), cosines[order].tolist(), strict=True)


def _told(
    known: Known, apart: Mapping[int, Collection[int]], faces: tuple[int, int], groups: tuple[int | None, int | None]
) -> bool:
    """Whether the two were said to be two persons: by a rejection of either's faces, or by two names."""
    if all(group in known.named for group in groups):
        return True
    refused = [
        known.rejected.get(face, ()) if group is None else apart.get(group, ())
        for face, group in zip(faces, groups, strict=True)
    ]
    return groups[1] in refused[0] or groups[0] in refused[1]
