"""How good an answer is expected to be: its precision and recall, out of the faces' own calibrated probabilities.

A face's confidence is the probability that the query is true of it, so a sum of confidences is an expected number of
right faces. Attributes that go together do so in each face's probabilities: no attribute's precision is multiplied
by another's. It holds for photographs like those that the model was calibrated on.
"""

from typing import NamedTuple

import numpy as np

from retrieval.columns.bits import Mask
from retrieval.columns.codes import Floats


class Expected(NamedTuple):
    """In 0..1. `precision` of an empty answer and `recall` where nothing can be found are None. `least` is the lowest
    confidence in the answer.
    """

    precision: float | None
    recall: float | None
    least: float | None


def expected(found: Floats, every: Floats) -> Expected:
    """What is to be expected of faces with these confidences, among all faces with those, float32[n]."""
    right, there = found.sum(dtype=float), every.sum(dtype=float)
    return Expected(
        precision=float(right / len(found)) if len(found) else None,
        recall=float(right / there) if there else None,
        least=float(found.min()) if len(found) else None,
    )


def surest(confidence: Floats, precision: float) -> Mask:
    """bool[n]: the most faces, the surest first, of which `precision` (0..1) or more are expected to be right.

    Equally sure faces are kept or left out together, so a least confidence describes the result.
    """
    falling = np.sort(confidence.astype(np.float64))[::-1]
    means = np.cumsum(falling) / np.arange(1, len(falling) + 1)
    last_of_equals = np.append(falling[1:] != falling[:-1], True)[: len(falling)]
    enough = np.flatnonzero((means >= precision) & last_of_equals)
    least = falling[enough[-1]] if len(enough) else np.inf
    kept: Mask = confidence >= least
    return kept
