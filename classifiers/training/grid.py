"""The hyperparameter search: every combination trained to its end, a folder a run, the best chosen by validation.

A search can be interrupted at any moment; started again, it trains only what is not finished. Knows how runs are
told apart and compared, not how one is trained.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from classifiers.hyperparameters import Hyperparameters, RunError
from classifiers.networks import checkpoint
from classifiers.sets import celeba
from classifiers.training.run import RUN, Run, became_model
from classifiers.training.train import Step, train

LEARNING_RATES = (0.01, 0.005, 0.001)  # of the study, as are the dropouts, the epochs and the training images
DROPOUTS = (0.3, 0.5)
EPOCHS = 8
CHOSEN_BY = "validation_mean_average_precision"  # of the best epoch: needs no threshold, which each run would move
DIVERGED = "diverged.txt"  # in a run's folder: why it was given up

Progress = Callable[[str, Step], None]
"""Called with a run's name and where it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """A run that has ended: its name, what it was trained with, on how many of how many training images, its history
    (a row an epoch), and if it diverged, the reason.
    """

    name: str
    hyper: Hyperparameters
    images: int
    available: int
    machine: str
    history: Sequence[dict[str, Any]]
    diverged: str = ""

    @property
    def best(self) -> dict[str, Any]:
        """The row of the epoch with the best validation; empty when there is none."""
        return max(self.history, key=lambda row: row[CHOSEN_BY], default={})

    @property
    def seconds(self) -> float:
        return float(round(sum(row["seconds"] for row in self.history), 1))

    @property
    def scale(self) -> str:
        """On how much it was trained: `4,000 of 37,529 training images, 2 epochs (the study: 8)`."""
        return scale(self.images, self.available, self.hyper.epochs)

    def as_json(self) -> dict[str, Any]:
        """A row of the search, with the curves."""
        return {
            "run": self.name,
            "scale": self.scale,
            "hyperparameters": asdict(self.hyper),
            "training_images": self.images,
            "available_images": self.available,
            "machine": self.machine,
            "seconds": self.seconds,
            "diverged": self.diverged,
            "best_epoch": self.best.get("epoch"),
            **{name: value for name, value in self.best.items() if name.startswith("validation_")},
            "history": list(self.history),
        }


def scale(images: int, available: int, epochs: int) -> str:
    """How much a run sees, in words; `available` are the training images that there are."""
    seen = f"{images:,} of {available:,}" if images < available else f"all {available:,}"
    counted = f"{epochs} epoch{'' if epochs == 1 else 's'}"
    return f"{seen} training images, {counted}" + (f" (the study: {EPOCHS})" if epochs < EPOCHS else "")


def combinations(
    given: Hyperparameters,
    models: Sequence[str],
    learning_rates: Sequence[float] = LEARNING_RATES,
    dropouts: Sequence[float] = DROPOUTS,
) -> list[Hyperparameters]:
    """Every combination, each once, all else as `given`; no run stops early, so that all curves have one length."""
    chosen = dict.fromkeys(product(models, learning_rates, dropouts))
    return [
        replace(given, model=model, learning_rate=rate, dropout=dropout, patience=given.epochs)
        for model, rate, dropout in chosen
    ]


def name(hyper: Hyperparameters) -> str:
    """What a run is called, such as `densenet121-lr0.01-dropout0.3`."""
    return f"{hyper.model}-lr{hyper.learning_rate:g}-dropout{hyper.dropout:g}"


def search(
    data: celeba.CelebA,
    runs: Sequence[Hyperparameters],
    out: Path,
    *,
    cache: Path,
    device: str = "cpu",
    progress: Progress | None = None,
    decoding: Callable[[int, int], None] | None = None,
) -> Iterator[Outcome]:
    """Trains each run in a folder of `out` named after it, and yields it as it ends.

    RunError when a folder holds a run with other hyperparameters; all folders are looked at before the first run.
    """
    for hyper in runs:
        _check(hyper, out / name(hyper))
    for hyper in runs:
        called = name(hyper)
        yield finished(
            data,
            hyper,
            out / called,
            cache=cache,
            device=device,
            progress=_naming(progress, called),
            decoding=decoding,
        )


def _naming(progress: Progress | None, called: str) -> Callable[[Step], None] | None:
    return (lambda step: progress(called, step)) if progress else None


def finished(
    data: celeba.CelebA,
    hyper: Hyperparameters,
    folder: Path,
    *,
    cache: Path,
    device: str = "cpu",
    progress: Callable[[Step], None] | None = None,
    decoding: Callable[[int, int], None] | None = None,
) -> Outcome:
    """The run in `folder` at its end: begun, gone on with, or found there as it is."""
    _check(hyper, folder)
    diverged = _given_up(folder)
    if not diverged and not became_model(folder):
        run = Run.resumed(folder, device) if (folder / RUN).exists() else Run.new(hyper, folder, device)
        try:
            train(data, run, cache=cache, progress=progress, decoding=decoding)
        except RunError as error:  # of all that can go wrong in a run, this is a result
            diverged = str(error)
            checkpoint.write_atomically(folder / DIVERGED, diverged.encode())
    facts, available = _facts(folder), len(data.split("train"))
    images = min(available, hyper.limit or available)
    return Outcome(folder.name, hyper, images, available, facts["machine"], facts["history"], diverged)


def _given_up(folder: Path) -> str:
    path = folder / DIVERGED
    return path.read_text() if path.exists() else ""


def _facts(folder: Path) -> dict[str, Any]:
    """What a run's folder says of it: hyperparameters, machine, history; RunError when it cannot be read."""
    try:
        facts: dict[str, Any] = json.loads((folder / RUN).read_text())
        return {key: facts[key] for key in ("hyperparameters", "machine", "history")}
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(f"{folder / RUN} is damaged ({error}): delete the folder, and the run is done again.") from error


def _check(hyper: Hyperparameters, folder: Path) -> None:
    """RunError when the folder holds a run that is not this one."""
    if not (folder / RUN).exists():
        return
    known, wanted = _facts(folder)["hyperparameters"], json.loads(json.dumps(asdict(hyper)))
    for key, value in wanted.items():
        if known.get(key) != value:
            raise RunError(
                f"{folder} holds a run with {key} {known.get(key)}, and now it should be {value}. "
                "Give another --out, or the options it was begun with."
            )


def best(outcomes: Sequence[Outcome]) -> Outcome | None:
    """The run with the best epoch on validation, the first of equals; None when none has come to its end."""
    return max((o for o in outcomes if o.history and not o.diverged), key=lambda o: o.best[CHOSEN_BY], default=None)
