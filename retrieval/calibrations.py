"""The model's calibration moved to one's own photographs, attribute by attribute, by what was judged in reviews.

Made by `Library.calibrations`. Only reviews of a single attribute count: of `Smiling AND Male` a no does not say of
which, and the yeses alone are no fair sample; nor are corrections, which people make where they see a mistake.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection

from retrieval.columns.bits import Mask
from retrieval.columns.codes import Floats, bound
from retrieval.columns.moves import Move
from retrieval.errors import NothingToReview
from retrieval.language.nodes import Not, Term
from retrieval.language.query import Parsed, parsed
from retrieval.reviewing import calibration
from retrieval.reviewing.calibration import Evidence
from retrieval.reviewing.statement import Card, Sample, answered, look_of_both
from retrieval.reviewing.strata import Stratum
from retrieval.tables import models, recalibrations, reviews
from retrieval.tables.actions import Action
from retrieval.tables.records import Model
from retrieval.tables.reviews import KINDS, Review
from retrieval.writing import recalibrating
from retrieval.writing.corrections import attribute
from retrieval.writing.recalibrating import Moved

Opened = Callable[[], AbstractContextManager[Connection]]


class Proposal(NamedTuple):
    """What would be `moved`, by which the faces that were left out are judged `better` or not; how many faces would
    have the attribute that had not, `gained`, and the other way round, `lost`; `threshold` is the model's. `standing`
    is the move that holds already.
    """

    moved: Moved
    better: bool
    gained: int
    lost: int
    threshold: float
    standing: Move | None


class Calibrations:
    """Those of one open library: `reading` and `editing` open its transactions."""

    def __init__(self, reading: Opened, editing: Opened) -> None:
        self._reading = reading
        self._editing = editing

    def standing(self) -> dict[str, Move]:
        """The attributes whose calibration is moved, and how."""
        with self._reading() as connection:
            return recalibrations.standing(connection)

    def proposal(self, name: str) -> Proposal:
        """What the reviews of an attribute say of its calibration; it changes nothing. UnknownAttribute, and
        NothingToReview where too little was judged.
        """
        name = attribute(name)
        with self._reading() as connection:
            return _proposal(connection, name)

    def told_by(self, query: str | Parsed) -> str | None:
        """The attribute of whose calibration a review of that question tells something; None for any other question."""
        asked = _asked(parsed(query))
        return asked and asked[0]

    def move(self, proposal: Proposal) -> Action:
        """Moves it as was proposed, whatever was judged since. LibraryBusy."""
        with self._editing() as connection:
            return recalibrating.recalibrate(connection, proposal.moved)


def _proposal(connection: Connection, name: str) -> Proposal:
    model = models.current(connection)
    parts = [] if model is None else [*_evidence(connection, name, model)]
    if model is None or not parts:
        raise NothingToReview(
            f"Too little was judged of {name}: review `{name}`, at least 50 faces that match and 50 that do not."
        )
    evidence = Evidence(*(np.concatenate(values) for values in zip(*parts, strict=True)))
    fit, checked = Move(*calibration.fitted(evidence)), calibration.check(evidence)
    moved = Moved(name, model.fingerprint, fit, len(evidence.right), checked.before, checked.after)
    standing = recalibrations.standing(connection).get(name)
    threshold = model.thresholds[name]
    said = recalibrations.uncorrected(connection, name)
    now, then = (_decided(said, move, threshold) for move in (standing, fit))
    sides = int((then & ~now).sum()), int((now & ~then).sum())
    return Proposal(moved, checked.better, *sides, threshold, standing)


def _decided(said: Floats, move: Move | None, threshold: float) -> Mask:
    found: Mask = (said if move is None else move.of(said)) >= bound(">=", threshold)
    return found


def _evidence(connection: Connection, name: str, model: Model) -> Iterator[Evidence]:
    """Of each review of that attribute that says something of all faces."""
    for review in reviews.listed(connection):
        if review.model == model.fingerprint and (wanted := _asks(review, name)) is not None:
            hits, misses = (_sample(connection, review, kind) for kind in KINDS)
            if look_of_both(hits, misses) is not None:
                for sample in (hits, misses):
                    yield _judged(connection, review, name, sample, wanted)


def _asks(review: Review, name: str) -> bool | None:
    """Whether the faces are to have the attribute or not; None where it asks for something else."""
    asked = _asked(parsed(review.query))
    return asked[1] if asked is not None and asked[0] == name else None


def _asked(query: Parsed) -> tuple[str, bool] | None:
    """The one attribute that is asked for, and whether faces are to have it; None for any other question."""
    tree = query.tree
    term = tree.child if isinstance(tree, Not) else tree
    return (term.name, term is tree) if isinstance(term, Term) and term.operator in (None, ">", ">=") else None


def _sample(connection: Connection, review: Review, kind: reviews.Kind) -> Sample:
    parts = (part for part in reviews.strata(connection, review.id) if part.kind == kind)
    return Sample(
        tuple(Stratum(part.faces, part.certainty) for part in parts), reviews.cards(connection, review.id, kind)
    )


def _judged(connection: Connection, review: Review, name: str, sample: Sample, wanted: bool) -> Evidence:
    """The clear ones of which nobody had said anything before: what is said of these is no matter of calibration."""
    predicted = recalibrations.predicted(connection, review.id, name)
    cards = [card for card in answered(sample) if card.answer != "unsure" and card.face in predicted]
    strata = np.array([card.stratum for card in cards], np.int64)
    faces = np.array([stratum.faces for stratum in sample.strata], np.float64)
    seen = np.bincount(strata, minlength=len(faces))
    probability = np.array([predicted[card.face] for card in cards], np.float64)
    right = np.array([_has(card, wanted) for card in cards], np.bool_)
    return Evidence(probability, right, (faces / np.maximum(seen, 1))[strata])


def _has(card: Card, wanted: bool) -> bool:
    return (card.answer == "yes") == wanted
