"""What another threshold would do: how the probabilities of one attribute lie among the matching faces, and for every
threshold how many there would be, and how many of them right.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.columns import bits
from retrieval.columns.codes import Floats, bound
from retrieval.columns.columns import Columns
from retrieval.language.nodes import Query, Term

STEPS = 1000  # thresholds are told apart by a thousandth
BLOCK = 1 << 16  # faces at a time, so that what is computed of them stays in the processor's cache


class Cut(NamedTuple):
    """A condition on the attribute, how many `faces` match with it, and how many are expected to be `right`."""

    condition: str
    faces: int
    right: float


class Distribution(NamedTuple):
    """Of the `total` faces that match without a condition on the attribute: `above` int64[1001], how many have a
    probability > k / 1000, and `right_above` float64[1001], how many of these are expected to be right (as
    `answers.estimate` has it: of all conditions together); `right_below` those that are not above, of which it is
    expected to be wrong. `standard` is the model's own decision.
    """

    attribute: str
    total: int
    above: NDArray[np.int64]
    right_above: NDArray[np.float64]
    right_below: NDArray[np.float64]
    standard: Cut
    threshold: float


def distribution(columns: Columns, tree: Query | None, name: str) -> Distribution:
    """Of the faces that match `tree` (None: of all)."""
    p, confidence = _of_matching(columns, tree, name)
    above, right, certain = (_above(values) for values in _by_cell(p, confidence))
    wrong = (certain[0] - right[0]) - (certain - right)
    threshold = columns.thresholds[name]
    decided = p >= bound(">=", threshold)
    standard = Cut(name, int(decided.sum()), float((confidence * p)[decided].sum(dtype=float)))
    return Distribution(name, len(p), above[1:].astype(np.int64), right[1:], wrong[1:], standard, threshold)


def _of_matching(columns: Columns, tree: Query | None, name: str) -> tuple[Floats, Floats]:
    """The attribute's probabilities float32[k] of the faces that match, and how sure it is that they do."""
    if tree is None:
        return columns.of(name), np.ones(len(columns), np.float32)
    at = bits.positions(tree.bits(columns), len(columns))
    return Term(name).confidence(columns, at), tree.confidence(columns, at)


def _by_cell(p: Floats, confidence: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """float64[1002] each: how many faces are above exactly so many of the thresholds, how many of them are expected to
    be right with the attribute, and without it.
    """
    edges = np.array([bound(">", step / STEPS) for step in range(STEPS + 1)], np.float32)
    found = np.zeros((3, STEPS + 2))
    for start in range(0, len(p), BLOCK):
        values, sure = p[start : start + BLOCK], confidence[start : start + BLOCK]
        cells = _cells(values, edges)
        for row, weights in zip(found, (None, sure * values, sure), strict=True):
            row += np.bincount(cells, weights, STEPS + 2)
    return found[0], found[1], found[2]


def _cells(values: Floats, edges: Floats) -> NDArray[np.int64]:
    """How many of the edges are at or below each value, as np.searchsorted has it: guessed, and set right by one."""
    guess = np.clip((values * STEPS).astype(np.int64), 0, STEPS)
    cells: NDArray[np.int64] = guess + (values >= edges[guess])
    cells -= (values < edges[np.maximum(cells - 1, 0)]) & (cells > 0)
    return cells


def _above(by_cell: NDArray[np.float64]) -> NDArray[np.float64]:
    """What lies in each cell or a later one."""
    summed: NDArray[np.float64] = np.cumsum(by_cell[::-1])[::-1]
    return summed
