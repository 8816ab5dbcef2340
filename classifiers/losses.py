"""Losses for classes of very unequal size, beside the weighted cross-entropy: pure functions of logits and targets.

Each takes logits [N, 40] and targets [N, 40] in 0..1 and returns the mean over images and attributes. Knows nothing
of networks or of how a run goes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import binary_cross_entropy_with_logits, logsigmoid

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
POWERS = {"none": 0.0, "sqrt": 0.5, "inverse": 1.0}


def focal(logits: torch.Tensor, targets: torch.Tensor, gamma: float = 2.0, alpha: float | None = None) -> torch.Tensor:
    """What is already right counts less: cross-entropy times (1 - p of the right class) ** gamma.

    Lin, Goyal, Girshick, He, Dollár, "Focal loss for dense object detection", ICCV 2017. `alpha` weighs positives, and
    1 - alpha negatives; without it both count 1, since the paper's 0.25 is for one positive among thousands.
    """
    p = logits.sigmoid()
    positive = -targets * (1 - p) ** gamma * logsigmoid(logits)
    negative = -(1 - targets) * p**gamma * logsigmoid(-logits)
    if alpha is not None:
        positive, negative = alpha * positive, (1 - alpha) * negative
    return (positive + negative).mean()


def asymmetric(
    logits: torch.Tensor,
    targets: torch.Tensor,
    gamma_positive: float = 0.0,
    gamma_negative: float = 4.0,
    clip: float = 0.05,
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
    return (positive + negative).mean()


def logit_adjusted(
    logits: torch.Tensor, targets: torch.Tensor, frequency: torch.Tensor, tau: float = 1.0
) -> torch.Tensor:
    """Cross-entropy of logits raised by tau * log-odds of an attribute's frequency [40], strictly between 0 and 1.

    So the bare logits learn what speaks for an attribute beside its being common, and one half of them is the
    threshold of the highest balanced accuracy. Menon, Jayasumana, Rawat, Jain, Veit, Kumar, "Long-tail learning via
    logit adjustment", ICLR 2021, for two classes.
    """
    return binary_cross_entropy_with_logits(logits + tau * torch.logit(frequency), targets)


LOSSES = ("bce", "focal", "asymmetric", "logit-adjusted")
"""What a run may learn by; "bce" is the cross-entropy weighted by classes, which is `weighted_loss`."""


def named(name: str, frequency: torch.Tensor) -> Loss:
    """A loss other than "bce" by its name, with the defaults above; `frequency` [40] is the training labels'."""
    losses: dict[str, Loss] = {
        "focal": focal,
        "asymmetric": asymmetric,
        "logit-adjusted": lambda logits, targets: logit_adjusted(logits, targets, frequency.to(logits.device)),
    }
    return losses[name]


@dataclass(frozen=True, slots=True, eq=False)
class ClassWeights:
    """Weights [40] of the loss where the label is positive, and where it is negative; or a loss to take instead."""

    positive: torch.Tensor
    negative: torch.Tensor
    instead: Loss | None = None


def class_weights(labels: NDArray[np.bool_], weighting: str, loss: str = "bce") -> ClassWeights:
    """Class frequency to the power of -1 ("inverse"), -1/2 ("sqrt") or 0 ("none"), scaled to a mean of 1.

    With "inverse" these are scikit-learn's "balanced" weights: both classes of an attribute weigh the same.
    """
    frequency = torch.from_numpy(labels.mean(0)).clamp(1e-3, 1 - 1e-3).float()
    positive, negative = frequency ** -POWERS[weighting], (1 - frequency) ** -POWERS[weighting]
    mean = frequency * positive + (1 - frequency) * negative
    instead = None if loss == "bce" else named(loss, frequency)
    return ClassWeights(positive / mean, negative / mean, instead)


def weighted_loss(
    logits: torch.Tensor, labels: torch.Tensor, weights: ClassWeights, targets: torch.Tensor | None = None
) -> torch.Tensor:
    """Binary cross-entropy of logits [N, 40] with targets in 0..1 (the labels, without any), weighted by the labels'
    classes, the mean over images and attributes.
    """
    targets = labels if targets is None else targets
    if weights.instead is not None:
        return weights.instead(logits.float(), targets)
    weight = torch.where(labels > 0.5, weights.positive.to(labels.device), weights.negative.to(labels.device))
    return binary_cross_entropy_with_logits(logits.float(), targets, weight=weight)
