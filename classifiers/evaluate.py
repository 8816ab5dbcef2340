"""How good a model is: predictions over many prepared faces, and the figures that come of them.

Knows nothing of how the model was trained.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_fscore_support

from classifiers.networks import FaceNetwork, normalised, unit_range
from classifiers.preprocessing import Preprocessing
from retrieval.attributes import ATTRIBUTES


class Predicted(NamedTuple):
    """float32 logits [N, 40], and embeddings [N, 512] of unit length."""

    logits: NDArray[np.float32]
    embeddings: NDArray[np.float32]


@torch.inference_mode()
def predict(
    network: FaceNetwork,
    preprocessing: Preprocessing,
    faces: NDArray[np.uint8],
    *,
    batch_size: int = 64,
    autocast: bool = False,
) -> Predicted:
    """What the network says of uint8[N, size, size, 3], in eval mode; `autocast` computes in bfloat16."""
    network.eval()
    device = next(network.parameters()).device
    logits = np.empty((len(faces), len(ATTRIBUTES)), np.float32)
    embeddings = np.empty((len(faces), network.embed.out_features), np.float32)
    for start in range(0, len(faces), batch_size):
        batch = slice(start, start + batch_size)
        with torch.autocast(device.type, torch.bfloat16, enabled=autocast):
            scores, features = network(normalised(unit_range(faces[batch].copy(), device), preprocessing))
        logits[batch] = scores.float().cpu().numpy()
        embeddings[batch] = unit(features.float()).cpu().numpy()
    return Predicted(logits, embeddings)


def unit(features: torch.Tensor) -> torch.Tensor:
    """Features scaled to unit length; where all are zero, all become equal, since zero has no direction."""
    return torch.nn.functional.normalize(features.clamp(min=1e-9), dim=1)


@dataclass(frozen=True, slots=True)
class AttributeFigures:
    """One attribute's figures at its threshold; `average_precision` needs none. `support` counts true labels."""

    accuracy: float
    balanced_accuracy: float
    precision: float
    recall: float
    f1: float
    average_precision: float
    support: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A model's figures over some images: means over the 40 attributes, and each attribute's own."""

    images: int
    attributes: dict[str, AttributeFigures]

    @property
    def accuracy(self) -> float:
        """The share of right decisions over images x 40."""
        return self._mean("accuracy")

    @property
    def balanced_accuracy(self) -> float:
        """The mean over attributes of the mean of both classes' recalls."""
        return self._mean("balanced_accuracy")

    @property
    def macro_f1(self) -> float:
        return self._mean("f1")

    @property
    def mean_average_precision(self) -> float:
        return self._mean("average_precision")

    def weighted(self, figure: str) -> float:
        """The mean of a figure over attributes, each weighted by its true labels, as scikit-learn's "weighted"."""
        supports = [f.support for f in self.attributes.values()]
        values = [getattr(f, figure) for f in self.attributes.values()]
        return float(np.average(values, weights=supports)) if any(supports) else 0.0

    def _mean(self, figure: str) -> float:
        return float(np.mean([getattr(f, figure) for f in self.attributes.values()]))

    def as_json(self) -> dict[str, Any]:
        """The figures in the form of the command line's contract, without model and split."""
        return {
            "images": self.images,
            "accuracy": self.accuracy,
            "balanced_accuracy": self.balanced_accuracy,
            "macro_f1": self.macro_f1,
            "weighted": {name: self.weighted(name) for name in ("precision", "recall", "f1")},
            "mean_average_precision": self.mean_average_precision,
            "attributes": {
                name: {field: getattr(figures, field) for field in figures.__slots__}
                for name, figures in self.attributes.items()
            },
        }


def evaluate(
    probabilities: NDArray[np.float32], labels: NDArray[np.bool_], thresholds: NDArray[np.float64]
) -> Evaluation:
    """The figures of probabilities [N, 40] against labels [N, 40], decided "at or above" thresholds [40]."""
    decided = probabilities >= thresholds
    precision, recall, f1, support = precision_recall_fscore_support(labels, decided, zero_division=0)
    right = decided == labels
    figures = {}
    for i, name in enumerate(ATTRIBUTES):
        truth, mine = labels[:, i], right[:, i]
        recalls = [mine[truth == value].mean() for value in (True, False) if (truth == value).any()]
        figures[name] = AttributeFigures(
            accuracy=float(mine.mean()),
            balanced_accuracy=float(np.mean(recalls)),
            precision=float(precision[i]),
            recall=float(recall[i]),
            f1=float(f1[i]),
            average_precision=float(average_precision_score(truth, probabilities[:, i])) if truth.any() else 0.0,
            support=int(support[i]),
        )
    return Evaluation(len(labels), figures)
