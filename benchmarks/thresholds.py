"""Where to cut: a model's figures on CelebA's test partition under each rule for its thresholds.

    python benchmarks/thresholds.py ../shared/celeba

The shipped rules, which follow from the calibrated probabilities of the validation partition alone, against their
peers, fitted to its labels: the highest accuracy, the highest F1, as many faces as have the attribute. `count error` is
the mean difference between the share of faces found and the share that has the attribute.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import setting
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_curve

from classifiers.evaluation.evaluate import evaluate
from classifiers.evaluation.thresholds import as_many_as_expected, highest_expected_f1
from classifiers.sets import celeba
from classifiers.tagger import Tagger

Floats = NDArray[np.float32]
Labels = NDArray[np.bool_]
Rule = Callable[[Floats, Labels], float]


def main() -> None:
    arguments = setting.parser(__doc__).parse_args()
    tagger, data = Tagger.load(arguments.model), celeba.load(arguments.celeba)
    rules: dict[str, Rule] = {
        "one half (accuracy)": lambda p, y: 0.5,
        "  peer: highest accuracy": highest_accuracy,
        "highest expected F1 (f1)": lambda p, y: highest_expected_f1(p),
        "  peer: highest F1": highest_f1,
        "as many as expected (counts)": lambda p, y: as_many_as_expected(p),
        "  peer: as many as there are": lambda p, y: float(np.sort(p)[::-1][max(0, int(y.sum()) - 1)]),
    }
    p, y = predicted(tagger, data.split("val"), arguments.cache)
    cuts = {name: np.array([rule(*column) for column in zip(p.T, y.T, strict=True)]) for name, rule in rules.items()}
    p, y = predicted(tagger, data.split("test"), arguments.cache)
    for name, cut in cuts.items():
        found = evaluate(p, y, cut)
        counts = np.abs((p >= cut).mean(0) - y.mean(0)).mean()
        print(
            f"{name:30} accuracy {found.accuracy:.4f}  balanced {found.balanced_accuracy:.4f}  F1 {found.macro_f1:.4f}"
            f"  count error {counts:.4f}"
        )


def predicted(tagger: Tagger, faces: celeba.Faces, cache: Path) -> tuple[Floats, Labels]:
    """Calibrated probabilities and labels, both [N, 40]."""
    logits = setting.logits(tagger, faces, cache)
    return tagger.card.calibration.probabilities(logits), faces.labels


def highest_accuracy(probabilities: Floats, labels: Labels) -> float:
    """The prediction at or above which most decisions are right; 1 where it is best to find none."""
    order = np.argsort(-probabilities)
    gained = np.cumsum(np.where(labels[order], 1, -1))
    return float(probabilities[order][np.argmax(gained)]) if gained.max() > 0 else 1.0


def highest_f1(probabilities: Floats, labels: Labels) -> float:
    """The prediction at or above which F1 is highest."""
    precision, recall, thresholds = precision_recall_curve(labels, probabilities)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    return float(thresholds[np.argmax(f1[:-1])])


if __name__ == "__main__":
    main()
