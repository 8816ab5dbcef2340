"""The last layer fitted anew, once all is learned: what made the features sure on poor pictures made the outputs unsure
of what a picture itself shows. Pure functions of features and labels; it knows no networks.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import binary_cross_entropy_with_logits

from classifiers.cards.card import Calibration
from classifiers.evaluation.evaluate import evaluate

SHARE = 0.5  # of the labels in the targets: the rest is what the layer said itself
PULLS = (3e-3, 3e-4, 3e-5)  # how strongly it is held to what it was; validation chooses
STEPS = 60

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """logits [N, 40] = features [N, F] @ weight.T + bias: float32[40, F] and float32[40]."""

    weight: torch.Tensor
    bias: torch.Tensor

    def __call__(self, features: torch.Tensor) -> torch.Tensor:
        """Logits [N, 40]."""
        return features @ self.weight.T + self.bias


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Features float32[N, F] of faces as they are, labels bool[N, 40], and which of these are known (None: all)."""

    features: torch.Tensor
    labels: NDArray[np.bool_]
    known: NDArray[np.bool_] | None = None


def refitted(layer: Layer, training: Seen, validation: Seen) -> tuple[Layer, float, float]:
    """The layer that ranks validation best, of some that were fitted to the training faces and the one that was; and
    validation's mean average precision before and after. The same faces give the same layer on one machine.
    """
    targets = _targets(layer, training)
    layers = [layer, *(_fitted(layer, training.features, targets, pull) for pull in PULLS)]
    scores = [_score(each, validation) for each in layers]
    best = int(np.argmax(scores))
    return layers[best], scores[0], scores[best]


def _targets(layer: Layer, seen: Seen) -> torch.Tensor:
    """Where a label is not known, what the layer said itself."""
    own = layer(seen.features).sigmoid()
    mixed = torch.lerp(own, torch.from_numpy(seen.labels).to(own), SHARE)
    return mixed if seen.known is None else torch.where(torch.from_numpy(seen.known).to(own.device), mixed, own)


def _fitted(layer: Layer, features: torch.Tensor, targets: torch.Tensor, pull: float) -> Layer:
    weight, bias = (values.clone().requires_grad_() for values in (layer.weight, layer.bias))
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        each = binary_cross_entropy_with_logits(features @ weight.T + bias, targets, reduction="none")
        total = each.mean(0).sum() + pull * ((weight - layer.weight) ** 2).sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return Layer(weight.detach(), bias.detach())


def _score(layer: Layer, seen: Seen) -> float:
    logits = layer(seen.features).cpu().numpy()
    figures = evaluate(Calibration().probabilities(logits), seen.labels, np.full(seen.labels.shape[1], 0.5))
    return float(figures.mean_average_precision)
