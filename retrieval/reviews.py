"""Reviews of answers: a person judges a random sample, and gets to know how good all of it is, on this collection.

Made by `Library.reviews`. A review is one action that `Library.undo` takes back; what was judged is kept face by face,
so one goes on where one was.
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection

from retrieval.answers import ranking
from retrieval.columns import bits
from retrieval.columns.bits import Ids, Mask
from retrieval.columns.codes import Floats
from retrieval.errors import NothingToReview
from retrieval.language.nodes import Not, Term, leaves
from retrieval.language.query import Parsed, parsed
from retrieval.reviewing import strata
from retrieval.reviewing.statement import Answer, Sample, Statement, reached, sequence, stated
from retrieval.reviewing.strata import Drawn, Stratum
from retrieval.tables import models, reviews
from retrieval.tables.actions import Action
from retrieval.tables.reviews import Kind, Review
from retrieval.tables.snapshot import Snapshot
from retrieval.writing import corrections, reviewing

Opened = Callable[[], AbstractContextManager[Connection]]


class Progress(NamedTuple):
    """How far a review is: clear judgements of hits and of misses, at how many something is said next (None: never any
    more), the faces `to_judge` in order and those that were judged, the last one first.
    """

    hits: tuple[int, int | None]
    misses: tuple[int, int | None]
    to_judge: list[int]
    judged: list[int]


class Reviews:
    """The reviews of one open library: `reading` and `editing` open its transactions, `state` gives the snapshot that a
    transaction sees. Whatever changes them raises LibraryBusy, and NoSuchReview for a number that is none.
    """

    def __init__(self, reading: Opened, editing: Opened, state: Callable[[Connection], Snapshot]) -> None:
        self._reading = reading
        self._editing = editing
        self._state = state

    def listed(self) -> list[Review]:
        """Every review, the last one first."""
        with self._reading() as connection:
            return reviews.listed(connection)

    def named(self, number: int) -> Review:
        with self._reading() as connection:
            return reviews.named(connection, number)

    def of(self, query: str | Parsed, precision: float | None = None) -> Review | None:
        """The last one of that question, however it is written; None where there is none."""
        meant = _meaning(query) if isinstance(query, str) else str(query.tree)
        same = (one for one in self.listed() if one.precision == precision and _meaning(one.query) == meant)
        return next(same, None)

    def begin(self, query: str | Parsed, precision: float | None = None, seed: int | None = None) -> Review:
        """Draws the faces of a new review. With `precision` it is of the surest alone, as `Library.find` has it.
        QueryError, NothingToReview.
        """
        asked = parsed(query)
        if not any(isinstance(leaf, Term) for leaf in leaves(asked.tree)):
            raise NothingToReview("What is asked is simply so or not: there is no attribute in it to judge faces by.")
        seed = secrets.randbits(31) if seed is None else seed
        with self._editing() as connection:
            now = self._state(connection)
            found, certainty = _matching(now, asked, precision)
            if not found.any():
                raise NothingToReview("No face matches, so there is none to judge.")
            others = ~found & (certainty > 0)  # what cannot be is no near miss
            parts: dict[Kind, tuple[list[int], Drawn]] = {
                "hit": _drawn(now, certainty, found, strata.HITS, seed),
                "miss": _drawn(now, certainty, others, strata.MISSES, seed + 1),
            }
            kept = reviewing.Asked(asked.text, precision, seed, _checksum(now.face_ids[found]))
            return reviews.named(connection, reviewing.begin(connection, kept, parts))

    def judge(self, number: int, answers: Mapping[int, Answer | None]) -> None:
        """Keeps what is said of drawn faces, by their numbers: "yes", "no", "unsure", or None to take it back.
        NoSuchFace for one that was not drawn.
        """
        with self._editing() as connection:
            reviews.named(connection, number)
            reviewing.judge(connection, number, answers)

    def single(self, query: str | Parsed) -> tuple[str, bool] | None:
        """The one attribute that is asked for, and whether faces are to have it; None for any other question."""
        tree = parsed(query).tree
        term = tree.child if isinstance(tree, Not) else tree
        return (term.name, term is tree) if isinstance(term, Term) and term.operator is None else None

    def keep(self, number: int, face: int, answer: Answer) -> Action | None:
        """Says what was judged of a face as a correction too, where one attribute was asked for; it changes the answer.
        None where nothing is new.
        """
        with self._editing() as connection:
            asked = self.single(reviews.named(connection, number).query)
            if asked is None or answer == "unsure":
                return None
            name, wanted = asked
            return corrections.correct(connection, [face], {name: wanted == (answer == "yes")}, " in a review")

    def progress(self, number: int) -> Progress:
        with self._reading() as connection:
            reviews.named(connection, number)
            hits, misses = _sample(connection, number, "hit"), _sample(connection, number, "miss")
        cards = sequence(hits, misses)
        coming = [card.face for card in cards if card.answer is None]
        judged = [card.face for card in reversed(cards) if card.answer is not None]
        return Progress(reached(hits), reached(misses), coming, judged)

    def statement(self, number: int) -> Statement:
        """What the review says by now."""
        with self._reading() as connection:
            review = reviews.named(connection, number)
            hits, misses = _sample(connection, number, "hit"), _sample(connection, number, "miss")
        return stated(hits, misses, review.seed)

    def since(self, number: int) -> list[str]:
        """What has changed since it was begun, sentences: of that the review says nothing."""
        with self._reading() as connection:
            review, model, now = reviews.named(connection, number), models.current(connection), self._state(connection)
        found, _ = _matching(now, parsed(review.query), review.precision)
        changed = []
        if model is not None and model.fingerprint != review.model:
            changed.append("Another model has tagged the faces since.")
        if _checksum(now.face_ids[found]) != review.checksum:
            changed.append(f"The answer has changed since: it was {review.hits:,} faces, and is {int(found.sum()):,}.")
        return changed


@lru_cache(1024)
def _meaning(query: str) -> str:
    """What it asks, however it is written: a page asks for each saved search whether it was reviewed."""
    return str(parsed(query).tree)


def _matching(now: Snapshot, asked: Parsed, precision: float | None) -> tuple[Mask, Floats]:
    """bool[n]: what matches; float[n]: how certain that is."""
    certainty = asked.tree.confidence(now.columns)
    return bits.unpack(ranking.matching(now, asked.tree, certainty, precision), len(now)), certainty


def _drawn(now: Snapshot, certainty: Floats, which: Mask, count: int, seed: int) -> tuple[list[int], Drawn]:
    """The numbers of the faces drawn out of `which`, bool[n], and how they were."""
    places = np.flatnonzero(which)
    sample = Drawn.of(certainty[places].astype(np.float64), count, strata.MOST, seed)
    return now.face_ids[places[sample.positions]].tolist(), sample


def _sample(connection: Connection, number: int, kind: Kind) -> Sample:
    parts = tuple(
        Stratum(part.faces, part.certainty) for part in reviews.strata(connection, number) if part.kind == kind
    )
    return Sample(parts, reviews.cards(connection, number, kind))


def _checksum(faces: Ids) -> str:
    return hashlib.sha256(np.ascontiguousarray(faces, "<i8").tobytes()).hexdigest()
