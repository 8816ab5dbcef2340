"""A model's calibration of one attribute moved by what was judged: a shift and a slope of the log-odds, as J. Platt
fits them (Probabilistic outputs for support vector machines, 1999), held near 0 and 1 by a prior.

Which faces are judged depends on their probability alone, so at each probability those judged are a fair sample, and
the fit weighs all alike: weights by the strata would let few faces say all of it, and `benchmarks/recalibration.py`
measures that they fit worse. The error that is told is of the whole collection, and there each face stands for those
of its stratum.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SHIFT, SLOPE = 2.0, 0.2  # standard deviations of the prior: that all of a kind are rarer is likelier than another slope
LEAST_SLOPE = 0.1
SUREST = 1e-6  # from 0 and 1, in which a probability is believed
FOLDS = 10
BINS = 5  # of equal weight, in which an error is measured; of a hundred faces, more would be chance alone
STEPS = 50


class Evidence(NamedTuple):
    """Of n judged faces: the model's own `probability` float64[n], whether it is `right` bool[n], and how many faces
    of the collection each stands for, `weight` float64[n].
    """

    probability: Floats
    right: Bools
    weight: Floats

    def among(self, which: Bools) -> "Evidence":
        return Evidence(self.probability[which], self.right[which], self.weight[which])


class Fit(NamedTuple):
    """Of the log-odds."""

    shift: float
    slope: float


class Check(NamedTuple):
    """The expected calibration error `before`, and `after` by faces that the fit had not seen. `better`: these are
    likelier by it, by more than chance does in one case of six.
    """

    before: float
    after: float
    better: bool


def fitted(evidence: Evidence, times: Floats | None = None) -> Fit:
    """The likeliest, by Newton's method; each face counts once, or as many `times`, float64[n]."""
    x, wanted = _log_odds(evidence.probability), evidence.right.astype(np.float64)
    design, prior = np.stack([np.ones_like(x), x]), np.array([1 / SHIFT**2, 1 / SLOPE**2])
    times = np.ones_like(x) if times is None else times
    middle = np.array([0.0, 1.0])
    at = middle
    for _ in range(STEPS):
        p = _expit(at @ design)
        gradient = design @ (times * (wanted - p)) - prior * (at - middle)
        step = np.linalg.solve((design * (times * p * (1 - p))) @ design.T + np.diag(prior), gradient)
        at = at + step / max(1.0, float(np.abs(step).max()))
        at[1] = max(at[1], LEAST_SLOPE)
        if np.abs(step).max() < 1e-9:
            break
    return Fit(float(at[0]), float(at[1]))


def moved(probability: Floats, fit: Fit) -> Floats:
    return _expit(fit.shift + fit.slope * _log_odds(probability))


def check(evidence: Evidence) -> Check:
    """Of a fit to what was judged, each tenth of it being foretold by the rest."""
    fold = np.argsort(np.argsort(evidence.probability, kind="stable")) % FOLDS
    after = np.empty(len(fold))
    for held in range(FOLDS):
        out = fold == held
        after[out] = moved(evidence.probability[out], fitted(evidence.among(~out)))
    gain = _log_likelihood(after, evidence.right) - _log_likelihood(evidence.probability, evidence.right)
    return Check(
        error(evidence.probability, evidence),
        error(after, evidence),
        bool(gain.mean() > gain.std() / np.sqrt(len(gain))),
    )


def error(probability: Floats, evidence: Evidence, bins: int = BINS) -> float:
    """The expected calibration error of these probabilities, float64[n] (M. Pakdaman Naeini, G. Cooper and
    M. Hauskrecht, Obtaining well calibrated probabilities using Bayesian binning, 2015), by bins of equal weight.
    """
    order = np.argsort(probability, kind="stable")
    weight = evidence.weight[order] / evidence.weight.sum()
    cell = np.minimum(((np.cumsum(weight) - weight / 2) * bins).astype(np.int64), bins - 1)
    apart = weight * (probability[order] - evidence.right[order])
    return float(np.abs(np.bincount(cell, apart, bins)).sum())


def _log_likelihood(probability: Floats, right: Bools) -> Floats:
    p = np.clip(probability, SUREST, 1 - SUREST)
    found: Floats = np.log(np.where(right, p, 1 - p))
    return found


def _log_odds(probability: Floats) -> Floats:
    p = np.clip(np.asarray(probability, np.float64), SUREST, 1 - SUREST)
    found: Floats = np.log(p / (1 - p))
    return found


def _expit(log_odds: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-log_odds))
    return found
