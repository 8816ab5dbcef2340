"""The command `tag`: what a model says of pictures that need not be in any library."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from classifiers import DEFAULT_MODEL
from ui import options

if TYPE_CHECKING:
    from classifiers.tagger import Tagger
    from indexer.faces import Finder
    from retrieval.tables.records import FoundFace


class Tagged(NamedTuple):
    """A picture, and for each of its faces the 40 probabilities, or why there are none."""

    photo: str
    error: str | None
    faces: "list[tuple[FoundFace, list[float]]]"


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command()(tag)


def tag(
    images: Annotated[
        list[Path], typer.Argument(metavar="IMAGE", readable=False, help="Pictures that need not be indexed.")
    ],
    model: options.AnyModel = DEFAULT_MODEL,
    crop: options.AnyCrop = "auto",
    device: options.Device = "auto",
    as_json: options.Json = False,
) -> None:
    """What a model says of pictures."""
    from classifiers.tagger import Tagger
    from indexer import eyes
    from ui.output import write_json

    tagger = Tagger.load(model, device)
    finder = eyes.finder_for(crop)
    tagged = [_tagged(str(image), tagger, finder) for image in images]
    if as_json:
        write_json({"images": [_as_json(picture, tagger) for picture in tagged]})
    else:
        _write(tagged, tagger)
    if any(picture.error for picture in tagged):
        raise typer.Exit(1)


def _tagged(image: str, tagger: "Tagger", finder: "Finder | None") -> Tagged:
    from indexer import pipeline
    from indexer.read import UnreadableImage
    from indexer.report import NO_FACE

    try:
        faces, tags = pipeline.faces_of(image, tagger, finder)
    except UnreadableImage as error:
        return Tagged(image, error.reason, [])
    return Tagged(image, None if faces else NO_FACE, list(zip(faces, tags.probabilities.tolist(), strict=True)))


def _write(pictures: list[Tagged], tagger: "Tagger") -> None:
    """In words, the attributes at or above the model's thresholds, the surest first."""
    from retrieval.errors import shown
    from ui.output import console, say

    for picture in pictures:
        for face, probabilities in picture.faces:
            present = sorted(_present(probabilities, tagger), key=lambda item: -item[1])
            console().print(f"{shown(picture.photo)}  face at {face.box}")
            console().print("  " + ", ".join(f"{name} {p:.0%}" for name, p in present))
        if picture.error:
            say(f"{shown(picture.photo)}: {picture.error}")


def _present(probabilities: list[float], tagger: "Tagger") -> Iterator[tuple[str, float]]:
    named = zip(tagger.card.attributes, probabilities, strict=True)
    return ((name, p) for name, p in named if p >= tagger.thresholds[name])


def _as_json(picture: Tagged, tagger: "Tagger") -> dict[str, Any]:
    names = tagger.card.attributes
    faces = [
        {"box": list(face.box), "attributes": {n: round(p, 6) for n, p in zip(names, values, strict=True)}}
        for face, values in picture.faces
    ]
    return {"photo": picture.photo, "error": picture.error, "faces": faces}
