"""The command `people-head`: trains what tells people apart by a model's embeddings, and chooses from which likeness
on two groups are one person. Knows neither how that is judged nor how it is learned.
"""

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui import options
from ui.options import cache_folder
from ui.study.hyperparameters import Cache, CelebaFolder
from ui.study.people_judged import Strangers, judged, taken_for_one, threshold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from classifiers.sets.celeba import CelebA, Faces
    from classifiers.tagger import Tagger
    from classifiers.training.people_head import Arrays, Recipe
    from retrieval.likeness.recognition import Head
    from ui.progress import Show

    Seen = tuple[NDArray[np.float32], NDArray[np.int64]]  # embeddings, and whose they are


PUSH = 2.0  # times the mean of strangers is the centre: once, three times as many of them are joined


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command()(people_head)


def people_head(
    celeba: CelebaFolder,
    model: Annotated[str, typer.Option(metavar="NAME", help="A shipped model, or the folder of another.")],
    epochs: Annotated[int, typer.Option(metavar="N", min=1, help="How often every face is seen.")] = 14,
    noise: Annotated[float, typer.Option(metavar="X", min=0, help="In standard deviations of an embedding.")] = 0.6,
    seed: Annotated[int, typer.Option(metavar="N", min=0)] = 0,
    fairface: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Half of FairFace says where poor pictures lie, the other half counts strangers taken for one.",
        ),
    ] = None,
    head: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="Take this head, which was learned with the network or before, and learn none.",
        ),
    ] = None,
    device: options.Device = "auto",
    cache: Cache = None,
    no_progress: options.NoProgress = False,
    as_json: options.Json = False,
) -> None:
    """Trains what tells people apart. A head over the model's embeddings, kept beside the model and told in its card.

    It learns from the people of CelebA's training partition; from which likeness on two groups are one person is chosen
    on validation, so that 95 of 100 pairs in a group are right there.
    """
    from classifiers.sets import celeba as dataset
    from classifiers.sets.fairface import load as load_fairface
    from classifiers.tagger import Tagger
    from classifiers.training import people_head
    from ui import progress
    from ui.output import write_json

    data, strangers = dataset.load(celeba), load_fairface(fairface) if fairface else None
    tagger = Tagger.load(model, device)
    recipe = people_head.Recipe(epochs=epochs, noise=noise, seed=seed)
    with progress.bar(quiet=no_progress) as show:
        kept = cache_folder(cache)
        wanted = _partitions(data, "val", "test") if head else _partitions(data, "train", "val", "test")
        seen = {name: (_seen(tagger, of, kept, show), of.identities) for name, of in wanted}
        others = _strangers(tagger, strangers.paths, show) if strangers else None
        if head:
            arrays, training = _given(head)
        else:
            arrays, training = _learned(seen["train"], recipe, show)
        told = _kept(tagger, arrays, training, seen, others)
    if as_json:
        write_json({"model": tagger.name, **told})
    else:
        write(told)


def choose(data: "CelebA", model: Path, device: str, cache: Path, show: "Show") -> None:
    """Chooses from which likeness on two groups are one person, by the head that a run left beside its model, and tells
    of it in the card; nothing where there is no head, or that was done.
    """
    from classifiers.networks import checkpoint
    from classifiers.tagger import Tagger

    its = checkpoint.card_of(model).people
    if its and "figures" not in its:
        tagger = Tagger.load(str(model), device)
        seen = {name: (_seen(tagger, of, cache, show), of.identities) for name, of in _partitions(data, "val", "test")}
        _kept(tagger, given(model / checkpoint.HEAD), its["training"], seen, None)


def _partitions(data: "CelebA", *names: str) -> "list[tuple[str, Faces]]":
    return [(name, data.split(name)) for name in names]


def given(path: Path) -> "Arrays":
    """The arrays of a head that was learned with its network, or before; ModelError for what is none."""
    from classifiers.cards.card import ModelError
    from retrieval.errors import LibraryDamaged
    from retrieval.likeness.recognition import LAYERS, Head

    try:
        head = Head.read(path.read_bytes())
    except (LibraryDamaged, OSError) as error:
        raise ModelError(f"{path} tells no people apart: a head is made by `facequery people-head`.") from error
    return {name: getattr(head, name) for name in LAYERS}


def beside(arrays: "Arrays", strangers: "NDArray[np.float32]") -> "Arrays":
    """The head whose vectors are seen beside those of `strangers`, embeddings float32[N, F] of as many people: what
    these share is taken off, and where they differ most counts less. A head that has a centre was seen so before.
    """
    from classifiers.training import people_head

    if arrays["centre"].any():
        return arrays
    evened = people_head.evened(arrays, _bare(arrays)(strangers))
    return {**evened, "centre": PUSH * _bare(evened)(strangers).mean(0)}


def _bare(arrays: "Arrays") -> "Head":
    from classifiers.training import people_head
    from retrieval.likeness.recognition import Head

    return Head.read(people_head.written(arrays, 0.0))


def _given(head: Path) -> "tuple[Arrays, dict[str, Any]]":
    return given(head), {"data": "CelebA, training partition", "learned": "with the network"}


def _learned(train: "Seen", recipe: "Recipe", show: "Show") -> "tuple[Arrays, dict[str, Any]]":
    """A head that learned from the training partition, and what its card tells of how."""
    from classifiers.training import people_head

    started = time.monotonic()
    arrays = people_head.trained(*train, recipe, lambda done, total: show(done, total, "learning"))
    seconds = round(time.monotonic() - started)
    return arrays, {
        "data": "CelebA, training partition",
        "faces": len(train[1]),
        **asdict(recipe),
        "seconds": seconds,
    }


def _kept(
    tagger: "Tagger", arrays: "Arrays", training: dict[str, Any], seen: "dict[str, Seen]", others: Strangers | None
) -> dict[str, Any]:
    """Puts the head beside its model; what the card tells of it."""
    from classifiers.networks import checkpoint
    from classifiers.training import people_head

    arrays, told = _chosen(arrays, seen, others)
    told = {**told, "training": training}
    data = people_head.written(arrays, told["alike"])
    checkpoint.save_head(checkpoint.shipped(tagger.name), tagger.card, data, told)
    return told


def _chosen(arrays: "Arrays", seen: "dict[str, Seen]", others: Strangers | None) -> "tuple[Arrays, dict[str, Any]]":
    """The head beside half of the others, and from which likeness on two groups are one person, with the figures."""
    from classifiers.training import people_head
    from retrieval.likeness.recognition import Head

    if others:
        arrays = beside(arrays, others.every_second(0).embeddings)
    head = Head.read(people_head.written(arrays, 0.0))
    alike = threshold(head(seen["val"][0]), seen["val"][1])
    figures = {name: judged(head, *seen[name], alike) for name in ("val", "test")}
    if others:
        figures["fairface"] = taken_for_one(head, others.every_second(1), alike)
    return arrays, {"alike": alike, "figures": figures}


def _seen(tagger: "Tagger", faces: "Faces", cache: Path, show: "Show") -> "NDArray[np.float32]":
    from classifiers import embeddings
    from ui import progress

    tagging = lambda done, total: show(done, total, "tagging")  # noqa: E731
    return embeddings.cached(tagger, faces, cache, progress.decoding(show), tagging)


def _strangers(tagger: "Tagger", photographs: tuple[Path, ...], show: "Show") -> Strangers:
    """The largest face of each photograph in which one is found."""
    import numpy as np

    from classifiers.sets.duplicates import SIDE
    from indexer.faces import Finder
    from indexer.look import faces_in
    from indexer.read import UnreadableImage, read_bytes

    finder, embeddings, pictures, landmarks = Finder(), [], [], []
    for number, path in enumerate(photographs):
        show(number, len(photographs), "finding faces")
        try:
            picture, faces, tags = faces_in(read_bytes(str(path)).data, tagger, finder)
        except UnreadableImage:
            continue
        if faces:
            embeddings.append(tags.embeddings[0])
            pictures.append(np.asarray(picture.image.resize((SIDE, SIDE))))
            landmarks.append(faces[0].landmarks)
    return Strangers(np.stack(embeddings), np.stack(pictures), np.array(landmarks, np.float64))


def write(told: dict[str, Any]) -> None:
    """What was chosen, and how good it is, as a table."""
    from ui.output import console, write_table

    rows = [
        [name, f"{its['images']:,}", f"{its['people']:,}", f"{its['precision']:.3f}", f"{its['recall']:.3f}"]
        for name, its in told["figures"].items()
        if "precision" in its
    ]
    write_table(["partition", "photographs", "people", "right pairs of those grouped", "found"], rows, numbers=5)
    out = console()
    for name, its in told["figures"].items():
        for meaning, shares in its.get("same_person_among_nearest", {}).items():
            out.print(f"{name}, {meaning}: same person among the nearest {', '.join(shares)}: "
                      f"{', '.join(f'{share:.1%}' for share in shares.values())}")  # fmt: skip
    out.print(f"Two groups are one person from a mean cosine of {told['alike']}.")
    if its := told["figures"].get("fairface"):
        out.print(
            f"FairFace: {its['wrong_pairs']:,} of {its['pairs']:,} pairs of {its['photographs']:,} strangers' "
            f"photographs are taken for one person; {its['in_wrong_group']:,} photographs lie in a wrong group."
        )
