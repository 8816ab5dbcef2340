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
    thresholds = (best_f1_threshold(probabilities[:, i], labels[:, i]) for i in range(labels.shape[1]))
    return calibration, tuple(thresholds)


def platt(logits: NDArray[np.float32], labels: NDArray[np.bool_]) -> tuple[float, float]:
    """Scale and shift of the sigmoid that fits labels [N] best (Platt 1999); the identity where it cannot be fitted."""
    if labels.all() or not labels.any():
        return 1.0, 0.0
    fit = LogisticRegression(C=1e6).fit(logits[:, None].astype(np.float64), labels)
    scale, shift = float(fit.coef_[0, 0]), float(fit.intercept_[0])
    return (scale, shift) if scale > 0 else (1.0, 0.0)


def best_f1_threshold(probabilities: NDArray[np.float32], labels: NDArray[np.bool_]) -> float:
    """The threshold with the highest F1 of "at or above it", halfway between two predictions; 0.5 without positives."""
    if not labels.any():
        return 0.5
    order = np.argsort(-probabilities, kind="stable")
    sorted_probabilities = probabilities[order].astype(np.float64)
    true = np.cumsum(labels[order])
    f1 = 2 * true / (np.arange(1, len(order) + 1) + labels.sum())
    last_of_ties = np.append(sorted_probabilities[:-1] > sorted_probabilities[1:], True)
    best = int(np.argmax(np.where(last_of_ties, f1, -1)))
    below = sorted_probabilities[best + 1] if best + 1 < len(order) else 0.0
    return float((sorted_probabilities[best] + below) / 2)
