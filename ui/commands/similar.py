"""The command `similar`: faces that resemble these and not those, among those that match a query."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui import options
from ui.options import library_place

if TYPE_CHECKING:
    from retrieval.library import Answer, Library
    from retrieval.likeness.examples import Example

Images = Annotated[
    list[Path] | None,
    typer.Argument(metavar="IMAGE", readable=False, help="Pictures of a face, indexed or not."),
]
Like = Annotated[
    list[int] | None, typer.Option(metavar="ID", help="A face of the library to be like; may be repeated.")
]
Unlike = Annotated[
    list[int] | None, typer.Option(metavar="ID", help="A face of the library not to be like; may be repeated.")
]
Where = Annotated[
    str | None, typer.Option(metavar="QUERY", help='Only among faces that match, such as "NOT Eyeglasses".')
]
Fold = Annotated[
    bool, typer.Option("--fold", help="Show near-identical photographs as one, and say how many they are.")
]


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command()(similar)


def similar(
    images: Images = None,
    face: Like = None,
    unlike: Unlike = None,
    where: Where = None,
    fold: Fold = False,
    by: options.By = "look",
    library: options.LibraryPlace = None,
    limit: options.Limit = 60,
    model: options.Model = None,
    crop: options.CropMode = None,
    device: options.Device = "auto",
    as_json: options.Json = False,
    as_csv: options.Csv = False,
    paths: options.Paths = False,
    null: options.Null = False,
) -> None:
    """The nearest faces to those in pictures, or of the library. Several are one question."""
    options.one_form(as_json=as_json, as_csv=as_csv, paths=paths, null=null)
    _check(images or [], face or [], unlike or [])
    from retrieval.library import Library
    from ui import explanations, recognised
    from ui.output import write_answer, write_json

    with Library.open(library_place(library)) as open_library:
        query = where and explanations.understood(open_library, where)  # before a picture, which takes longer
        like = [open_library.example(number) for number in face or []]
        like += _seen(open_library, images or [], model, crop, device, described=_describing(open_library, by))
        answer = open_library.similar(
            like,
            unlike=[open_library.example(number) for number in unlike or []],
            where=query,
            limit=limit or sys.maxsize,
            exclude=[*(face or []), *(unlike or [])],
            fold=fold,
            by=by,
        )
        recognised.remark_on_answer(answer, open_library)
        if query and not answer.total:
            explanations.say_what_to_drop(open_library, query)
    if as_json:
        write_json(_as_json(answer, fold))
    else:
        write_answer(answer, "similarity", as_json=False, as_csv=as_csv, paths=paths, null=null)
    _remark(answer)


def _check(images: list[Path], like: list[int], unlike: list[int]) -> None:
    if not images and not like:
        raise typer.BadParameter("give a picture or --face, so that there is a face to compare with")
    if both := set(like) & set(unlike):
        raise typer.BadParameter(f"face {min(both)} is both to be like and not to be like")


def _seen(
    library: "Library",
    images: list[Path],
    model: str | None,
    crop: options.Crop | None,
    device: str,
    *,
    described: bool,
) -> list["Example"]:
    """Each picture's largest face, with its descriptor if wanted; no network is loaded for no picture."""
    if not images:
        return []
    from indexer import eyes, models
    from ui import indexing

    tagger = models.tagger_for(library, model, device)
    finder = eyes.finder_for(crop or library.crop, library.sought())
    return [indexing.example_of(image, tagger, finder, described=described) for image in images]


def _describing(library: "Library", by: options.Meaning) -> bool:
    """Whether a picture is to have a descriptor: where one can be made, and there are any to compare it with."""
    if by == "look":
        return False
    from indexer.describe import installed

    return installed() and library.described() > 0


def _as_json(answer: "Answer", fold: bool) -> dict[str, Any]:
    from ui.output import hits_as_json

    found = hits_as_json(answer, "similarity")
    if fold:
        found["faces"] = [{**face, "count": hit.count} for face, hit in zip(found["faces"], answer.hits, strict=True)]
    return {**found, "exact": answer.exact, "recall": answer.recall, "by": answer.by, "undescribed": answer.undescribed}


def _remark(answer: "Answer") -> None:
    from ui.output import say

    if answer.recall is not None:
        say(f"Approximate: {answer.recall:.1%} of the ten nearest, as measured in this library.")
