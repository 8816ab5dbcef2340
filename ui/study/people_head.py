"""The command `people-head`: trains what tells people apart by a model's embeddings, and chooses from which likeness
on two groups are one person. Knows how that is judged, not how it is learned.
"""

import time
from bisect import bisect_left
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from ui import options
from ui.options import cache_folder
from ui.study.train import Cache, CelebaFolder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from classifiers.celeba import CelebA, Faces
    from classifiers.people_head import Arrays, Recipe
    from classifiers.tagger import Tagger
    from retrieval.likeness.recognition import Head
    from ui.progress import Show

    Seen = tuple[NDArray[np.float32], NDArray[np.int64]]  # embeddings, and whose they are

RIGHT = 0.95  # of the pairs in a group, on validation
STEP = 0.01  # between the thresholds that are tried
DIGITS = 5  # of the figures in a card
PUSH = 2.0  # times the mean of half of FairFace is the centre: once, three times as many strangers are joined


class Strangers(NamedTuple):
    """Embeddings float32[N, F] of people of whom nearly each has one photograph; the photographs, 32 pixels small:
    uint8[N, 32, 32, 3]; and the landmarks of the faces, float64[N, 5, 2].
    """

    embeddings: "NDArray[np.float32]"
    pictures: "NDArray[np.uint8]"
    landmarks: "NDArray[np.float64]"

    def every_second(self, first: int) -> "Strangers":
        """Half of them, from the `first` on (0 or 1)."""
        return Strangers(self.embeddings[first::2], self.pictures[first::2], self.landmarks[first::2])


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
    device: options.Device = "auto",
    cache: Cache = None,
    no_progress: options.NoProgress = False,
    as_json: options.Json = False,
) -> None:
    """Trains what tells people apart. A head over the model's embeddings, kept beside the model and told in its card.

    It learns from the people of CelebA's training partition; from which likeness on two groups are one person is chosen
    on validation, so that 95 of 100 pairs in a group are right there.
    """
    from classifiers import celeba as dataset
    from classifiers import checkpoint, people_head
    from classifiers.fairface import load as load_fairface
    from classifiers.tagger import Tagger
    from ui import progress
    from ui.output import write_json

    data, strangers = dataset.load(celeba), load_fairface(fairface) if fairface else None
    tagger = Tagger.load(model, device)
    recipe = people_head.Recipe(epochs=epochs, noise=noise, seed=seed)
    with progress.bar(quiet=no_progress) as show:
        kept = cache_folder(cache)
        seen = {name: (_seen(tagger, of, kept, show), of.identities) for name, of in _partitions(data)}
        others = _strangers(tagger, strangers.paths, show) if strangers else None
        arrays, told = _learned(seen, others, recipe, show)
    head = people_head.written(arrays, told["alike"])
    checkpoint.save_head(checkpoint.shipped(model), tagger.card, head, told)
    if as_json:
        write_json({"model": tagger.name, **told})
    else:
        write(told)


def _partitions(data: "CelebA") -> "list[tuple[str, Faces]]":
    return [(name, data.split(name)) for name in ("train", "val", "test")]


def _learned(
    seen: "dict[str, Seen]", others: Strangers | None, recipe: "Recipe", show: "Show"
) -> "tuple[Arrays, dict[str, Any]]":
    """A head that learned from the training partition, and what its card tells of it."""
    from classifiers import people_head
    from retrieval.likeness.recognition import Head

    started = time.monotonic()
    arrays = people_head.trained(*seen["train"], recipe, lambda done, total: show(done, total, "learning"))
    seconds = round(time.monotonic() - started)
    if others:
        bare = Head.read(people_head.written(arrays, 0.0))
        arrays["centre"] = PUSH * bare(others.every_second(0).embeddings).mean(0)
    head = Head.read(people_head.written(arrays, 0.0))
    alike = threshold(head(seen["val"][0]), seen["val"][1])
    figures = {name: judged(head, *seen[name], alike) for name in ("val", "test")}
    if others:
        figures["fairface"] = taken_for_one(head, others.every_second(1), alike)
    training = {"data": "CelebA, training partition", "faces": len(seen["train"][1]), **asdict(recipe)}
    return arrays, {"alike": alike, "figures": figures, "training": {**training, "seconds": seconds}}


def _seen(tagger: "Tagger", faces: "Faces", cache: Path, show: "Show") -> "NDArray[np.float32]":
    from classifiers import embeddings
    from ui import progress

    tagging = lambda done, total: show(done, total, "tagging")  # noqa: E731
    return embeddings.cached(tagger, faces, cache, progress.decoding(show), tagging)


def threshold(vectors: "NDArray[np.float32]", people: "NDArray[np.int64]") -> float:
    """The least mean cosine, in steps, from which on RIGHT of the pairs in a group are one person; 1 if none. It is
    looked for by halving, since groups become purer the more alike their faces must be.
    """
    from classifiers.likeness import in_groups
    from retrieval.likeness.grouping import grouped, pairs

    found = pairs(vectors)

    def right(step: int) -> bool:
        groups = [members for members, _ in grouped(vectors, step * STEP, found=found)]
        return in_groups(groups, people)[0] >= RIGHT

    steps = range(round(1 / STEP) + 1)
    return round(STEP * bisect_left(steps, True, hi=steps[-1], key=right), 2)


def judged(
    head: "Head", embeddings: "NDArray[np.float32]", people: "NDArray[np.int64]", alike: float
) -> dict[str, Any]:
    """How good groups are on photographs of people who were not learned from, and how often another photograph of the
    person is among the nearest 1, 5, 10, by both meanings of likeness.
    """
    import numpy as np

    from classifiers.likeness import in_groups, recalls
    from retrieval.likeness.grouping import grouped

    vectors = head(embeddings)
    precision, recall = in_groups([members for members, _ in grouped(vectors, alike)], people)
    return {
        "images": len(people),
        "people": len(np.unique(people)),
        "precision": round(precision, DIGITS),
        "recall": round(recall, DIGITS),
        "same_person_among_nearest": {
            name: {str(k): round(share, DIGITS) for k, share in recalls(near, people).items()}
            for name, near in (("look", embeddings), ("person", vectors))
        },
    }


def taken_for_one(head: "Head", strangers: Strangers, alike: float) -> dict[str, Any]:
    """How many pairs of photographs, nearly all of other people, are put into one group, and how many photographs are
    in one with somebody else. Two that are copies of one picture are no mistake; faces that are turned aside are in no
    group, as in a library.
    """
    import numpy as np

    from classifiers.duplicates import duplicates
    from retrieval.likeness.grouping import between, grouped, pairs
    from retrieval.likeness.pose import turned

    count = len(strangers.embeddings)
    twins = {(first, second) for first, second in duplicates(strangers.pictures).tolist()}
    vectors, aside = head(strangers.embeddings), turned(strangers.landmarks)
    groups = [members for members, _ in grouped(vectors, alike, found=between(pairs(vectors), ~aside))]
    joined = [(a, b) for members in groups for at, a in enumerate(members) for b in members[at + 1 :]]
    wrong = [pair for pair in joined if pair not in twins]
    return {
        "photographs": count,
        "pairs": count * (count - 1) // 2 - len(twins),
        "copies": len(twins),
        "turned_aside": int(aside.sum()),
        "wrong_pairs": len(wrong),
        "in_wrong_group": len(np.unique(wrong)),
    }


def _strangers(tagger: "Tagger", photographs: tuple[Path, ...], show: "Show") -> Strangers:
    """The largest face of each photograph in which one is found."""
    import numpy as np

    from classifiers.duplicates import SIDE
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
