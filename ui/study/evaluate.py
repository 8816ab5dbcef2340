"""The commands `evaluate` and `calibrate`: how good a model is, and what its probabilities and thresholds are.

Knows how to gather what is measured and where faces are found, not how anything is measured.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from classifiers import DEFAULT_MODEL
from ui import options
from ui.options import cache_folder
from ui.study.hyperparameters import Cache, CelebaFolder
from ui.study.train import Split

if TYPE_CHECKING:
    from classifiers.evaluation.evaluate import Evaluation
    from classifiers.sets.celeba import Faces
    from classifiers.tagger import Tagger
    from ui.progress import Show

DIGITS = 5  # of the figures in a card


class Thresholds(StrEnum):
    """The sets of thresholds that a card keeps."""

    accuracy = "accuracy"
    f1 = "f1"
    counts = "counts"


def add_to(app: typer.Typer) -> None:
    """Registers the commands."""
    app.command()(evaluate)
    app.command()(calibrate)


def evaluate(
    celeba: Annotated[
        Path | None, typer.Argument(metavar="CELEBA", help="CelebA in Kaggle's or torchvision's layout.")
    ] = None,
    model: Annotated[str, typer.Option(help="A shipped model, or a folder of one.")] = DEFAULT_MODEL,
    split: Annotated[Split, typer.Option(help="The partition of CelebA.")] = Split.test,
    thresholds: Annotated[
        Thresholds, typer.Option(help="What decisions are made for; `find` makes them for counts.")
    ] = Thresholds.accuracy,
    queries: Annotated[bool, typer.Option("--queries", help="All queries of two and of three attributes too.")] = False,
    fairface: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="`Male` and `Young` on FairFace too, by race, gender and age.")
    ] = None,
    device: options.Device = "auto",
    cache: Cache = None,
    write_card: Annotated[bool, typer.Option("--write-card", help="Keep the figures in the model's card.")] = False,
    no_progress: options.NoProgress = False,
    as_json: options.Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Write the report attribute by attribute as CSV.")] = False,
) -> None:
    """How good a model is. Over a partition of CelebA attribute by attribute, on FairFace group by group."""
    if celeba is None and (fairface is None or as_csv or queries):
        raise typer.BadParameter("give the folder of CelebA; only --fairface can do without")
    from classifiers.networks import checkpoint
    from classifiers.sets import celeba as dataset
    from classifiers.sets.fairface import load as load_fairface
    from classifiers.tagger import Tagger
    from ui import progress
    from ui.output import write_json
    from ui.study import figures

    faces = dataset.load(celeba).split(split.value) if celeba else None
    groups = load_fairface(fairface) if fairface else None
    tagger = Tagger.load(model, device)
    facts: dict[str, Any] = {}
    with progress.bar(quiet=no_progress) as show:
        if faces:
            facts[split.value] = measured(tagger, faces, thresholds.value, cache_folder(cache), show, queries=queries)
        if groups:
            facts["fairface"] = on_fairface(tagger, groups, thresholds.value, show)
    if write_card:
        kept = {name: figures.rounded(values, DIGITS) for name, values in facts.items()}
        card = replace(tagger.card, figures={**tagger.card.figures, **kept})
        checkpoint.write_card(checkpoint.shipped(model), card)
    if as_json:
        own = {"split": split.value, **facts.pop(split.value)} if faces else {}
        write_json({"model": tagger.name, **own, **facts})
    elif as_csv:
        figures.write_csv(facts[split.value])
    else:
        figures.write(facts, split.value)


def measured(
    tagger: "Tagger", faces: "Faces", chosen: str, cache: Path, show: "Show", *, queries: bool
) -> dict[str, Any]:
    """A model's figures over CelebA's faces as JSON, decided by the chosen set of thresholds."""
    from classifiers.evaluation import thresholds
    from classifiers.evaluation.evaluate import evaluate as figures_of
    from classifiers.evaluation.evaluate import summary
    from classifiers.evaluation.likeness import likeness
    from classifiers.sets import pixels
    from ui import progress

    tagger.card.thresholds_for(chosen)  # an error now, not after minutes of tagging
    sets = tagger.card.sets
    prepared = pixels.cached(faces, tagger.card.preprocessing, cache, progress.decoding(show))
    tags = tagger.tag_all(prepared, lambda done, total: show(done, total, "tagging"))
    found = {name: figures_of(tags.probabilities, faces.labels, cuts) for name, cuts in sets.items()}
    alike = likeness(tags.embeddings, faces.identities, faces.labels).as_json()
    facts = {**summary(found, chosen), "find": thresholds.FOR_FIND, "likeness": alike}
    if queries:
        facts["queries"] = _asked(tags.probabilities, faces, sets, found, show)
    return facts


def _asked(
    probabilities: Any, faces: "Faces", sets: dict[str, Any], found: dict[str, "Evaluation"], show: "Show"
) -> dict[str, Any]:
    """All conjunctions of two and of three attributes, and those without NOT, beside what arithmetic would expect."""
    from classifiers.evaluation.conjunctions import conjunctions, expected_filter_f1

    facts: dict[str, Any] = {}
    for step, (name, words) in enumerate((("pairs", 2), ("triples", 3))):
        show(step, 2, f"asking all {name}")
        every = conjunctions(probabilities, faces.labels, sets, words)
        wanted = conjunctions(probabilities, faces.labels, sets, words, negated=False)
        expected = {
            label: expected_filter_f1(figures.each("precision"), figures.each("recall"), words)
            for label, figures in found.items()
        }
        without_not = {**wanted.as_json(), "filter_f1_by_arithmetic": expected}
        facts[name] = {**every.as_json(), "without_not": without_not}
    return facts


def on_fairface(tagger: "Tagger", data: Any, chosen: str, show: "Show") -> dict[str, Any]:
    """How far decisions agree with FairFace's labels, as JSON; of several faces in a photograph the largest counts."""
    import numpy as np

    from classifiers.sets.fairface import by_group
    from indexer.faces import Finder
    from indexer.look import faces_of
    from indexer.read import UnreadableImage
    from retrieval.attributes import ATTRIBUTES

    finder, found, rows = Finder(), [], []
    for number, path in enumerate(data.paths):
        show(number, len(data.paths), "finding faces")
        try:
            faces, tags = faces_of(str(path), tagger, finder)
        except UnreadableImage:
            continue  # as one without a face: both are what is missing between "photographs" and "found"
        if faces:
            found.append(number)
            rows.append(tags.probabilities[0])
    decided = np.reshape(rows, (-1, len(ATTRIBUTES))) >= tagger.card.thresholds_for(chosen)
    compared = {name: decided[:, ATTRIBUTES.index(name)] for name in data.truth}
    return {**by_group(data, np.array(found, np.int64), compared), "thresholds": chosen}


def calibrate(
    celeba: CelebaFolder,
    model: Annotated[str, typer.Option(metavar="NAME", help="A shipped model, or the folder of another.")],
    size: Annotated[
        int | None, typer.Option(metavar="N", min=16, max=1024, help="Look at faces in this size from now on.")
    ] = None,
    crop: Annotated[
        tuple[int, int, int, int] | None,
        typer.Option(metavar="N N N N", help="Look at this part of an aligned face from now on."),
    ] = None,
    device: options.Device = "auto",
    cache: Cache = None,
    no_progress: options.NoProgress = False,
    as_json: options.Json = False,
) -> None:
    """Calibrates a model anew. From the validation partition, thresholds too; writes the card.

    Trained on faces that were zoomed at random, a network may see more in another --size or --crop than its own
    (Touvron et al. 2019; `python benchmarks/inputs.py CELEBA` measures it on validation).
    """
    from classifiers.evaluation.calibrate import base_rates, calibrated
    from classifiers.networks import checkpoint
    from classifiers.sets import celeba as dataset
    from classifiers.sets import pixels
    from classifiers.tagger import Tagger
    from ui import progress
    from ui.output import write_json
    from ui.study import figures

    data = dataset.load(celeba)
    faces = data.split("val")
    tagger = Tagger.load(model, device)
    with _sizes_checked():
        seen = tagger.card.preprocessing
        tagger.card = replace(tagger.card, preprocessing=replace(seen, size=size or seen.size, crop=crop or seen.crop))
    with progress.bar(quiet=no_progress) as show:
        prepared = pixels.cached(faces, tagger.card.preprocessing, cache_folder(cache), progress.decoding(show))
        logits = tagger.logits(prepared, lambda done, total: show(done, total, "tagging"))
    card = calibrated(tagger.card, logits, faces.labels, base_rates(data))
    card = replace(card, figures={name: figures.rounded(facts, DIGITS) for name, facts in card.figures.items()})
    checkpoint.write_card(checkpoint.shipped(model), card)
    if as_json:
        write_json({"model": tagger.name, "split": "val", **card.figures["val"]})
    else:
        figures.write({"val": card.figures["val"]}, "val")


@contextmanager
def _sizes_checked() -> Iterator[None]:
    """A size or crop that cannot be is wrong usage."""
    try:
        yield
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
