"""Which calibration: fitted on CelebA's validation partition, measured on its test partition.

    python benchmarks/calibration.py ../shared/celeba

The shipped way (Platt's, moved to the base rates of training and validation labels together) against its peers in the
same run: none, one temperature for all (Guo et al. 2017), a temperature an attribute, Platt's alone, isotonic
regression. Calibration errors with 15 bins of equal width; beside each the error that a perfect model would have. The
last row is no choice but a bound: Platt's fitted to one half of the test partition and measured on the other, and the
other way round, as if annotators had not drifted from one partition to the next.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import setting
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, log_loss
from threadpoolctl import threadpool_limits

from classifiers.cards.card import Calibration
from classifiers.evaluation.calibrate import base_rates, calibrate
from classifiers.evaluation.evaluate import calibration_noise, expected_calibration_error
from classifiers.sets import celeba
from classifiers.tagger import Tagger

Floats = NDArray[np.float32]
Calibrated = Callable[[Floats], Floats]


def main() -> None:
    arguments = setting.parser(__doc__).parse_args()
    tagger, data = Tagger.load(arguments.model, "cpu"), celeba.load(arguments.celeba)
    logits, labels = predicted(tagger, data.split("val"), arguments.cache)
    with threadpool_limits(1):
        ways = fitted(logits, labels, base_rates(data))
    logits, labels = predicted(tagger, data.split("test"), arguments.cache)
    print(f"{'':34} {'error':>7} {'perfect':>8} {'log loss':>9} {'mAP':>7} {'accuracy':>9}")
    for name, way in ways.items():
        print(f"{name:34} " + row(way(logits), labels))
    print(f"{'Platt’s, of the other half of test':34} " + row(of_the_other_half(logits, labels), labels))


def predicted(tagger: Tagger, faces: celeba.Faces, cache: Path) -> tuple[Floats, NDArray[np.bool_]]:
    """Logits and labels, both [N, 40]."""
    return setting.logits(tagger, faces, cache), faces.labels


def fitted(logits: Floats, labels: NDArray[np.bool_], rates: NDArray[np.float64]) -> dict[str, Calibrated]:
    """Each way's probabilities of logits [N, 40], fitted to these."""
    one = temperature(logits.ravel(), labels.ravel())
    each = tuple(temperature(z, y) for z, y in zip(logits.T, labels.T, strict=True))
    steps = [stepwise(z, y) for z, y in zip(logits.T, labels.T, strict=True)]
    return {
        "none": Calibration().probabilities,
        "one temperature": Calibration(scale=(one,) * 40).probabilities,
        "a temperature an attribute": Calibration(scale=each).probabilities,
        "Platt's": calibrate(logits, labels).probabilities,
        "Platt's, at all labels' base rates": calibrate(logits, labels, rates).probabilities,
        "isotonic": lambda new: np.stack([s.predict(z) for s, z in zip(steps, new.T, strict=True)], 1),
    }


def of_the_other_half(logits: Floats, labels: NDArray[np.bool_]) -> Floats:
    """The probabilities of logits [N, 40], of every other face by Platt's of those between."""
    probabilities = np.empty_like(logits)
    for first in (0, 1):
        fitted_to = calibrate(logits[1 - first :: 2], labels[1 - first :: 2])
        probabilities[first::2] = fitted_to.probabilities(logits[first::2])
    return probabilities


def temperature(logits: Floats, labels: NDArray[np.bool_]) -> float:
    """The scale of the sigmoid that fits labels [N] best, without a shift."""
    return float(LogisticRegression(C=1e6, fit_intercept=False).fit(logits[:, None].astype(float), labels).coef_[0, 0])


def stepwise(logits: Floats, labels: NDArray[np.bool_]) -> IsotonicRegression:
    """The rising steps that fit labels [N] best."""
    return IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(logits, labels)


def row(p: Floats, labels: NDArray[np.bool_]) -> str:
    columns = list(zip(p.T, labels.T, strict=True))
    error = np.mean([expected_calibration_error(*column) for column in columns])
    perfect = np.mean([calibration_noise(column) for column in p.T])
    loss = np.mean([log_loss(y, q.astype(np.float64), labels=[False, True]) for q, y in columns])
    precision = np.mean([average_precision_score(y, q) for q, y in columns])
    accuracy = ((p >= 0.5) == labels).mean()
    return f"{error:7.4f} {perfect:8.4f} {loss:9.4f} {precision:7.4f} {accuracy:9.4f}"


if __name__ == "__main__":
    main()
