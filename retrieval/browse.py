"""Over the faces that match a query: when, where and with what they were taken, in which folders they lie, and how sure
the model is of an attribute. Made by `Library.browse`; each answer is of the newest state, out of its columns alone.
"""

import os
from typing import NamedTuple

import numpy as np

from retrieval.answers import cameras, places, thresholds, timeline
from retrieval.answers.cameras import Cameras
from retrieval.answers.places import Places, View
from retrieval.answers.thresholds import Distribution
from retrieval.answers.timeline import Timeline, Unit
from retrieval.attributes import ATTRIBUTES
from retrieval.columns.bits import Ids
from retrieval.columns.columns import Columns
from retrieval.columns.folders import Level
from retrieval.current import Current
from retrieval.errors import ColumnsTooLarge, UnknownAttribute
from retrieval.language.query import Parsed, parsed

WORLD = View()


class Known(NamedTuple):
    """Whether any photograph says when, by what, and where it was taken, in the library's state of that generation."""

    generation: int
    dates: bool
    cameras: bool
    places: bool


class Browse:
    """Every method takes a query, as text or read already; None is all faces. QueryError."""

    def __init__(self, current: Current) -> None:
        self._current, self._snapshot = current, current.snapshot

    def known(self) -> Known:
        """What can be asked for at all: nothing, where the columns do not fit into memory."""
        try:
            now = self._snapshot()
        except ColumnsTooLarge:
            return Known(self._current.state().generation, False, False, False)
        taken, camera, north, _ = (bool(np.isfinite(row).any()) for row in now.columns.photographs.sayings.table)
        return Known(now.state.generation, taken, camera, north)

    def timeline(self, query: str | Parsed | None = None, unit: Unit | None = None) -> Timeline:
        """How many faces a day, a month or a year, and how many have no date; without a `unit`, in one that fits."""
        columns, counts = self._counted(query)
        return timeline.timeline(columns.photographs.sayings, counts, unit)

    def folders(self, query: str | Parsed | None = None, under: str = "/") -> Level:
        """What lies in the folder `under`: a level of the tree, with the faces in each of its folders at any depth."""
        columns, counts = self._counted(query)
        return columns.photographs.folders.level(counts, os.fsencode(under.rstrip("/") + "/"))

    def cameras(self, query: str | Parsed | None = None) -> Cameras:
        """How many faces were taken by each camera."""
        columns, counts = self._counted(query)
        return cameras.cameras(columns.photographs.sayings, counts)

    def places(self, query: str | Parsed | None = None, view: View = WORLD) -> Places:
        """How many faces were taken where, as far as a part of the world shows; ValueError for a view that is none."""
        columns, counts = self._counted(query)
        return places.places(columns.photographs.sayings, counts, view)

    def distribution(self, attribute: str, query: str | Parsed | None = None) -> Distribution:
        """How an attribute's probabilities lie, and what each threshold would find; UnknownAttribute."""
        if attribute not in ATTRIBUTES:
            raise UnknownAttribute(attribute)
        return thresholds.distribution(
            self._snapshot().columns, None if query is None else parsed(query).tree, attribute
        )

    def _counted(self, query: str | Parsed | None) -> tuple[Columns, Ids]:
        """The columns, and of each photograph how many of its faces match, int64[m]."""
        columns = self._snapshot().columns
        photographs = columns.photographs
        if query is None:
            return columns, photographs.faces
        return columns, photographs.counted(parsed(query).tree.bits(columns))
