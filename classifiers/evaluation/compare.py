"""Whether one model is better than another on the same images: differences, and how sure they are.

Works on decisions and probabilities; knows nothing of networks, files or pictures.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest  # type: ignore[import-untyped]

BINS = 10  # of a reliability diagram: wide enough that a rare attribute's have faces in them
DRAWS = 10_000  # resamples; the interval's ends are then sure to about a fiftieth of its width


class Difference(NamedTuple):
    """A difference of accuracies, its 95 % interval, and how often chance alone would show one as large."""

    difference: float
    low: float
    high: float
    p: float


class Bin(NamedTuple):
    """Faces of like probability: their mean probability, the share that has the attribute, and how many they are."""

    probability: float
    share: float
    faces: int


def accuracy_difference(first: NDArray[np.bool_], second: NDArray[np.bool_], seed: int = 0) -> Difference:
    """How much more often the second is right, where [N, 40] say which decisions were: a paired bootstrap over images.

    Images are drawn, not decisions, since the 40 of one image go wrong together (Efron and Tibshirani 1993, ch. 13).
    """
    per_image = second.mean(1) - first.mean(1)
    difference = float(per_image.mean())
    random = np.random.default_rng(seed)
    shares = np.full(len(per_image), 1 / len(per_image))
    drawn = np.concatenate(
        [random.multinomial(len(per_image), shares, DRAWS // 20) @ per_image for _ in range(20)]
    ) / len(per_image)
    low, high = np.quantile(drawn, (0.025, 0.975)).tolist()
    beyond = min((drawn <= 0).sum(), (drawn >= 0).sum())
    return Difference(difference, low, high, min(1.0, 2 * (1 + int(beyond)) / (1 + DRAWS)))


def mcnemar(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    """The p-value of McNemar's exact test, where [N] say which decisions of one attribute were right; 1 for equals."""
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    if only_first + only_second == 0:
        return 1.0
    return float(binomtest(only_first, only_first + only_second).pvalue)


def holm(p: list[float]) -> list[float]:
    """p-values of several tests as if there were one: the chance that any so small appears among them (Holm 1979)."""
    order = np.argsort(p, kind="stable")
    raised = np.minimum(1, np.maximum.accumulate(np.array(p)[order] * np.arange(len(p), 0, -1)))
    adjusted = np.empty(len(p))
    adjusted[order] = raised
    return adjusted.tolist()


def reliability(probabilities: NDArray[np.float32], labels: NDArray[np.bool_]) -> list[Bin]:
    """The bins of a reliability diagram that hold faces, for probabilities and labels of one shape."""
    p, true = probabilities.ravel().astype(np.float64), labels.ravel()
    number = np.minimum((p * BINS).astype(np.int64), BINS - 1)
    faces = np.bincount(number, minlength=BINS)
    sums, trues = np.bincount(number, p, BINS), np.bincount(number, true, BINS)
    return [Bin(float(sums[i] / faces[i]), float(trues[i] / faces[i]), int(faces[i])) for i in np.flatnonzero(faces)]
