"""A model's probabilities moved to a collection: their log-odds shifted and stretched, as J. Platt does it
(Probabilistic outputs for support vector machines, 1999). It rises, so the order of faces stays.

It is computed with 64 bits and kept with 32, the same way for a column and for one number: so it decides alike in
memory and in SQL, and of two float32 the greater never becomes the smaller. What is 0 or 1 stays so.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.columns.codes import Floats


class Move(NamedTuple):
    """`shift` is added to `slope` (above 0) times the log-odds."""

    shift: float
    slope: float

    def of(self, probabilities: Floats) -> Floats:
        """float32[n] of float32[n]."""
        moved: Floats = expit(self.shift + self.slope * log_odds(probabilities)).astype(np.float32)
        return moved


def moved(probability: float, shift: float, slope: float) -> float:
    """What SQL calls `moved`: of one number."""
    return float(Move(shift, slope).of(np.array([probability], np.float32))[0])


def log_odds(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    p = np.asarray(probabilities, np.float64)
    with np.errstate(divide="ignore"):
        found: NDArray[np.float64] = np.log(p / (1 - p))
    return found


def expit(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(over="ignore"):
        found: NDArray[np.float64] = 1 / (1 + np.exp(-log_odds))
    return found
