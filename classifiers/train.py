"""The training loop: hyperparameters in, a folder with the best epoch as a calibrated model out.

A run can be interrupted at any moment and goes on from its last whole epoch, bit for bit: every epoch's order,
flips and dropout are drawn from the run's seed and the epoch's number, never from what went before.
Knows nothing of the command line.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from classifiers import celeba, checkpoint, pixels
from classifiers.calibrate import calibrate
from classifiers.evaluate import evaluate, predict
from classifiers.networks import normalised
from classifiers.run import Hyperparameters, Run, machine

LICENCE = "Trained on CelebA, whose terms allow non-commercial research only."
POWERS = {"none": 0.0, "sqrt": 0.5, "inverse": 1.0}


@dataclass(frozen=True, slots=True)
class Step:
    """Where a run is: what a progress bar shows. `loss` and `accuracy` are this epoch's means so far."""

    epoch: int
    epochs: int
    step: int
    steps: int
    loss: float
    accuracy: float
    images_per_second: float


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """uint8[N, size, size, 3] prepared faces and their bool[N, 40] labels."""

    faces: NDArray[np.uint8]
    labels: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class ClassWeights:
    """Weights [40] of the loss where the label is positive, and where it is negative."""

    positive: torch.Tensor
    negative: torch.Tensor


def class_weights(labels: NDArray[np.bool_], weighting: str) -> ClassWeights:
    """Class frequency to the power of -1 ("inverse"), -1/2 ("sqrt") or 0 ("none"), scaled to a mean of 1.

    With "inverse" these are scikit-learn's "balanced" weights: both classes of an attribute weigh the same.
    """
    frequency = torch.from_numpy(labels.mean(0)).clamp(1e-3, 1 - 1e-3).float()
    positive, negative = frequency ** -POWERS[weighting], (1 - frequency) ** -POWERS[weighting]
    mean = frequency * positive + (1 - frequency) * negative
    return ClassWeights(positive / mean, negative / mean)


def weighted_loss(logits: torch.Tensor, labels: torch.Tensor, weights: ClassWeights) -> torch.Tensor:
    """Binary cross-entropy of logits [N, 40], the mean over images and attributes, weighted by class."""
    weight = torch.where(labels > 0.5, weights.positive.to(labels.device), weights.negative.to(labels.device))
    return nn.functional.binary_cross_entropy_with_logits(logits.float(), labels, weight=weight)


def learning_rate(hyper: Hyperparameters, step: int, steps_per_epoch: int) -> float:
    """The rate at a step of the whole run: linear warm-up, then constant, or a cosine down to 0 at the last step."""
    warmup = hyper.warmup * steps_per_epoch
    if step < warmup:
        return hyper.learning_rate * (step + 1) / warmup
    if hyper.schedule == "constant":
        return hyper.learning_rate
    done = (step - warmup) / max(1, hyper.epochs * steps_per_epoch - warmup)
    return hyper.learning_rate * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))


def batches(
    examples: Examples, hyper: Hyperparameters, epoch: int
) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.bool_]]]:
    """An epoch's whole batches: every example at most once, in an order and with flips drawn from seed and epoch."""
    random = np.random.default_rng([hyper.seed, epoch])
    order = random.permutation(len(examples.faces))
    size = min(hyper.batch_size, len(order))
    for start in range(0, len(order) - size + 1, size):
        chosen = order[start : start + size]
        faces = examples.faces[chosen]
        flipped = random.random(size) < 0.5
        faces[flipped] = faces[flipped, :, ::-1]
        yield faces, examples.labels[chosen]


def train(
    data: celeba.CelebA,
    run: Run,
    *,
    cache: Path,
    progress: Callable[[Step], None] | None = None,
    decoding: Callable[[int, int], None] | None = None,
) -> list[dict[str, Any]]:
    """Trains the run to its end, makes its best epoch the model in its folder, and returns its history.

    Validation is over all of the validation split, in eval mode, without augmentation. `cache` is the folder of
    decoded images. Raises DatasetError for a data set that cannot be read.
    """
    training = _examples(data.split("train").first(run.hyper.limit), run, cache, decoding)
    validation = _examples(data.split("val"), run, cache, decoding)
    weights = class_weights(training.labels, run.hyper.weighting)
    while not run.over:
        started = time.monotonic()
        loss, accuracy = _epoch(run, training, weights, progress)
        row = {"epoch": len(run.history), "loss": loss, "accuracy": accuracy}
        row |= _validated(run, validation, weights)
        run.record({**row, "seconds": round(time.monotonic() - started, 1)})
    finish(run, validation)
    return run.history


def _examples(faces: celeba.Faces, run: Run, cache: Path, decoding: Callable[[int, int], None] | None) -> Examples:
    return Examples(pixels.cached(faces, run.preprocessing, cache, decoding), faces.labels)


def _epoch(
    run: Run, examples: Examples, weights: ClassWeights, progress: Callable[[Step], None] | None
) -> tuple[float, float]:
    """One pass over the training examples; the mean loss and accuracy."""
    epoch, hyper = len(run.history), run.hyper
    torch.manual_seed(hyper.seed * 1_000_003 + epoch)  # dropout
    run.network.train()
    steps = max(1, len(examples.faces) // hyper.batch_size)
    sums, started = np.zeros(2), time.monotonic()
    for step, (faces, labels) in enumerate(batches(examples, hyper, epoch), start=1):
        sums += _step(run, faces, labels, weights, learning_rate(hyper, epoch * steps + step - 1, steps))
        if progress:
            speed = step * len(faces) / (time.monotonic() - started)
            loss, accuracy = (sums / step).tolist()
            progress(Step(epoch, hyper.epochs, step, steps, loss, accuracy, speed))
    loss, accuracy = (sums / step).tolist()
    return loss, accuracy


def _step(
    run: Run, faces: NDArray[np.uint8], labels: NDArray[np.bool_], weights: ClassWeights, rate: float
) -> tuple[float, float]:
    truth = torch.from_numpy(labels).float().to(run.device)
    for group in run.optimizer.param_groups:
        group["lr"] = rate
    with torch.autocast(torch.device(run.device).type, torch.bfloat16):
        logits, _ = run.network(normalised(faces, run.preprocessing, run.device))
    loss = weighted_loss(logits, truth, weights)
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    run.optimizer.step()
    return loss.item(), ((logits > 0) == (truth > 0.5)).float().mean().item()


def _validated(run: Run, validation: Examples, weights: ClassWeights) -> dict[str, float]:
    """The weighted loss, and figures at one half of the uncalibrated probability."""
    predicted = predict(run.network, run.preprocessing, validation.faces, autocast=True)
    truth = torch.from_numpy(validation.labels).float()
    figures = evaluate(checkpoint.Calibration().probabilities(predicted.logits), validation.labels, np.full(40, 0.5))
    return {
        "validation_loss": weighted_loss(torch.from_numpy(predicted.logits), truth, weights).item(),
        "validation_accuracy": figures.accuracy,
        "validation_balanced_accuracy": figures.balanced_accuracy,
        "validation_mean_average_precision": figures.mean_average_precision,
    }


def finish(run: Run, validation: Examples) -> checkpoint.Card:
    """Makes the best epoch so far the model in the run's folder: halved, calibrated on validation, with a card."""
    draft = checkpoint.Card(run.hyper.model, run.preprocessing, features=run.hyper.features)
    checkpoint.save(run.out, run.best_network(), draft)
    network, card = checkpoint.load(run.out)  # the very weights that are shipped, halved
    predicted = predict(network.to(run.device), card.preprocessing, validation.faces)
    calibration, thresholds = calibrate(predicted.logits, validation.labels)
    figures = evaluate(calibration.probabilities(predicted.logits), validation.labels, np.array(thresholds))
    card = replace(
        card,
        calibration=calibration,
        thresholds=thresholds,
        threshold_rule="as many faces as have the attribute in the validation partition",
        licence=LICENCE,
        training={
            "data": "CelebA, training partition",
            "hyperparameters": asdict(run.hyper),
            "machine": machine(run.device),
            "best_epoch": run.best_epoch,
            "history": run.history,
        },
        figures={"val": figures.as_json()},
    )
    checkpoint.write_card(run.out, card)
    return card
