"""Where to cut calibrated probabilities: three sets of thresholds, each best for another purpose.

All follow from the probabilities alone, of faces like those that will be asked about, and need no labels: what is
known of the labels is in the calibration already, and a threshold fitted to the few labels of a rare attribute does
worse on others (`python benchmarks/thresholds.py CELEBA`). Knows nothing of networks or files.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Thresholds = tuple[float, ...]

ACCURACY, F1, COUNTS = "accuracy", "f1", "counts"
FOR_FIND = COUNTS
"""The set that a query's plain word is decided by: its answers are neither too many nor too few."""
RULES = {
    ACCURACY: "one half, the most right decisions",
    F1: "the highest expected F1 over the validation partition",
    COUNTS: "as many faces as the probabilities add up to over the validation partition",
}


def threshold_sets(probabilities: NDArray[np.float32]) -> dict[str, Thresholds]:
    """The three sets, 40 thresholds each, from calibrated probabilities [N, 40]."""
    return {
        ACCURACY: (0.5,) * probabilities.shape[1],
        F1: _each(highest_expected_f1, probabilities),
        COUNTS: _each(as_many_as_expected, probabilities),
    }


def described(name: str) -> str:
    """A set's name and rule, as a card says it."""
    return f"{name}: {RULES[name]}"


def _each(rule: Callable[[NDArray[np.float32]], float], probabilities: NDArray[np.float32]) -> Thresholds:
    return tuple(rule(column) for column in probabilities.T)


def as_many_as_expected(probabilities: NDArray[np.float32]) -> float:
    """At or above it lie as many of [N] as their sum, the expected number of faces that have the attribute.

    So counts are right on average, which thresholds for accuracy (too few of a rare attribute) or F1 (too many of a
    hard one) do not give.
    """
    return _cut(probabilities, round(float(probabilities.sum(dtype=np.float64))))


def highest_expected_f1(probabilities: NDArray[np.float32]) -> float:
    """At or above it, 2 x expected true positives / (found + expected positives) is highest (Lipton, Elkan,
    Naryanaswamy, "Optimal thresholding of classifiers to maximize F1 measure", ECML 2014).
    """
    falling = np.sort(probabilities.astype(np.float64))[::-1]
    if not falling.sum():
        return 1.0
    found = np.arange(1, len(falling) + 1)
    return _cut(probabilities, int(np.argmax(falling.cumsum() / (found + falling.sum()))) + 1)


def _cut(probabilities: NDArray[np.float32], count: int) -> float:
    """At or above it lie `count` of [N], where no two are equal: halfway between two, 1 or just above all for none."""
    falling = np.append(np.sort(probabilities.astype(np.float64))[::-1], 0.0)
    if count == 0:
        return float(min(1.0, np.nextafter(falling[0], 2)))
    return float((falling[count - 1] + falling[count]) / 2)
