"""The training loop: hyperparameters in, a folder with the best epoch as a calibrated model out.

A run can be interrupted at any moment and goes on from its last whole epoch, on a CPU bit for bit: every epoch's order,
changes of faces and dropout are drawn from the run's seed and the epoch's number, never from what went before. A step
asks nothing of the device, so that a GPU need not wait for the host. Knows nothing of the command line.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from classifiers import celeba, descriptors, face_sets, pixels
from classifiers.calibrate import base_rates
from classifiers.cards import Calibration
from classifiers.distill import Said, Teachers
from classifiers.evaluate import evaluate
from classifiers.examples import Batch, Decoding, Examples, InFiles, Told, batches, fits, gathered
from classifiers.face_sets import FaceSet
from classifiers.finish import finish
from classifiers.hyperparameters import Hyperparameters, RunError
from classifiers.inference import predict
from classifiers.losses import ClassWeights, class_weights, mean_known, weighted_loss
from classifiers.networks import halves, normalised
from classifiers.preprocessing import Preprocessing
from classifiers.run import Run, became_model
from classifiers.tasks import related

SELDOM = 20  # steps of a GPU between two looks at how it goes: each look waits until the device has caught up


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


Progress = Callable[[Step], None] | None


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """All that an epoch needs beside the run: examples, the weights of their classes, teachers who see what the
    student sees, and the side in pixels of the views that are made.
    """

    examples: Examples
    weights: ClassWeights
    teachers: Teachers | None
    size: int


class Validation(NamedTuple):
    """Prepared faces uint8[N, s, s, 3], on the device where they fit, and labels bool[N, 40]."""

    faces: NDArray[np.uint8] | torch.Tensor
    labels: NDArray[np.bool_]


def learning_rate(hyper: Hyperparameters, step: int, steps_per_epoch: int) -> float:
    """The rate at a step of the whole run: linear warm-up, then constant, or a cosine down to 0 at the last step."""
    warmup = hyper.warmup * steps_per_epoch
    if step < warmup:
        return hyper.learning_rate * min(1.0, (step + 1) / warmup)
    if hyper.schedule == "constant":
        return hyper.learning_rate
    done = (step - warmup) / max(1, hyper.epochs * steps_per_epoch - warmup)
    return hyper.learning_rate * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))


def train(
    data: celeba.CelebA,
    run: Run,
    *,
    cache: Path,
    progress: Progress = None,
    decoding: Decoding = None,
    saying: Callable[[str], None] | None = None,
) -> list[dict[str, Any]]:
    """Trains the run to its end, makes its best epoch the model in its folder, and returns its history.

    Validation is over all of the validation split, in eval mode, without augmentation. `cache` is the folder of
    decoded images; `saying` is told what a person should know, and need do nothing about. Raises DatasetError for a
    data set that cannot be read, RunError for a run that diverges or descriptors that do not fit the data.
    """
    sets = sets_of(data, run.hyper)
    lesson = _lesson(sets, run, cache, decoding)
    validation = _validation(data.split("val"), run, cache, decoding)
    if saying and isinstance(lesson.examples.pixels, InFiles) and torch.device(run.device).type == "cuda":
        saying("The images do not fit into the GPU's memory beside the network: each batch is copied there anew.")
    if not run.tasks:
        run.learn_too(*_widths(lesson, run.hyper))
    while not run.over:
        run.record(_epoch(run, lesson, validation, progress))
    if not became_model(run.out):  # else somebody may have calibrated it anew since
        finish(run, validation.faces, validation.labels, base_rates(data), [s.first(run.hyper.limit) for s in sets])
    return run.history


def check(data: celeba.CelebA, hyper: Hyperparameters) -> None:
    """DatasetError or RunError for tables and descriptors that cannot be learned from, before a run is begun."""
    sets = sets_of(data, hyper)
    if hyper.descriptors:
        descriptors.read(Path(hyper.descriptors), sum(map(len, sets)))


def sets_of(data: celeba.CelebA, hyper: Hyperparameters) -> list[FaceSet]:
    """All that a run learns from: the data set's training partition, then each further table."""
    return [face_sets.of_celeba(data.split("train")), *(face_sets.read(Path(table)) for table in hyper.also)]


def _lesson(sets: Sequence[FaceSet], run: Run, cache: Path, decoding: Decoding) -> Lesson:
    hyper = run.hyper
    teachers = Teachers(hyper.teachers, run.device) if hyper.same_view else None
    size = max(hyper.size, teachers.size if teachers else 0)
    examples = gathered(sets, hyper, Preprocessing(size, hyper.crop), cache, run.device, decoding)
    some = [each.first(hyper.limit) for each in sets]
    labels, known = (np.concatenate(parts) for parts in zip(*((s.faces.labels, s.known) for s in some), strict=True))
    weights = class_weights(labels, hyper.weighting, hyper.loss, None if known.all() else known, run.device)
    return Lesson(examples, weights, teachers, size)


def _widths(lesson: Lesson, hyper: Hyperparameters) -> tuple[int, int, int]:
    """How many people there are to tell apart, and how wide the teachers' output and the descriptors are that are
    learned; 0 for what is not.
    """
    told = lesson.examples.told
    people = 0 if told.people is None else int(told.people.max()) + 1
    seen = lesson.teachers.width if lesson.teachers else 0 if told.hints is None else told.hints.shape[1]
    pointed = 0 if told.descriptors is None else told.descriptors.shape[1]
    return people, seen if hyper.hint else 0, pointed if hyper.point else 0


def _validation(faces: celeba.Faces, run: Run, cache: Path, decoding: Decoding) -> Validation:
    prepared = pixels.cached(faces, run.preprocessing, cache, decoding)
    held = torch.from_numpy(np.array(prepared)).to(run.device) if fits(prepared.nbytes, run.device) else prepared
    return Validation(held, faces.labels)


def _epoch(run: Run, lesson: Lesson, validation: Validation, progress: Progress) -> dict[str, Any]:
    """One pass over the training examples, and its row of the history."""
    started = time.monotonic()
    loss, accuracy, images = _passed(run, lesson, progress)
    run.settle()
    row = {"epoch": len(run.history), "loss": loss, "accuracy": accuracy, "images": images}
    row |= _validated(run, validation, lesson.weights)
    return {**row, "seconds": round(time.monotonic() - started, 1)}


def _passed(run: Run, lesson: Lesson, progress: Progress) -> tuple[float, float, int]:
    """The mean loss and accuracy of one pass, and how many images it saw."""
    epoch, hyper, device = len(run.history), run.hyper, torch.device(run.device)
    _hurry(device)
    torch.manual_seed(hyper.seed * 1_000_003 + epoch)  # dropout
    run.network.train()
    drawn = lesson.examples.drawn(hyper.partial)
    steps, many = max(1, drawn // hyper.batch_size), min(hyper.batch_size, drawn)
    sums, started = torch.zeros(2, device=device), time.monotonic()
    for step, batch in enumerate(batches(lesson.examples, hyper, epoch, lesson.size), start=1):
        number = epoch * steps + step - 1
        sums += _step(run, batch, lesson, learning_rate(hyper, number, steps))
        run.follow(number)
        if step % every(device) == 0 or step == steps:
            loss, accuracy = (sums / step).tolist()
            if not math.isfinite(loss):
                raise _diverged(f"The loss is no longer a number, in epoch {epoch}, step {step}")
            if progress:
                speed = step * many / (time.monotonic() - started)
                progress(Step(epoch, hyper.epochs, step, steps, loss, accuracy, speed))
    return loss, accuracy, steps * many


def every(device: torch.device) -> int:
    """After how many steps to look how it goes."""
    return 1 if device.type == "cpu" else SELDOM


def _hurry(device: torch.device) -> None:
    """Lets a GPU look for its fastest convolutions, and multiply in TensorFloat-32 what is not in bfloat16."""
    if device.type == "cuda":
        torch.backends.cudnn.benchmark = True
        torch.set_float32_matmul_precision("high")


def _diverged(what: str) -> RunError:
    return RunError(
        f"{what}: this run diverges. Start another with a lower --learning-rate; the epochs before are kept."
    )


def _step(run: Run, batch: Batch, lesson: Lesson, rate: float) -> torch.Tensor:
    """One step of the optimizer; the batch's loss and accuracy, [2], on the device."""
    for group in run.optimizer.param_groups:
        group["lr"] = rate
    loss, accuracy = _judged(run, batch, lesson)
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    run.optimizer.step()
    return torch.stack((loss.detach(), accuracy))


def _judged(run: Run, batch: Batch, lesson: Lesson) -> tuple[torch.Tensor, torch.Tensor]:
    """The loss of all that is learned, and the accuracy over known labels."""
    told = batch.told
    said = lesson.teachers.say(batch.view) if lesson.teachers else None
    with torch.autocast(batch.faces.device.type, torch.bfloat16, enabled=halves(batch.faces.device)):
        pooled = run.network.backbone(normalised(batch.faces, run.preprocessing))
        logits, features = run.network.head(pooled)
    classes, targets, known = aim(told, said, run.hyper.distill)
    loss = weighted_loss(logits, classes, lesson.weights, targets, known)
    loss = loss + _further(run, told, said, pooled, features)
    right = ((logits.detach() > 0) == (told.labels > 0.5)).float()
    return loss, mean_known(right, told.known)


def aim(told: Told, said: Said | None, share: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor | None]:
    """By what a batch's outputs are weighed, what they should be, and which of them are known at all (None: all).

    The labels; where there are teachers, their probabilities mixed in by that share (Hinton et al. 2015), and where
    a label is not known, their word alone.
    """
    labels, known = told.labels, told.known
    probabilities = told.probabilities if said is None else said.probabilities
    if probabilities is None:
        return labels, labels, known
    mixed = torch.lerp(labels, probabilities, share)
    if known is None:
        return labels, mixed, None
    return torch.where(known, labels, probabilities), torch.where(known, mixed, probabilities), None


def _further(run: Run, told: Told, said: Said | None, pooled: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
    """The weighted losses of the tasks beside the labels."""
    hyper, loss = run.hyper, torch.zeros((), device=pooled.device)
    if "identity" in run.tasks and told.people is not None:
        loss = loss + hyper.identity * run.tasks["identity"](features, told.people)
    hints = told.hints if said is None else said.hints
    if "hint" in run.tasks and hints is not None:
        loss = loss + hyper.hint * run.tasks["hint"](pooled, hints)
    if "point" in run.tasks and told.descriptors is not None:
        loss = loss + hyper.point * run.tasks["point"](features, told.descriptors)
    if hyper.relate and told.descriptors is not None:
        loss = loss + hyper.relate * related(features, told.descriptors)
    return loss


def _validated(run: Run, validation: Validation, weights: ClassWeights) -> dict[str, float]:
    """The weighted loss, and figures at one half of the uncalibrated probability; RunError for weights that say
    nothing, or that cannot be stored as a model's are, halved.
    """
    many, half = max(64, run.hyper.batch_size), halves(torch.device(run.device))
    predicted = predict(run.smooth, run.preprocessing, validation.faces, batch_size=many, autocast=half)
    halved = [values.half() for values in run.smooth.state_dict().values() if values.is_floating_point()]
    if not np.isfinite(predicted.logits).all() or not torch.stack([v.isfinite().all() for v in halved]).all():
        raise _diverged(f"The weights are too large, after epoch {len(run.history)}")
    logits, truth = (torch.from_numpy(v).to(run.device) for v in (predicted.logits, validation.labels))
    figures = evaluate(Calibration().probabilities(predicted.logits), validation.labels, np.full(40, 0.5))
    return {
        "validation_loss": weighted_loss(logits, truth.float(), weights).item(),
        "validation_accuracy": figures.accuracy,
        "validation_balanced_accuracy": figures.balanced_accuracy,
        "validation_mean_average_precision": figures.mean_average_precision,
    }
