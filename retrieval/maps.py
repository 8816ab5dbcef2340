"""The map of a library's faces: a place on a plane for each, near those it resembles. Made by `Library.maps`.

It is made once, which takes minutes where faces are many, and kept beside the library; faces that come later are placed
by their likes. What the map of a query shows is this map with the faces that match.
"""

import hashlib
import threading
from collections import OrderedDict
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from retrieval.answers import clusters, points, ranking
from retrieval.answers.clusters import Cluster
from retrieval.answers.points import Codes, Person, Points, Steps
from retrieval.attributes import ATTRIBUTES
from retrieval.columns import bits
from retrieval.columns.bits import Ids, Mask
from retrieval.current import Current
from retrieval.errors import FacequeryError
from retrieval.language.query import Parsed, parsed
from retrieval.likeness import drawn, placing
from retrieval.likeness.drawn import Drawn, Stamp
from retrieval.likeness.faiss_index import Floats
from retrieval.likeness.placing import Places
from retrieval.likeness.unfolding import Progress
from retrieval.tables.snapshot import Snapshot
from retrieval.writing import membership

ALONE = 5_000  # faces of which a map of their own is made while one waits
KEPT = 4  # maps of that kind that are remembered
PEOPLE = "people"  # what colours points, if not an attribute
ANEW = 0.2  # share of the faces placed one by one, from which on all are laid out anew


class TooMany(FacequeryError):
    """More faces than a map of their own is made of."""

    wrong_usage = True


class Asked(NamedTuple):
    """Which faces: those that match a query, or with `precision` the surest of them; `alone` in places of their own."""

    query: str | Parsed | None = None
    precision: float | None = None
    alone: bool = False


class Map(NamedTuple):
    """What is shown of faces, and the clusters among them; so many more match that have no place yet."""

    points: Points
    clusters: list[Cluster]
    lacking: int


class Coloured(NamedTuple):
    """A number for each point, as `points.shades` or `points.by_person` has it, with the threshold or the people."""

    codes: Codes
    people: list[Person]
    threshold: float | None
    stamp: str


class Maps:
    """The maps of one open library. Safe to use from many threads."""

    def __init__(self, folder: Path, current: Current) -> None:
        self._folder, self._current = folder, current
        self._loading, self._placing = threading.Lock(), threading.Lock()
        self._known: tuple[Stamp, str, Steps] | None = None
        self._alone: OrderedDict[tuple[str, bytes], Steps] = OrderedDict()

    def lacking(self) -> int:
        """How many faces that can be shown have no place yet: `update` would give them one."""
        with self._current.reading() as (connection, now):
            return int(np.count_nonzero(self._whole(connection, now).lacking))

    def shown(self, asked: Asked) -> Map:
        """The faces that match as points. QueryError, TooMany."""
        found = self._of(asked)
        labels, islands = clusters.clusters(found.steps.at, _decided(found.now, found.at))
        x, y = found.steps.at.T
        return Map(Points(found.faces, x, y, found.steps.apart, labels, found.stamp), islands, found.lacking)

    def coloured(self, asked: Asked, by: str) -> Coloured:
        """For the same faces in the same order, by PEOPLE whose they are, or by an attribute how likely each has it.
        QueryError, TooMany; ValueError for anything else to colour by.
        """
        if by != PEOPLE and by not in ATTRIBUTES:
            raise ValueError(f"Nothing is coloured by {by!r}: it is `{PEOPLE}`, or the name of an attribute.")
        found = self._of(asked)
        if by == PEOPLE:
            with self._current.transaction() as connection:
                people = [(one.id, one.name, one.faces) for one in membership.listed(connection)]
            return Coloured(*points.by_person(found.faces, people), None, found.stamp)
        columns = found.now.columns
        threshold = columns.thresholds[by]
        return Coloured(points.shades(columns.of(by)[found.at], threshold), [], threshold, found.stamp)

    def update(self, progress: Progress = lambda share: None) -> int:
        """Gives every face a place that has none, or lays all out anew where those are many, and keeps the map beside
        the library. Returns how many faces got a place. No transaction is held meanwhile.
        """
        with self._current.reading() as (connection, now):
            vectors = self._current.vectors(connection, now).matrix
        known, marks = drawn.load(self._folder, now.state.identity), drawn.marks_of(vectors)
        places = known.seen_by(now.face_ids, marks) if known else Places.nowhere(len(now))
        lacking, together = np.flatnonzero(places.lacking), known.together if known else 0
        if len(now) - together > ANEW * len(now):
            places, together = placing.placed(vectors, progress), len(now)
        else:
            places.put(lacking, placing.added(vectors, places, lacking, progress))
        drawn.keep(self._folder, now.state.identity, Drawn(now.face_ids, marks, places, together, now.state.of_faces))
        return len(lacking)

    def forget(self) -> None:
        """Lets go of what was read."""
        with self._loading, self._placing:
            self._known = None
            self._alone.clear()

    def _of(self, asked: Asked) -> "_Found":
        with self._current.reading() as (connection, now):
            at = _matching(now, asked)
            if not asked.alone:
                return _Found.of(now, at, self._whole(connection, now).of(at))
            _check(len(at))
            vectors = self._current.vectors(connection, now).matrix
        return _Found.of(now, at, self._by_themselves(now, at, vectors))

    def _whole(self, connection: Connection, now: Snapshot) -> Steps:
        """Where each face of the snapshot is, by the file that lies there now."""
        stamp = drawn.stamp(self._folder)
        with self._loading:
            if (known := self._known) is None or known[:2] != (stamp, now.state.of_faces):
                places = self._read(connection, now)
                known = self._known = (stamp, now.state.of_faces, points.scaled(places))
            return known[2]

    def _read(self, connection: Connection, now: Snapshot) -> Places:
        found = drawn.load(self._folder, now.state.identity)
        if found is None:
            return Places.nowhere(len(now))
        is_same = found.state == now.state.of_faces
        marks = None if is_same else drawn.marks_of(self._current.vectors(connection, now).matrix)
        return found.seen_by(now.face_ids, marks)

    def _by_themselves(self, now: Snapshot, at: Ids, vectors: Floats) -> Steps:
        """These faces in places of their own, made while one waits, for one at a time."""
        key = (now.state.of_faces, hashlib.sha256(at.tobytes()).digest())
        with self._placing:
            if key not in self._alone:
                self._alone[key] = points.scaled(placing.placed(vectors[at]))
                while len(self._alone) > KEPT:
                    self._alone.popitem(last=False)
            self._alone.move_to_end(key)
            return self._alone[key]


class _Found(NamedTuple):
    """The positions in the snapshot of the faces that match and have a place, and where; so many more have none yet."""

    now: Snapshot
    at: Ids
    steps: Steps
    lacking: int

    @classmethod
    def of(cls, now: Snapshot, at: Ids, steps: Steps) -> Self:
        there = np.flatnonzero(steps.there)
        return cls(now, at[there], steps.of(there), int(np.count_nonzero(steps.lacking)))

    @property
    def faces(self) -> NDArray[np.uint32]:
        """Their numbers, rising."""
        return self.now.face_ids[self.at].astype(np.uint32)

    @property
    def stamp(self) -> str:
        return self.now.state.stamp


def _check(count: int) -> None:
    if count > ALONE:
        raise TooMany(
            f"{count:,} faces are too many for a map of their own: up to {ALONE:,} are laid out while you wait. Narrow "
            "the query, or look at them on the map of all faces."
        )


def _matching(now: Snapshot, asked: Asked) -> Ids:
    if asked.query is None:
        return np.arange(len(now))
    tree = parsed(asked.query).tree
    confidence = tree.confidence(now.columns) if asked.precision is not None else np.empty(0, np.float32)
    return bits.positions(ranking.matching(now, tree, confidence, asked.precision), len(now))


def _decided(now: Snapshot, at: Ids) -> Mask:
    """bool[40, m]: which attributes those faces have."""
    return np.stack([bits.contains(now.columns.at_threshold(name), at) for name in ATTRIBUTES])
