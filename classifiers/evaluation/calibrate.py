"""From logits to probabilities that mean what they say, and to thresholds. Fitted on the validation partition, with the
base rates of all the labels that were learned from. Knows nothing of networks or files.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from classifiers.cards.card import Calibration, Card
from classifiers.evaluation import thresholds
from classifiers.evaluation.evaluate import evaluate, summary
from classifiers.sets.celeba import SPLITS, CelebA


def calibrated(card: Card, logits: NDArray[np.float32], labels: NDArray[np.bool_], rates: NDArray[np.float64]) -> Card:
    """The card with calibration, thresholds and figures of the validation partition, by its logits and labels [N, 40].

    `rates` [40] are the attributes' frequencies where they are known best (`base_rates`). What else the figures hold
    is of other thresholds, and is dropped.
    """
    calibration = calibrate(logits, labels, rates)
    sets = thresholds.threshold_sets(calibration.probabilities(logits))
    card = replace(
        card,
        calibration=calibration,
        thresholds=sets[thresholds.FOR_FIND],
        threshold_rule=thresholds.described(thresholds.FOR_FIND),
        threshold_sets=sets,
    )
    probabilities = card.probabilities(logits)
    found = {name: evaluate(probabilities, labels, cuts) for name, cuts in card.sets.items()}
    return replace(card, figures={"val": summary(found, thresholds.ACCURACY)})


def base_rates(data: CelebA) -> NDArray[np.float64]:
    """How frequent each attribute is, float64[40], in the training and validation partitions together.

    CelebA's annotators drifted: `Big_Lips` is true in 22 % of the training, 13 % of the validation and 30 % of the test
    partition. The frequency over sixteen times as many labels is the better guess for what comes next.
    """
    rates: NDArray[np.float64] = data.faces.labels[data.partition != SPLITS["test"]].mean(0)
    return rates


def calibrate(
    logits: NDArray[np.float32], labels: NDArray[np.bool_], rates: NDArray[np.float64] | None = None
) -> Calibration:
    """The calibration of logits [N, 40] against labels [N, 40]; for a population with `rates` [40], where given.

    For those, the odds are moved by the ratio of both base rates' odds, as Bayes' rule has it (Saerens, Latinne,
    Decaestecker, "Adjusting the outputs of a classifier to new a priori probabilities", Neural Computation 14, 2002).
    """
    with threadpool_limits(1):  # the fits are tiny: threads that wait for each other take a hundred times as long
        fitted = [platt(logits[:, i], labels[:, i]) for i in range(labels.shape[1])]
    scale, shift = (np.array(values) for values in zip(*fitted, strict=True))
    if rates is not None:
        shift = shift + _odds_moved(labels.mean(0), rates)
    return Calibration(tuple(scale.tolist()), tuple(shift.tolist()))


def _odds_moved(here: NDArray[np.float64], there: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds of the rates `there` less those `here`, 0 where an attribute never varies."""
    varies = (here > 0) & (here < 1) & (there > 0) & (there < 1)
    here, there = np.where(varies, here, 0.5), np.where(varies, there, 0.5)
    moved: NDArray[np.float64] = np.log(there / (1 - there)) - np.log(here / (1 - here))
    return moved


def platt(logits: NDArray[np.float32], labels: NDArray[np.bool_]) -> tuple[float, float]:
    """Scale and shift of the sigmoid that fits labels [N] best (Platt 1999); the identity where it cannot be fitted."""
    if labels.all() or not labels.any():
        return 1.0, 0.0
    fit = LogisticRegression(C=1e6).fit(logits[:, None].astype(np.float64), labels)
    scale, shift = float(fit.coef_[0, 0]), float(fit.intercept_[0])
    return (scale, shift) if scale > 0 else (1.0, 0.0)
