"""From logits to probabilities that mean what they say, and from probabilities to decisions. Fitted on validation.

Knows nothing of networks or files.
"""

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from classifiers.checkpoint import Calibration


def calibrate(logits: NDArray[np.float32], labels: NDArray[np.bool_]) -> tuple[Calibration, tuple[float, ...]]:
    """The calibration of logits [N, 40] against labels [N, 40], and a threshold for each calibrated probability."""
    with threadpool_limits(1):  # the fits are tiny: threads that wait for each other take a hundred times as long
        fitted = [platt(logits[:, i], labels[:, i]) for i in range(labels.shape[1])]
    calibration = Calibration(*(tuple(values) for values in zip(*fitted, strict=True)))
    probabilities = calibration.probabilities(logits)
    thresholds = (break_even_threshold(probabilities[:, i], labels[:, i]) for i in range(labels.shape[1]))
    return calibration, tuple(thresholds)


def platt(logits: NDArray[np.float32], labels: NDArray[np.bool_]) -> tuple[float, float]:
    """Scale and shift of the sigmoid that fits labels [N] best (Platt 1999); the identity where it cannot be fitted."""
    if labels.all() or not labels.any():
        return 1.0, 0.0
    fit = LogisticRegression(C=1e6).fit(logits[:, None].astype(np.float64), labels)
    scale, shift = float(fit.coef_[0, 0]), float(fit.intercept_[0])
    return (scale, shift) if scale > 0 else (1.0, 0.0)


def break_even_threshold(probabilities: NDArray[np.float32], labels: NDArray[np.bool_]) -> float:
    """The threshold at or above which lie as many of [N] as have the attribute: precision equals recall there.

    So counts are right on average, which a threshold for the highest accuracy (too few of a rare attribute) or the
    highest F1 (too many of a hard one) would not give. Halfway between two predictions; just above all without any.
    """
    falling = np.append(np.sort(probabilities.astype(np.float64))[::-1], 0.0)
    positives = int(labels.sum())
    if positives == 0:
        return float(min(1.0, np.nextafter(falling[0], 2)))
    return float((falling[positives - 1] + falling[positives]) / 2)
