"""Where to cut: a model's figures on CelebA's test partition under three rules for its thresholds.

    python benchmarks/thresholds.py ../shared/celeba

The shipped rule (as many faces as have the attribute) against its peers, one half and the highest F1, both fitted,
where there is something to fit, on the validation partition in the same run.
"""

import argparse
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_curve

from classifiers import celeba, pixels
from classifiers.evaluate import evaluate
from classifiers.tagger import Tagger


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("celeba", type=Path)
    parser.add_argument("--model", default="densenet121")
    parser.add_argument("--cache", type=Path, default=platformdirs.user_cache_path("facequery", appauthor=False))
    arguments = parser.parse_args()
    tagger, data = Tagger.load(arguments.model), celeba.load(arguments.celeba)
    probabilities, labels = predicted(tagger, data.split("val"), arguments.cache)
    rules = {
        "as many as there are": np.array(tagger.card.thresholds),
        "one half": np.full(40, 0.5),
        "highest F1": np.array([highest_f1(p, t) for p, t in zip(probabilities.T, labels.T, strict=True)]),
    }
    probabilities, labels = predicted(tagger, data.split("test"), arguments.cache)
    for rule, thresholds in rules.items():
        found = evaluate(probabilities, labels, thresholds)
        print(
            f"{rule:22} accuracy {found.accuracy:.4f}  balanced {found.balanced_accuracy:.4f}  F1 {found.macro_f1:.4f}"
        )


def predicted(tagger: Tagger, faces: celeba.Faces, cache: Path) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Calibrated probabilities and labels, both [N, 40]."""
    return tagger.probabilities(pixels.cached(faces, tagger.card.preprocessing, cache)), faces.labels


def highest_f1(probabilities: NDArray[np.float32], labels: NDArray[np.bool_]) -> float:
    """The prediction at or above which F1 is highest."""
    precision, recall, thresholds = precision_recall_curve(labels, probabilities)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    return float(thresholds[np.argmax(f1[:-1])])


if __name__ == "__main__":
    main()
