"""The training loop: hyperparameters in, a folder with the best epoch as a calibrated model out.

A run can be interrupted at any moment and goes on from its last whole epoch, bit for bit: every epoch's order,
flips and dropout are drawn from the run's seed and the epoch's number, never from what went before.
Knows nothing of the command line.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from classifiers import celeba, checkpoint, pixels
from classifiers.augment import OVERSAMPLED, augmented
from classifiers.calibrate import base_rates
from classifiers.distill import Taught, taught
from classifiers.evaluate import evaluate, predict
from classifiers.finish import finish
from classifiers.losses import ClassWeights, class_weights, weighted_loss
from classifiers.networks import normalised, unit_range
from classifiers.run import Hyperparameters, Run, RunError, became_model


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
    """Prepared faces uint8[N, s, s, 3], their labels bool[N, 40], and what a run may want beside these:
    what teachers say of them, and whose faces they are, int64[N] from 0, -1 for unknown.
    """

    faces: NDArray[np.uint8]
    labels: NDArray[np.bool_]
    taught: Taught | None = None
    people: NDArray[np.int64] | None = None

    def __getitem__(self, chosen: NDArray[np.int64]) -> "Examples":
        """Those chosen, in that order."""
        said = self.taught
        taught = said and Taught(said.probabilities[chosen], said.hints[chosen])
        people = None if self.people is None else self.people[chosen]
        return Examples(self.faces[chosen], self.labels[chosen], taught, people)


def learning_rate(hyper: Hyperparameters, step: int, steps_per_epoch: int) -> float:
    """The rate at a step of the whole run: linear warm-up, then constant, or a cosine down to 0 at the last step."""
    warmup = hyper.warmup * steps_per_epoch
    if step < warmup:
        return hyper.learning_rate * min(1.0, (step + 1) / warmup)
    if hyper.schedule == "constant":
        return hyper.learning_rate
    done = (step - warmup) / max(1, hyper.epochs * steps_per_epoch - warmup)
    return hyper.learning_rate * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))


def batches(examples: Examples, hyper: Hyperparameters, epoch: int) -> Iterator[tuple[torch.Tensor, Examples]]:
    """An epoch's whole batches: every example at most once, its faces float32[N, 3, size, size] in 0..1.

    The order and every change of a face are drawn from seed and epoch.
    """
    random = np.random.default_rng([hyper.seed, epoch])
    order = random.permutation(len(examples.faces))
    size = min(hyper.batch_size, len(order))
    for start in range(0, len(order) - size + 1, size):
        batch = examples[order[start : start + size]]
        yield _seen(batch.faces, hyper, random), batch


def _seen(faces: NDArray[np.uint8], hyper: Hyperparameters, random: np.random.Generator) -> torch.Tensor:
    if hyper.augment:
        return augmented(faces, hyper.size, random)
    flipped = random.random(len(faces)) < 0.5
    faces[flipped] = faces[flipped, :, ::-1]
    return unit_range(faces)


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
    decoded images. Raises DatasetError for a data set that cannot be read, RunError for a run that diverges.
    """
    training = _training(data.split("train").first(run.hyper.limit), run, cache, decoding)
    validation = _validation(data.split("val"), run, cache, decoding)
    weights = class_weights(training.labels, run.hyper.weighting, run.hyper.loss)
    if not run.tasks:
        people = 0 if training.people is None else int(training.people.max()) + 1
        hints = training.taught.hints.shape[1] if training.taught and run.hyper.hint else 0
        run.learn_too(people, hints)
    while not run.over:
        started = time.monotonic()
        loss, accuracy = _epoch(run, training, weights, progress)
        row = {"epoch": len(run.history), "loss": loss, "accuracy": accuracy}
        row |= _validated(run, validation, weights)
        run.record({**row, "seconds": round(time.monotonic() - started, 1)})
    if not became_model(run.out):  # else somebody may have calibrated it anew since
        finish(run, validation.faces, validation.labels, base_rates(data))
    return run.history


def _training(faces: celeba.Faces, run: Run, cache: Path, decoding: Callable[[int, int], None] | None) -> Examples:
    hyper = run.hyper
    size = round(hyper.size * OVERSAMPLED) if hyper.augment else hyper.size
    prepared = pixels.cached(faces, replace(run.preprocessing, size=size), cache, decoding)
    soft = taught(hyper.teachers, faces, cache, run.device, decoding) if hyper.teachers else None
    return Examples(prepared, faces.labels, soft, celeba.people(faces.identities) if hyper.identity else None)


def _validation(faces: celeba.Faces, run: Run, cache: Path, decoding: Callable[[int, int], None] | None) -> Examples:
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
    for step, (faces, batch) in enumerate(batches(examples, hyper, epoch), start=1):
        number = epoch * steps + step - 1
        sums += _step(run, faces, batch, weights, learning_rate(hyper, number, steps))
        if not np.isfinite(sums).all():
            raise _diverged(f"The loss is no longer a number, in epoch {epoch}, step {step}")
        run.follow(number)
        if progress:
            speed = step * len(faces) / (time.monotonic() - started)
            loss, accuracy = (sums / step).tolist()
            progress(Step(epoch, hyper.epochs, step, steps, loss, accuracy, speed))
    loss, accuracy = (sums / step).tolist()
    return loss, accuracy


def _diverged(what: str) -> RunError:
    return RunError(
        f"{what}: this run diverges. Start another with a lower --learning-rate; the epochs before are kept."
    )


def _step(run: Run, faces: torch.Tensor, batch: Examples, weights: ClassWeights, rate: float) -> tuple[float, float]:
    """One step of the optimizer; the batch's loss and accuracy."""
    truth = torch.from_numpy(batch.labels).float().to(run.device)
    for group in run.optimizer.param_groups:
        group["lr"] = rate
    with torch.autocast(torch.device(run.device).type, torch.bfloat16):
        pooled = run.network.backbone(normalised(faces.to(run.device), run.preprocessing))
        logits, features = run.network.head(pooled)
    loss = weighted_loss(logits, truth, weights, _targets(truth, batch, run.hyper.distill))
    loss = loss + _further(run, batch, pooled, features)
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    run.optimizer.step()
    return loss.item(), ((logits > 0) == (truth > 0.5)).float().mean().item()


def _targets(truth: torch.Tensor, batch: Examples, share: float) -> torch.Tensor:
    """The labels, or where there are teachers, their probabilities mixed in by that share (Hinton et al. 2015)."""
    if batch.taught is None:
        return truth
    return torch.lerp(truth, torch.from_numpy(batch.taught.probabilities).to(truth.device), share)


def _further(run: Run, batch: Examples, pooled: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
    """The weighted losses of the tasks beside the labels."""
    loss = torch.zeros((), device=pooled.device)
    if "identity" in run.tasks and batch.people is not None and (batch.people >= 0).any():
        people = torch.from_numpy(batch.people).to(run.device)
        loss = loss + run.hyper.identity * run.tasks["identity"](features[people >= 0], people[people >= 0])
    if "hint" in run.tasks and batch.taught is not None:
        loss = loss + run.hyper.hint * run.tasks["hint"](pooled, torch.from_numpy(batch.taught.hints).to(run.device))
    return loss


def _validated(run: Run, validation: Examples, weights: ClassWeights) -> dict[str, float]:
    """The weighted loss, and figures at one half of the uncalibrated probability; RunError for weights that say
    nothing, or that cannot be stored as a model's are, halved.
    """
    predicted = predict(run.smooth, run.preprocessing, validation.faces, autocast=True)
    halved = (values.half() for values in run.smooth.state_dict().values() if values.is_floating_point())
    if not np.isfinite(predicted.logits).all() or not all(values.isfinite().all() for values in halved):
        raise _diverged(f"The weights are too large, after epoch {len(run.history)}")
    truth = torch.from_numpy(validation.labels).float()
    figures = evaluate(checkpoint.Calibration().probabilities(predicted.logits), validation.labels, np.full(40, 0.5))
    return {
        "validation_loss": weighted_loss(torch.from_numpy(predicted.logits), truth, weights).item(),
        "validation_accuracy": figures.accuracy,
        "validation_balanced_accuracy": figures.balanced_accuracy,
        "validation_mean_average_precision": figures.mean_average_precision,
    }
