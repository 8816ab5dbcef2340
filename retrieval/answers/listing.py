"""All faces of an answer in their order, as numbers and nothing more: what one scrolls through. The last few answers
are kept for as long as the library stays as it is. It reads no table.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from retrieval.answers import ranking
from retrieval.answers.ranking import Sort
from retrieval.columns.bits import Ids
from retrieval.columns.codes import Floats
from retrieval.language.query import Parsed
from retrieval.tables.generation import State
from retrieval.tables.snapshot import Snapshot

KEPT = 4  # answers, of 12 bytes a face


class Asked(NamedTuple):
    """A question (None is every face), the order of its answer, and the precision that is wanted, if one is."""

    query: Parsed | None
    sort: Sort
    precision: float | None


class Listing(NamedTuple):
    """`faces` int64[n] by number, each with its score, float32[n]; all of one `generation`."""

    faces: Ids
    scores: Floats
    generation: int


class Listings:
    """The last answers by their questions. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[object, ...], Listing] = OrderedDict()

    def of(self, now: Snapshot, asked: Asked) -> Listing:
        """The answer out of `now`, listed once however many ask for it."""
        return self.made(now.state, asked, lambda: _listed(now, asked))

    def made(self, state: State, asked: Asked, make: Callable[[], Listing]) -> Listing:
        """The answer in that state, made by `make` if it is not kept."""
        key = _key(state, asked)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make()
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return self._kept[key]

    def forget(self) -> None:
        """Lets go of all of them."""
        with self._lock:
            self._kept.clear()


def _key(state: State, asked: Asked) -> tuple[object, ...]:
    return state, asked.query and asked.query.text, asked.sort, asked.precision


def _listed(now: Snapshot, asked: Asked) -> Listing:
    tree = None if asked.query is None else asked.query.tree
    confidence = np.ones(len(now), np.float32) if tree is None else tree.confidence(now.columns)
    words = ranking.matching(now, tree, confidence, asked.precision)
    page = ranking.page(now, words, confidence, asked.sort, 0, None)
    return Listing(now.face_ids[page.positions], page.scores, now.state.generation)
