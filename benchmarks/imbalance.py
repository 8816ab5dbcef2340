"""Which way of training suits classes of very unequal size: one small run for each, judged on validation.

    python benchmarks/imbalance.py ../shared/celeba --out runs/imbalance --limit 8000 --epochs 4

The study's way (weights of inverse frequency) against its peers: no weights, their square root, focal and asymmetric
loss, logit adjustment; all else is equal. Figures are after Platt's calibration, at three sets of thresholds; both are
fitted on one half of the validation partition and judged on the other, and the other way round, so that no face is
judged by what it was fitted to. Prints a Markdown table; run again, it trains only what is not finished.
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray

from classifiers.cards.card import Calibration
from classifiers.evaluation.calibrate import calibrate
from classifiers.evaluation.evaluate import evaluate
from classifiers.evaluation.thresholds import ACCURACY, COUNTS, F1, threshold_sets
from classifiers.hyperparameters import Hyperparameters
from classifiers.networks import checkpoint
from classifiers.networks.devices import available
from classifiers.networks.inference import predict
from classifiers.sets import celeba, pixels
from classifiers.training import grid

WAYS = {
    "no weights": {"weighting": "none"},
    "weights: square root of inverse frequency": {"weighting": "sqrt"},
    "weights: inverse frequency (the study)": {"weighting": "inverse"},
    "focal loss, gamma 2": {"loss": "focal"},
    "asymmetric loss, gamma 0 and 4, clip 0.05": {"loss": "asymmetric"},
    "logit adjustment, tau 1": {"loss": "logit-adjusted"},
}
SETS = {ACCURACY: "for accuracy", F1: "for F1", COUNTS: "for counts"}
FIGURES = ("accuracy", "balanced_accuracy", "macro_f1")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("celeba", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="where the runs go")
    parser.add_argument("--model", default="densenet121")
    parser.add_argument("--limit", type=int, default=8000, help="training images")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--cache", type=Path, default=platformdirs.user_cache_path("facequery", appauthor=False))
    arguments = parser.parse_args()
    hyper = Hyperparameters(
        model=arguments.model,
        limit=arguments.limit,
        epochs=arguments.epochs,
        size=arguments.size,
        learning_rate=arguments.learning_rate,
        dropout=0.5,
        patience=arguments.epochs,
    )
    data = celeba.load(arguments.celeba)
    print("\n".join(table(data, hyper, arguments.out, arguments.cache, available(arguments.device))))


def table(data: celeba.CelebA, hyper: Hyperparameters, out: Path, cache: Path, device: str) -> Iterator[str]:
    """The lines of the table, each as soon as it is known, and on how much it was trained."""
    said = False
    for way, changes in WAYS.items():
        folder = out / "-".join(changes.values())
        run = grid.finished(data, replace(hyper, **changes), folder, cache=cache, device=device)  # type: ignore[arg-type]
        if not said:
            yield f"{hyper.model}, {hyper.size} x {hyper.size}: {run.scale}; {run.machine}\n"
            columns = [f"{words}: {figure.replace('_', ' ')}" for words in SETS.values() for figure in FIGURES]
            yield "| " + " | ".join(["", "mean average precision", *columns, "minutes"]) + " |"
            yield "| --- |" + " --- |" * (len(columns) + 2)
            said = True
        if run.diverged:
            yield f"| {way} | diverged |" + " |" * 10
            continue
        figures = judged(data.split("val"), folder, cache, device)
        yield f"| {way} | " + " | ".join(f"{value:.4f}" for value in figures) + f" | {run.seconds / 60:.1f} |"


def judged(faces: celeba.Faces, folder: Path, cache: Path, device: str) -> list[float]:
    """Mean average precision, then the figures at each set of thresholds, of the model in a folder."""
    network, card = checkpoint.load(folder)
    prepared = pixels.cached(faces, card.preprocessing, cache)
    logits = predict(network.to(device), card.preprocessing, prepared).logits
    half = np.random.default_rng(0).permutation(len(faces)) % 2 == 0
    ranked = evaluate(Calibration().probabilities(logits), faces.labels, np.full(logits.shape[1], 0.5))
    found = [ranked.mean_average_precision]
    for name in SETS:
        decided = np.empty(logits.shape, bool)
        for fitted in (half, ~half):
            decided[~fitted] = decisions(logits, faces.labels, fitted, name)
        figures = evaluate(decided.astype(np.float32), faces.labels, np.full(logits.shape[1], 0.5))
        found += [getattr(figures, figure) for figure in FIGURES]
    return found


def decisions(
    logits: NDArray[np.float32], labels: NDArray[np.bool_], fitted: NDArray[np.bool_], name: str
) -> NDArray[np.bool_]:
    """Which attributes the faces not in `fitted` [N] have, by calibration and thresholds of those in it."""
    calibration = calibrate(logits[fitted], labels[fitted])
    thresholds = np.array(threshold_sets(calibration.probabilities(logits[fitted]))[name])
    decided: NDArray[np.bool_] = calibration.probabilities(logits[~fitted]) >= thresholds
    return decided


if __name__ == "__main__":
    main()
