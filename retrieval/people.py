"""The people of a library: groups of faces that are one person, found by likeness and set right by hand.

Made by `Library.people`. Every change is one action that `Library.undo` takes back; grouping anew keeps all of them.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection

from retrieval.columns.bits import Mask
from retrieval.current import Current
from retrieval.errors import NoSuchPerson
from retrieval.likeness import descriptors
from retrieval.likeness.doubts import Doubt, doubtful
from retrieval.likeness.faiss_index import Floats
from retrieval.likeness.grouping import Pairs, between
from retrieval.likeness.recognition import Meaning, Means
from retrieval.likeness.vectors import Vectors
from retrieval.tables.actions import Action
from retrieval.tables.snapshot import Snapshot
from retrieval.writing import apart, deciding, membership, regrouping
from retrieval.writing.membership import Person

Opened = Callable[[], AbstractContextManager[Connection]]


class Seen(NamedTuple):
    """The faces of a library by number, their vectors float32[n, width] by some means of likeness, the mean cosine from
    which on two groups are one person, where that is known, and what finds the vectors' pairs, which may be long; how
    many faces are `undescribed`, for which the means are not descriptors; and which are `trusted` (bool[n]; None: all)
    to be told from others: about those that are not, people are asked.
    """

    faces: list[int]
    vectors: Floats
    alike: float | None
    pairs: Callable[[], Pairs]
    means: Means = "look"
    undescribed: int = 0
    trusted: Mask | None = None


class Grouped(NamedTuple):
    """How many `groups` were found, by which `means`; by descriptors only if no face is `undescribed`."""

    groups: int
    means: Means
    undescribed: int


class People:
    """The persons of one open library, whose newest state is `current`; `editing` opens transactions that write.
    Whatever changes them raises LibraryBusy, and NoSuchPerson for a number without faces.
    """

    def __init__(self, current: Current, editing: Opened) -> None:
        self._current = current
        self._reading = current.transaction
        self._editing = editing

    def listed(self) -> list[Person]:
        """Every person, the one with the most faces first."""
        with self._reading() as connection:
            return membership.listed(connection)

    def person(self, number: int) -> Person:
        """One person; NoSuchPerson."""
        for person in self.listed():
            if person.id == number:
                return person
        raise NoSuchPerson(f"There is no group {number}; `facequery people` lists them.")

    def told_apart(self, number: int) -> set[int]:
        """The numbers of the groups that this one was said not to be, by what was said of a face of either."""
        with self._reading() as connection:
            return apart.persons(connection, number)

    def group(self, alike: float | None = None, by: Meaning = "person") -> int:
        """Groups all faces anew, and returns how many groups there are. From a mean cosine of `alike` on two groups are
        one; without it as the model's card says, so that 95 of 100 pairs in a group should be right. NotRecognised.

        To find who resembles whom takes the longest (`likeness.nearest` says how long), and keeps nobody from writing.
        """
        return self.grouped(alike, by).groups

    def grouped(self, alike: float | None = None, by: Meaning = "person") -> Grouped:
        """As `group`, and says by what the faces were compared: by descriptors, if every one of them has one."""
        seen = self.seen(by)
        alike = seen.alike if alike is None else alike
        if alike is None:
            raise ValueError("Who only looks alike is no person: say how alike is enough.")
        found = seen.pairs() if seen.trusted is None else between(seen.pairs(), seen.trusted)
        with self._editing() as connection:
            groups = regrouping.regroup(connection, seen.faces, seen.vectors, alike, found)
        return Grouped(groups, seen.means, seen.undescribed)

    def doubts(self, limit: int = 20) -> list[Doubt]:
        """Pairs of faces that may be one person, and that neither grouping nor anybody else has decided, the likeliest
        first: questions for `same` and `different`. NotRecognised. The first time it takes as long as `group`.
        """
        seen = self.seen("person")
        assert seen.alike is not None
        found = seen.pairs()
        with self._reading() as connection:
            known = regrouping.known_of(connection, seen.faces)
        doubts = doubtful(found, seen.alike, known, limit, seen.trusted)
        return [doubt._replace(first=seen.faces[doubt.first], second=seen.faces[doubt.second]) for doubt in doubts]

    def same(self, first: int, second: int) -> Action | None:
        """Says that two faces are one person, whose groups are merged; None if that was said before. NoSuchFace."""
        with self._editing() as connection:
            return deciding.same(connection, first, second)

    def different(self, first: int, second: int) -> Action | None:
        """Says that two faces are two persons, wherever they go, until `same` or `merge` makes them surely one; None if
        that was said before. NoSuchFace.
        """
        with self._editing() as connection:
            return deciding.different(connection, first, second)

    def name(self, number: int, called: str) -> Action:
        """Says who a group is, and so that all its faces are that person; its number stays. NotThatPerson for no name,
        or another's.
        """
        with self._editing() as connection:
            return membership.name(connection, number, called)

    def merge(self, *numbers: int) -> Action:
        """Says that groups are one person: the first that has a name, else the first of them."""
        with self._editing() as connection:
            return membership.merge(connection, numbers)

    def split(self, number: int, faces: Iterable[int]) -> Action:
        """Says that faces of a group are another person; NotThatPerson for a face that is not in it."""
        with self._editing() as connection:
            return membership.split(connection, number, faces)

    def reject(self, number: int, faces: Iterable[int]) -> Action:
        """Says that faces of a group are not that person, for good; NotThatPerson for a face that is not in it."""
        with self._editing() as connection:
            return membership.reject(connection, number, faces)

    def seen(self, by: Meaning) -> Seen:
        """The faces of the newest state as people are told by them."""
        with self._current.reading() as (connection, now):
            described = self._current.vectors(connection, now, "descriptor") if by == "person" else None
            lacking = 0 if described is None else len(now) - len(described.face_ids)
            if described is not None and len(now) and not lacking:
                return self._of(now, described, descriptors.ALIKE, "descriptor")
            alike = self._current.head(connection, now).alike if by == "person" else None
            means: Means = "look" if by == "look" else "head"
            vectors = self._current.vectors(connection, now, means)
            trusted = self._current.frontal(connection, now) if means == "head" else None
        return self._of(now, vectors, alike, means, lacking)._replace(trusted=trusted)

    def _of(self, now: Snapshot, vectors: Vectors, alike: float | None, means: Means, lacking: int = 0) -> Seen:
        pairs = partial(self._current.pairs, now, vectors, means)
        return Seen(now.face_ids.tolist(), vectors.matrix, alike, pairs, means, lacking)
