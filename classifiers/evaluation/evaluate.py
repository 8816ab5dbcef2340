"""How good a model is: the figures of its probabilities and decisions.

Knows nothing of how the model was trained, nor of the network that gave them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_fscore_support

from classifiers.cards.consistency import RULES, contradictions
from retrieval.attributes import ATTRIBUTES

BINS = 15  # of equal width, as in Guo et al. 2017
FIGURES = ("precision", "recall", "f1")


@dataclass(frozen=True, slots=True)
class AttributeFigures:
    """One attribute's figures at its threshold, which `average_precision` and `expected_calibration_error` do not
    need. `support` counts true labels.
    """

    accuracy: float
    balanced_accuracy: float
    precision: float
    recall: float
    f1: float
    average_precision: float
    expected_calibration_error: float
    support: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A model's figures over some images: means over the 40 attributes, and each attribute's own.

    `calibration_noise` is the mean calibration error that a perfect model would have on as many images.
    `contradictory` and `contradictory_labels` are the shares of rows that break a rule of
    `classifiers.cards.consistency`, `broken` in how many rows decisions break each rule.
    """

    images: int
    attributes: dict[str, AttributeFigures]
    calibration_noise: float
    contradictory: float
    contradictory_labels: float
    broken: dict[str, int]

    @property
    def accuracy(self) -> float:
        """The share of right decisions over images x 40."""
        return self.macro("accuracy")

    @property
    def balanced_accuracy(self) -> float:
        """The mean over attributes of the mean of both classes' recalls."""
        return self.macro("balanced_accuracy")

    @property
    def macro_f1(self) -> float:
        return self.macro("f1")

    @property
    def mean_average_precision(self) -> float:
        return self.macro("average_precision")

    def weighted(self, figure: str) -> float:
        """The mean of a figure over attributes, each weighted by its true labels, as scikit-learn's "weighted"."""
        supports = self.each("support")
        return float(np.average(self.each(figure), weights=supports)) if supports.any() else 0.0

    def macro(self, figure: str) -> float:
        """The mean of a figure over the attributes, each counting the same."""
        return float(self.each(figure).mean())

    def each(self, figure: str) -> NDArray[np.float64]:
        """A figure of each attribute, float64[40]."""
        return np.array([getattr(f, figure) for f in self.attributes.values()], np.float64)

    def as_json(self) -> dict[str, Any]:
        """The figures in the form of the command line's contract, without model and split."""
        return {
            "images": self.images,
            "accuracy": self.accuracy,
            "balanced_accuracy": self.balanced_accuracy,
            "macro_f1": self.macro_f1,
            "macro": {name: self.macro(name) for name in FIGURES},
            "weighted": {name: self.weighted(name) for name in FIGURES},
            "mean_average_precision": self.mean_average_precision,
            "expected_calibration_error": self.macro("expected_calibration_error"),
            "expected_calibration_error_of_a_perfect_model": self.calibration_noise,
            "contradiction_rate": self.contradictory,
            "contradiction_rate_of_labels": self.contradictory_labels,
            "contradictions": self.broken,
            "attributes": {
                name: {field: getattr(figures, field) for field in figures.__slots__}
                for name, figures in self.attributes.items()
            },
        }


def summary(sets: Mapping[str, Evaluation], chosen: str) -> dict[str, Any]:
    """The figures at the `chosen` set of thresholds as JSON, and in a few words those at each set."""
    own = ("accuracy", "balanced_accuracy", "macro_f1")
    each = {
        name: {**{figure: getattr(found, figure) for figure in own}, "contradiction_rate": found.contradictory}
        for name, found in sets.items()
    }
    return {**sets[chosen].as_json(), "thresholds": chosen, "sets": each}


def evaluate(
    probabilities: NDArray[np.float32], labels: NDArray[np.bool_], thresholds: NDArray[np.float64]
) -> Evaluation:
    """The figures of probabilities [N, 40] against labels [N, 40], decided "at or above" thresholds [40]."""
    decided = probabilities >= thresholds
    precision, recall, f1, support = precision_recall_fscore_support(labels, decided, zero_division=0)
    figures = {}
    for i, name in enumerate(ATTRIBUTES):
        truth, right = labels[:, i], decided[:, i] == labels[:, i]
        recalls = [right[truth == value].mean() for value in (True, False) if (truth == value).any()]
        figures[name] = AttributeFigures(
            accuracy=float(right.mean()),
            balanced_accuracy=float(np.mean(recalls)),
            precision=float(precision[i]),
            recall=float(recall[i]),
            f1=float(f1[i]),
            average_precision=float(average_precision_score(truth, probabilities[:, i])) if truth.any() else 0.0,
            expected_calibration_error=expected_calibration_error(probabilities[:, i], truth),
            support=int(support[i]),
        )
    broken = contradictions(decided)
    return Evaluation(
        images=len(labels),
        attributes=figures,
        calibration_noise=float(np.mean([calibration_noise(column) for column in probabilities.T])),
        contradictory=float(broken.any(1).mean()),
        contradictory_labels=float(contradictions(labels).any(1).mean()),
        broken={rule.name: int(rows) for rule, rows in zip(RULES, broken.sum(0), strict=True)},
    )


def expected_calibration_error(probabilities: NDArray[np.float32], labels: NDArray[np.bool_]) -> float:
    """How far probabilities [N] are from the shares of true labels [N], in 15 bins of equal width, each bin counting as
    often as it has faces (Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural networks", ICML 2017).
    """
    off = np.bincount(_bins(probabilities), probabilities.astype(np.float64) - labels, BINS)
    return float(np.abs(off).sum() / max(1, len(labels)))


def calibration_noise(probabilities: NDArray[np.float32]) -> float:
    """The calibration error to expect where every probability of [N] is exactly right, since labels are drawn.

    A bin's labels then differ from their mean by a normal variate, whose mean size is sqrt(2 / pi) of its deviation.
    """
    p = probabilities.astype(np.float64)
    variance = np.bincount(_bins(probabilities), p * (1 - p), BINS)
    return float(np.sqrt(2 / np.pi * variance).sum() / max(1, len(p)))


def _bins(probabilities: NDArray[np.float32]) -> NDArray[np.int64]:
    return np.minimum((probabilities.astype(np.float64) * BINS).astype(np.int64), BINS - 1)
