"""The command `compare`: models side by side on the same images, in tables and pictures."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui import options
from ui.options import cache_folder
from ui.study.evaluate import Thresholds
from ui.study.hyperparameters import Cache, CelebaFolder
from ui.study.train import Split

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from classifiers.evaluation.evaluate import Evaluation
    from classifiers.sets.celeba import Faces
    from classifiers.tagger import Tagger
    from ui.progress import Show

MEANS = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "macro_f1": "macro F1",
    "mean_average_precision": "mean average precision",
}
COLUMNS = ("accuracy", "balanced_accuracy", "precision", "recall", "f1", "average_precision",
           "expected_calibration_error")  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A model and what it says of the images: probabilities float32[N, 40], at which thresholds [40], how well."""

    name: str
    tagger: "Tagger"
    probabilities: "NDArray[np.float32]"
    thresholds: "NDArray[np.float64]"
    figures: "Evaluation"

    def right(self, labels: "NDArray[np.bool_]") -> "NDArray[np.bool_]":
        """bool[N, 40]: which decisions are right."""
        right: NDArray[np.bool_] = (self.probabilities >= self.thresholds) == labels
        return right


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command()(compare)


def compare(
    celeba: CelebaFolder,
    model: Annotated[list[str], typer.Option(help="A shipped model, or a folder of one. Repeat it for each.")],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where tables and pictures go.")],
    image: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", readable=False, help="A picture to be tagged by all. Repeat it."),
    ] = None,
    split: Annotated[Split, typer.Option(help="The partition of CelebA.")] = Split.test,
    thresholds: Annotated[Thresholds, typer.Option(help="What decisions are made for.")] = Thresholds.accuracy,
    crop: Annotated[options.Crop, typer.Option(help="How faces are had from --image.")] = "auto",
    device: options.Device = "auto",
    cache: Cache = None,
    no_progress: options.NoProgress = False,
    as_json: options.Json = False,
) -> None:
    """Models side by side, attribute by attribute. The first against each other one."""
    from classifiers.sets import celeba as dataset
    from ui import progress
    from ui.output import write_json
    from ui.study.comparison_tags import Eye, tagged_by_all

    faces = dataset.load(celeba).split(split.value)
    with progress.bar(quiet=no_progress) as show:
        sides = _sides(model, faces, thresholds.value, device, cache_folder(cache), show)
    differences = list(_differences(sides, faces.labels))
    remark = f"{split.value}, {len(faces):,} images; thresholds: {thresholds.value}"
    written = list(_written(sides, faces.labels, differences, out, remark))
    found = {
        "split": split.value,
        "images": len(faces),
        "thresholds": thresholds.value,
        "models": [{"model": side.name, **side.figures.as_json()} for side in sides],
        "differences": differences,
    }
    written.append(out / "comparison.json")
    written[-1].write_text(json.dumps(found, indent=2) + "\n")
    failed = False
    if image:
        eyes = [Eye(side.name, side.tagger, side.thresholds) for side in sides]
        paths, failed = tagged_by_all(eyes, image, crop, device, out)
        written += paths
    if as_json:
        write_json({**found, "written": [str(path) for path in written]})
    else:
        _print(sides, differences, written)
    if failed:
        raise typer.Exit(1)


def _sides(
    models: Sequence[str], faces: "Faces", thresholds: str, device: str, cache: Path, show: "Show"
) -> list[Side]:
    from classifiers.evaluation.evaluate import evaluate
    from classifiers.sets import pixels
    from classifiers.tagger import Tagger
    from ui import progress

    taggers = [Tagger.load(name, device) for name in dict.fromkeys(models)]
    sets = [tagger.card.thresholds_for(thresholds) for tagger in taggers]  # an error now, not after minutes of tagging
    sides = []
    for name, tagger, cuts in zip(_short([tagger.name for tagger in taggers]), taggers, sets, strict=True):
        prepared = pixels.cached(faces, tagger.card.preprocessing, cache, progress.decoding(show))
        probabilities = tagger.probabilities(prepared, lambda done, total, name=name: show(done, total, name))  # type: ignore[misc]
        sides.append(Side(name, tagger, probabilities, cuts, evaluate(probabilities, faces.labels, cuts)))
    return sides


def _short(names: Sequence[str]) -> list[str]:
    """The names' last parts, where these tell them apart; else the whole names."""
    parts = [Path(name).name for name in names]
    return parts if len(set(parts)) == len(parts) else list(names)


def _differences(sides: Sequence[Side], labels: "NDArray[np.bool_]") -> Iterator[dict[str, Any]]:
    """The first model's accuracy against each other's, with its interval, and attribute by attribute."""
    from classifiers.evaluation.compare import accuracy_difference, holm, mcnemar
    from retrieval.attributes import ATTRIBUTES

    first, *others = sides
    before = first.right(labels)
    for other in others:
        after = other.right(labels)
        p = [mcnemar(before[:, i], after[:, i]) for i in range(len(ATTRIBUTES))]
        rows = zip(ATTRIBUTES, (after.mean(0) - before.mean(0)).tolist(), p, holm(p), strict=True)
        each = {name: {"accuracy": d, "p": one, "p_of_40": of_all} for name, d, one, of_all in rows}
        overall = accuracy_difference(before, after)._asdict()
        yield {"of": other.name, "to": first.name, "accuracy": overall, "attributes": each}


def _written(
    sides: Sequence[Side], labels: "NDArray[np.bool_]", differences: Sequence[Mapping[str, Any]], out: Path, remark: str
) -> Iterator[Path]:
    from classifiers.evaluation.compare import reliability
    from retrieval.attributes import ATTRIBUTES
    from ui.study import comparison_pictures as pictures
    from ui.study.charts import write, write_rows

    attributes = {side.name: side.figures.as_json()["attributes"] for side in sides}
    yield write_rows(out / "comparison.csv", *_table(attributes, differences))
    first = attributes[sides[0].name]
    order = sorted(ATTRIBUTES, key=lambda name: -first[name]["f1"])
    yield write(pictures.bars(attributes, order, remark), out / "precision-recall-f1.png")
    histories = {side.name: history for side in sides if (history := side.tagger.card.training.get("history"))}
    if histories:
        yield write(pictures.curves(histories), out / "learning-curves.png")
        columns = list(dict.fromkeys(key for history in histories.values() for row in history for key in row))
        rows = [
            (name, *(row.get(key, "") for key in columns)) for name, history in histories.items() for row in history
        ]
        yield write_rows(out / "learning-curves.csv", ("model", *columns), rows)
    together = {side.name: reliability(side.probabilities, labels) for side in sides}
    errors = {side.name: side.figures.macro("expected_calibration_error") for side in sides}
    yield write(pictures.reliability(together, errors), out / "reliability.png")
    each = {
        name: {side.name: reliability(side.probabilities[:, i], labels[:, i]) for side in sides}
        for i, name in enumerate(ATTRIBUTES)
    }
    yield write(pictures.reliability_by_attribute(each), out / "reliability-by-attribute.png")
    bins = [(name, model, *b) for name, by in {"all": together, **each}.items() for model, bs in by.items() for b in bs]
    yield write_rows(out / "reliability.csv", ("attribute", "model", "probability", "share", "faces"), bins)


def _table(
    attributes: Mapping[str, Mapping[str, Mapping[str, float]]], differences: Sequence[Mapping[str, Any]]
) -> tuple[list[str], list[list[object]]]:
    """A row an attribute: every model's figures, then how each other differs from the first."""
    header = ["attribute", *(f"{model} {column}" for model in attributes for column in COLUMNS)]
    header += [f"{d['of']} {words}" for d in differences for words in ("accuracy gained", "p", "p of 40 tests")]
    names = next(iter(attributes.values()))
    rows: list[list[object]] = []
    for name in names:
        figures = [by[name][column] for by in attributes.values() for column in COLUMNS]
        gained = [value for d in differences for value in d["attributes"][name].values()]
        rows.append([name, *figures, *gained])
    return header, rows


def _print(sides: Sequence[Side], differences: Sequence[Mapping[str, Any]], written: Sequence[Path]) -> None:
    from retrieval.errors import shown
    from ui.output import console, write_table

    rows = [[*(f"{getattr(s.figures, figure):.4f}" for s in sides), words] for figure, words in MEANS.items()]
    for figure in ("precision", "recall", "expected_calibration_error"):
        values = (f"{side.figures.macro(figure):.4f}" for side in sides)
        rows.append([*values, f"macro {figure.replace('_', ' ')}"])
    write_table([*(shown(side.name) for side in sides), ""], rows, numbers=len(sides))
    out = console()
    for d in differences:
        out.print(shown(_sentence(d)))
    for path in written:
        out.print(str(path))


def _sentence(difference: Mapping[str, Any]) -> str:
    found, each = difference["accuracy"], difference["attributes"].values()
    sure = [row["accuracy"] for row in each if row["p_of_40"] < 0.05]
    more, less = sum(d > 0 for d in sure), sum(d < 0 for d in sure)
    return (
        f"{difference['of']} is right {found['difference']:+.2%} of the time against {difference['to']} "
        f"(95 % interval {found['low']:+.2%} to {found['high']:+.2%}, p {found['p']:.4f}); "
        f"surely better on {more} attributes, surely worse on {less}"
    )
