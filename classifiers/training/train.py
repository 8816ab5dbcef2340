"""The training loop: hyperparameters in, a folder with the best epoch as a calibrated model out.

A run can be interrupted at any moment and goes on from its last whole epoch, on a CPU bit for bit: every epoch's order,
changes of faces and dropout are drawn from the run's seed and the epoch's number, never from what went before. A step
asks nothing of the device, so that a GPU need not wait for the host. Knows nothing of the command line.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from classifiers.cards.card import Calibration
from classifiers.evaluation.calibrate import base_rates
from classifiers.evaluation.evaluate import evaluate
from classifiers.evaluation.likeness import pairs_found, recalls
from classifiers.hyperparameters import Hyperparameters, RunError
from classifiers.networks.architectures import halves
from classifiers.networks.inference import predict
from classifiers.sets import celeba, face_sets, pixels
from classifiers.sets.face_sets import FaceSet
from classifiers.teaching import described, descriptors
from classifiers.teaching.examples import Batch, Decoding, InFiles, batches, fits
from classifiers.training.finish import finish
from classifiers.training.judged import judged
from classifiers.training.lesson import Lesson, lesson_of, widths
from classifiers.training.losses import ClassWeights, weighted_loss
from classifiers.training.run import Run, became_model

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


class Validation(NamedTuple):
    """Prepared faces uint8[N, s, s, 3], on the device where they fit, labels bool[N, 40], and people int64[N]."""

    faces: NDArray[np.uint8] | torch.Tensor
    labels: NDArray[np.bool_]
    people: NDArray[np.int64]


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
    lesson = lesson_of(sets, run, cache, decoding)
    validation = _validation(data.split("val"), run, cache, decoding)
    if saying and isinstance(lesson.examples.pixels, InFiles) and torch.device(run.device).type == "cuda":
        saying("The images do not fit into the GPU's memory beside the network: each batch is copied there anew.")
    if not run.tasks:
        run.learn_too(*widths(lesson, run.hyper))
    while not run.over:
        run.record(_epoch(run, lesson, validation, progress))
    if not became_model(run.out):  # else somebody may have calibrated it anew since
        some = [each.first(run.hyper.limit) for each in sets]
        clean = [pixels.cached(s.faces, run.preprocessing, cache, decoding) for s in some] if run.hyper.refit else []
        finish(run, validation.faces, validation.labels, base_rates(data), some, clean)
    return run.history


def check(data: celeba.CelebA, hyper: Hyperparameters) -> None:
    """DatasetError or RunError for tables and descriptors that cannot be learned from, before a run is begun."""
    sets = sets_of(data, hyper)
    if hyper.descriptors:
        descriptors.read(Path(hyper.descriptors), sum(map(len, sets)))
    if hyper.describe:
        described.installed()


def sets_of(data: celeba.CelebA, hyper: Hyperparameters) -> list[FaceSet]:
    """All that a run learns from: the data set's training partition, then each further table."""
    return [face_sets.of_celeba(data.split("train")), *(face_sets.read(Path(table)) for table in hyper.also)]


def _validation(faces: celeba.Faces, run: Run, cache: Path, decoding: Decoding) -> Validation:
    prepared = pixels.cached(faces, run.preprocessing, cache, decoding)
    held = torch.from_numpy(np.array(prepared)).to(run.device) if fits(prepared.nbytes, run.device) else prepared
    return Validation(held, faces.labels, faces.identities)


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
    if run.head:
        run.head.train()
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
        group["lr"] = rate * group["rate"]
    loss, accuracy = judged(run, batch, lesson)
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    run.optimizer.step()
    return torch.stack((loss.detach(), accuracy))


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
        **_recognised(run, predicted.embeddings, validation.people),
    }


@torch.no_grad()
def _recognised(run: Run, embeddings: NDArray[np.float32], people: NDArray[np.int64]) -> dict[str, float]:
    """How often the nearest by the people head is the same person, and how many true pairs it finds; without one,
    nothing.
    """
    if run.smooth_head is None:
        return {}
    vectors = run.smooth_head.eval()(torch.from_numpy(embeddings).to(run.device))
    unit = torch.nn.functional.normalize(vectors).cpu().numpy()
    return {
        "validation_same_person_first": recalls(unit, people)[1],
        "validation_true_pairs_found": pairs_found(unit, people),
    }
