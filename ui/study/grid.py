"""The command `grid`: every combination of learning rate and dropout, as in the study; the best by validation."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui import options
from ui.options import cache_folder
from ui.study import hyperparameters as chosen
from ui.study.hyperparameters import CROP, Cache, CelebaFolder, Network, ScheduleName, WeightingName

if TYPE_CHECKING:
    from classifiers.training.grid import Outcome
    from classifiers.training.train import Step

FIGURES = ("validation_loss", "validation_accuracy", "validation_balanced_accuracy",
           "validation_mean_average_precision", "seconds")  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command()(grid)


def grid(
    celeba: CelebaFolder,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the runs, the table and the pictures go.")],
    model: Annotated[list[Network] | None, typer.Option(help="Repeat it for several; densenet121 without.")] = None,
    learning_rate: Annotated[
        list[float] | None,
        typer.Option(metavar="X", min=0, help="Repeat it for several; 0.01, 0.005 and 0.001 without."),
    ] = None,
    dropout: Annotated[
        list[float] | None,
        typer.Option(metavar="SHARE", min=0, max=0.99, help="Repeat it for several; 0.3 and 0.5 without."),
    ] = None,
    epochs: chosen.Epochs = 8,
    limit: chosen.Limit = None,
    size: chosen.Size = 64,
    batch_size: chosen.BatchSize = 64,
    features: chosen.Features = 512,
    init: chosen.Init = "random",
    schedule: chosen.Schedule = ScheduleName.cosine,
    warmup: chosen.Warmup = 0.5,
    weighting: chosen.Weighting = WeightingName.inverse,
    augment: chosen.Augment = False,
    seed: chosen.Seed = 0,
    device: options.Device = "auto",
    cache: Cache = None,
    no_progress: options.NoProgress = False,
    as_json: options.Json = False,
) -> None:
    """Trains every combination, in a folder each. Run again, it goes on where it stopped."""
    from classifiers.hyperparameters import Hyperparameters
    from classifiers.networks.devices import available
    from classifiers.sets import celeba as dataset
    from classifiers.training import grid as runs
    from ui import progress
    from ui.output import say, write_json
    from ui.study import grid_pictures
    from ui.study.charts import write

    hyper = Hyperparameters(
        size=size, crop=CROP, init=init, epochs=epochs, batch_size=batch_size, schedule=schedule.value, warmup=warmup,
        features=features, weighting=weighting.value, limit=limit, seed=seed, augment=augment,
    )  # fmt: skip
    wanted = runs.combinations(
        hyper,
        [network.value for network in model or [Network.densenet121]],
        learning_rate or runs.LEARNING_RATES,
        dropout or runs.DROPOUTS,
    )
    data, outcomes = dataset.load(celeba), []
    with progress.bar(quiet=no_progress) as show:
        on_step, decoding = _naming(progress.training(show, quiet=no_progress), no_progress), progress.decoding(show)
        try:
            for outcome in runs.search(
                data, wanted, out, cache=cache_folder(cache), device=available(device), progress=on_step,
                decoding=decoding,
            ):  # fmt: skip
                outcomes.append(outcome)
                _write(outcomes, out)
        except KeyboardInterrupt:
            say("Stopped. Finished runs and whole epochs are kept; the same command goes on from there.")
            raise
    for kind in grid_pictures.CURVES:
        write(grid_pictures.curves(outcomes, kind), out / f"{kind}.png")
    if as_json:
        write_json([outcome.as_json() for outcome in outcomes])
    else:
        _print(outcomes, len(wanted))


def _naming(on_step: Callable[["Step"], None], quiet: bool) -> Callable[[str, "Step"], None]:
    """Says which run is going on when another begins."""
    from ui.output import say

    seen: list[str] = []

    def progress(name: str, step: "Step") -> None:
        if name not in seen:
            seen.append(name)
            if not quiet:
                say(name)
        on_step(step)

    return progress


def _write(outcomes: Sequence["Outcome"], out: Path) -> None:
    """The runs that have ended: as JSON with their curves, and a row a run as CSV."""
    from classifiers.networks.checkpoint import write_atomically
    from classifiers.training.grid import CHOSEN_BY, best
    from ui.study.charts import write_rows

    rows = [outcome.as_json() for outcome in outcomes]
    chosen = best(outcomes)
    search = {"chosen": chosen and chosen.name, "chosen_by": f"{CHOSEN_BY} of the best epoch", "runs": rows}
    write_atomically(out / "grid.json", (json.dumps(search, indent=2) + "\n").encode())
    header = ("run", "model", "learning_rate", "dropout", "batch_size", "features", "size", "training_images",
              "available_images", "epochs", "best_epoch", *FIGURES, "machine", "scale", "diverged",
              "chosen")  # fmt: skip
    table = [{**row["hyperparameters"], **row, "chosen": int(row["run"] == search["chosen"])} for row in rows]
    write_rows(out / "grid.csv", header, ([row.get(column) for column in header] for row in table))


def _print(outcomes: Sequence["Outcome"], wanted: int) -> None:
    from classifiers.training.grid import best
    from ui.output import console, write_table

    chosen = best(outcomes)
    rows = [
        [*(_cell(outcome.as_json().get(figure)) for figure in FIGURES), _epoch(outcome), outcome.name,
         _remark(outcome, chosen)]
        for outcome in outcomes
    ]  # fmt: skip
    headers = [figure.replace("_", " ") for figure in FIGURES]
    write_table([*headers, "best epoch", "run", ""], rows, numbers=len(FIGURES) + 1)
    out = console()
    out.print(f"{len(outcomes)} of {wanted} runs, each on {'; '.join(dict.fromkeys(o.scale for o in outcomes))}")
    if chosen:
        out.print(f"The best, by mean average precision on validation: {chosen.name}")


def _epoch(outcome: "Outcome") -> str:
    return f"{outcome.best['epoch'] + 1} of {outcome.hyper.epochs}" if outcome.best else "–"


def _remark(outcome: "Outcome", chosen: "Outcome | None") -> str:
    return "diverged" if outcome.diverged else "best" if outcome is chosen else ""


def _cell(value: Any) -> str:
    return "–" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
