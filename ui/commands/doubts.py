"""What `people` asks, and is told of two faces: whether they are the same person. Commands of `facequery people`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui import options
from ui.commands.changing import change
from ui.options import library_place

if TYPE_CHECKING:
    from retrieval.likeness.doubts import Doubt

First = Annotated[int, typer.Argument(metavar="FACE", help="A face by its number.")]
Second = Annotated[int, typer.Argument(metavar="FACE", help="Another.")]


def add_to(people: typer.Typer) -> None:
    """Registers the commands."""
    for command in (ask, same, different):
        people.command()(command)


def ask(
    library: options.LibraryPlace = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="Pairs at most.")] = 20,
    as_json: options.Json = False,
) -> None:
    """Pairs of faces that may be one person, the likeliest first. Grouping has left them over, and nobody has said."""
    from retrieval.library import Library
    from ui.output import write_json

    with Library.open(library_place(library)) as open_library:
        doubts = open_library.people.doubts(limit)
        photographs = open_library.photographs([face for doubt in doubts for face in (doubt.first, doubt.second)])
    paths = {face: photograph.path for face, photograph in photographs.items()}
    if as_json:
        write_json({"doubts": [_as_json(doubt, paths) for doubt in doubts]})
    else:
        _write(doubts, paths)


def same(first: First, second: Second, library: options.LibraryPlace = None, as_json: options.Json = False) -> None:
    """Says that two faces are one person. Their groups are merged."""
    change(library, lambda one: one.people.same(first, second), as_json=as_json)


def different(
    first: First, second: Second, library: options.LibraryPlace = None, as_json: options.Json = False
) -> None:
    """Says that two faces are two persons. No grouping will put them together again."""
    change(library, lambda one: one.people.different(first, second), as_json=as_json)


def _as_json(doubt: "Doubt", paths: dict[int, str]) -> dict[str, Any]:
    faces = [doubt.first, doubt.second]
    return {
        "faces": faces,
        "photos": [paths.get(face) for face in faces],
        "groups": list(doubt.groups),
        "cosine": round(doubt.cosine, 6),
    }


def _write(doubts: list["Doubt"], paths: dict[int, str]) -> None:
    from retrieval.errors import shown
    from ui.output import console, write_table
    from ui.words import counted

    rows = []
    for doubt in doubts:
        faces = (doubt.first, doubt.second)
        groups = ["" if group is None else str(group) for group in doubt.groups]
        photographs = [shown(paths.get(face, "")) for face in faces]
        rows.append([*map(str, faces), f"{doubt.cosine:.3f}", *groups, *photographs])
    headers = ["face", "and", "cosine", "group", "and", "photograph", "and"]
    write_table(headers, rows, numbers=5)
    console().print(f"{counted(len(doubts), 'pair')} to be asked about; say `people same` or `people different`")
