"""Losses for classes of very unequal size, beside the weighted cross-entropy: pure functions of logits and targets.

Each takes logits [N, 40] and targets [N, 40] in 0..1 and returns the mean over images and attributes, or over those
that are `known`, bool[N, 40], where not all are. Knows nothing of networks or of how a run goes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import binary_cross_entropy_with_logits, logsigmoid

Known = torch.Tensor | None
Loss = Callable[[torch.Tensor, torch.Tensor, Known], torch.Tensor]
POWERS = {"none": 0.0, "sqrt": 0.5, "inverse": 1.0}


def mean_known(values: torch.Tensor, known: Known) -> torch.Tensor:
    """The mean of values [N, 40], over those that are known; 0 where nothing is."""
    if known is None:
        return values.mean()
    return values.masked_fill(~known, 0).sum() / known.sum().clamp(min=1)


def focal(
    logits: torch.Tensor,
    targets: torch.Tensor,
    gamma: float = 2.0,
    alpha: float | None = None,
    known: Known = None,
) -> torch.Tensor:
    """What is already right counts less: cross-entropy times (1 - p of the right class) ** gamma.

    Lin, Goyal, Girshick, He, Dollár, "Focal loss for dense object detection", ICCV 2017. `alpha` weighs positives, and
    1 - alpha negatives; without it both count 1, since the paper's 0.25 is for one positive among thousands.
    """
    p = logits.sigmoid()
    positive = -targets * (1 - p) ** gamma * logsigmoid(logits)
    negative = -(1 - targets) * p**gamma * logsigmoid(-logits)
    if alpha is not None:
        positive, negative = alpha * positive, (1 - alpha) * negative
    return mean_known(positive + negative, known)


def asymmetric(
    logits: torch.Tensor,
    targets: torch.Tensor,
    gamma_positive: float = 0.0,
    gamma_negative: float = 4.0,
    clip: float = 0.05,
    known: Known = None,
) -> torch.Tensor:
    """Easy negatives count less than easy positives, and those below `clip` not at all.

    Ridnik, Ben-Baruch, Zamir, Noy, Friedman, Protter, Zelnik-Manor, "Asymmetric loss for multi-label classification",
    ICCV 2021: a focal loss with a gamma for each class, whose negatives see p less `clip`, at least 0.
    """
    p = logits.sigmoid()
    positive = -targets * (1 - p) ** gamma_positive * logsigmoid(logits)
    shifted = (p - clip).clamp(min=0)
    unlike = logsigmoid(-logits) if clip == 0 else torch.log1p(-shifted)  # the first holds where p rounds to 1
    negative = -(1 - targets) * shifted**gamma_negative * unlike
    return mean_known(positive + negative, known)


def logit_adjusted(
    logits: torch.Tensor, targets: torch.Tensor, frequency: torch.Tensor, tau: float = 1.0, known: Known = None
) -> torch.Tensor:
    """Cross-entropy of logits raised by tau * log-odds of an attribute's frequency [40], strictly between 0 and 1.

    So the bare logits learn what speaks for an attribute beside its being common, and one half of them is the
    threshold of the highest balanced accuracy. Menon, Jayasumana, Rawat, Jain, Veit, Kumar, "Long-tail learning via
    logit adjustment", ICLR 2021, for two classes.
    """
    adjusted = logits + tau * torch.logit(frequency)
    return mean_known(binary_cross_entropy_with_logits(adjusted, targets, reduction="none"), known)


LOSSES = ("bce", "focal", "asymmetric", "logit-adjusted")
"""What a run may learn by; "bce" is the cross-entropy weighted by classes, which is `weighted_loss`."""


def named(name: str, frequency: torch.Tensor) -> Loss:
    """A loss other than "bce" by its name, with the defaults above; `frequency` [40] is the training labels'."""
    losses: dict[str, Loss] = {
        "focal": lambda logits, targets, known: focal(logits, targets, known=known),
        "asymmetric": lambda logits, targets, known: asymmetric(logits, targets, known=known),
        "logit-adjusted": lambda logits, targets, known: logit_adjusted(logits, targets, frequency, known=known),
    }
    return losses[name]


@dataclass(frozen=True, slots=True, eq=False)
class ClassWeights:
    """Weights [40] of the loss where the label is positive, and where it is negative; or a loss to take instead."""

    positive: torch.Tensor
    negative: torch.Tensor
    instead: Loss | None = None


def class_weights(
    labels: NDArray[np.bool_],
    weighting: str,
    loss: str = "bce",
    known: NDArray[np.bool_] | None = None,
    device: str = "cpu",
) -> ClassWeights:
    """Class frequency to the power of -1 ("inverse"), -1/2 ("sqrt") or 0 ("none"), scaled to a mean of 1; among the
    labels that are known, bool[N, 40], where not all are.

    With "inverse" these are scikit-learn's "balanced" weights: both classes of an attribute weigh the same.
    """
    counts = len(labels) if known is None else known.sum(0).clip(1)
    positives = labels.sum(0) if known is None else (labels & known).sum(0)
    frequency = torch.from_numpy(positives / counts).clamp(1e-3, 1 - 1e-3).float().to(device)
    positive, negative = frequency ** -POWERS[weighting], (1 - frequency) ** -POWERS[weighting]
    mean = frequency * positive + (1 - frequency) * negative
    instead = None if loss == "bce" else named(loss, frequency)
    return ClassWeights(positive / mean, negative / mean, instead)


def weighted_loss(
    logits: torch.Tensor,
    labels: torch.Tensor,
    weights: ClassWeights,
    targets: torch.Tensor | None = None,
    known: Known = None,
) -> torch.Tensor:
    """Binary cross-entropy of logits [N, 40] with targets in 0..1 (the labels, without any), weighted by the labels'
    classes, the mean over images and attributes, or over those that are `known`. A label between 0 and 1 weighs
    between both classes.
    """
    targets = labels if targets is None else targets
    if weights.instead is not None:
        return weights.instead(logits.float(), targets, known)
    weight = torch.lerp(weights.negative.expand_as(labels), weights.positive.expand_as(labels), labels)
    return mean_known(binary_cross_entropy_with_logits(logits.float(), targets, weight=weight, reduction="none"), known)
