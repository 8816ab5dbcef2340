"""Losses for classes of very unequal size, beside the weighted cross-entropy: pure functions of logits and targets.

Each takes logits [N, 40] and targets [N, 40] in 0..1 and returns the mean over images and attributes. Knows nothing
of networks or of how a run goes.
"""

from collections.abc import Callable

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, logsigmoid

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


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
"""What a run may learn by; "bce" is the cross-entropy weighted by classes, which is `train.weighted_loss`."""


def named(name: str, frequency: torch.Tensor) -> Loss:
    """A loss other than "bce" by its name, with the defaults above; `frequency` [40] is the training labels'."""
    losses: dict[str, Loss] = {
        "focal": focal,
        "asymmetric": asymmetric,
        "logit-adjusted": lambda logits, targets: logit_adjusted(logits, targets, frequency.to(logits.device)),
    }
    return losses[name]
