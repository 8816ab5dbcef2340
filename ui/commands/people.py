"""The command `people` and what it can be told: who is one person, what they are called, and who is not them."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui import options
from ui.commands import doubts
from ui.commands.changing import change
from ui.options import library_place

if TYPE_CHECKING:
    from retrieval.writing.membership import Person

FEW = 12  # faces of a group that are named in the table

Group = Annotated[int, typer.Argument(metavar="GROUP", help="Its number in `people list`.")]
Faces = Annotated[list[int], typer.Option("--face", metavar="ID", help="A face of the group; may be repeated.")]


class Shown(StrEnum):
    """Which groups are listed."""

    all = "all"
    named = "named"
    unnamed = "unnamed"


def add_to(app: typer.Typer) -> None:
    """Registers the commands."""
    people = typer.Typer(
        help="Groups of faces that are one person. Finds, names, merges and splits them, and asks where it is not sure."
    )
    people.command("list")(listed)
    for command in (group, describe, name, merge, split, reject, undo):
        people.command()(command)
    doubts.add_to(people)
    people.callback(invoke_without_command=True)(_listed_by_default)
    app.add_typer(people, name="people")


def _listed_by_default(
    context: typer.Context, library: options.LibraryPlace = None, as_json: options.Json = False
) -> None:
    if context.invoked_subcommand is None:
        listed(None, Shown.all, library, as_json)
    else:
        options.none_ahead(context)


def listed(
    number: Annotated[int | None, typer.Argument(metavar="GROUP", help="Only this one, with all its faces.")] = None,
    which: Annotated[Shown, typer.Option("--show", help="Which groups.")] = Shown.all,
    library: options.LibraryPlace = None,
    as_json: options.Json = False,
) -> None:
    """The groups, the largest first, with names and faces. Also what `people` alone does."""
    from retrieval.library import Library
    from ui.output import write_json

    with Library.open(library_place(library)) as open_library:
        people = open_library.people.listed() if number is None else [open_library.people.person(number)]
    kept = [person for person in people if which is Shown.all or (person.name is not None) == (which is Shown.named)]
    if as_json:
        write_json({"people": [_as_json(person) for person in kept]})
    else:
        _write(kept, everything=number is not None)


def group(
    library: options.LibraryPlace = None,
    alike: Annotated[
        float | None,
        typer.Option(
            metavar="COSINE",
            min=-1,
            max=1,
            help="Mean cosine from which two groups are one; without it, as the model's card says.",
        ),
    ] = None,
    by: options.By = "person",
    as_json: options.Json = False,
) -> None:
    """Finds the groups anew, by likeness. What people said holds: names, merges, splits and rejections."""
    if by == "look" and alike is None:
        raise typer.BadParameter("who only looks alike is no person: say how alike is enough with --alike")
    from retrieval.library import Library
    from ui import recognised
    from ui.output import console, say, write_json
    from ui.words import measured

    with Library.open(library_place(library)) as open_library:
        found = open_library.people.grouped(alike, by)
        quality = measured(open_library.model, found.means) if alike is None else None
    if as_json:
        write_json({"groups": found.groups, "by": found.means, "undescribed": found.undescribed})
    else:
        console().print(f"{found.groups:,} groups of two faces or more")
    if quality:
        say(quality)
    recognised.remark_on_groups(found)


def describe(
    library: options.LibraryPlace = None,
    workers: options.Processes = 2,
    no_progress: options.NoProgress = False,
    as_json: options.Json = False,
) -> None:
    """Gives every face a descriptor, by which people are known best. Needs the extra `people`; goes on after a stop."""
    from indexer.describe import check_installed
    from retrieval.library import Library
    from ui import recognised
    from ui.output import write_json

    check_installed()
    with Library.open(library_place(library)) as open_library:
        report = recognised.describe(open_library, workers, quiet=no_progress)
    if as_json:
        write_json(recognised.as_json(report))
    else:
        recognised.write(report)
    if report.rejected:
        raise typer.Exit(1)


def name(
    number: Group,
    called: Annotated[str, typer.Argument(metavar="NAME", help="Who it is.")],
    library: options.LibraryPlace = None,
    as_json: options.Json = False,
) -> None:
    """Says who a group is, which makes its faces sure. Then person:"NAME" in a query finds them."""
    change(library, lambda one: one.people.name(number, called), as_json=as_json)


def merge(
    numbers: Annotated[list[int], typer.Argument(metavar="GROUP", help="Two groups or more.")],
    library: options.LibraryPlace = None,
    as_json: options.Json = False,
) -> None:
    """Says that groups are one person. That is the first of them that has a name, else the first."""
    change(library, lambda one: one.people.merge(*numbers), as_json=as_json)


def split(number: Group, face: Faces, library: options.LibraryPlace = None, as_json: options.Json = False) -> None:
    """Says that faces of a group are another person. The rest are not."""
    change(library, lambda one: one.people.split(number, face), as_json=as_json)


def reject(number: Group, face: Faces, library: options.LibraryPlace = None, as_json: options.Json = False) -> None:
    """Says that faces are not that person. No grouping will say so again."""
    change(library, lambda one: one.people.reject(number, face), as_json=as_json)


def undo(
    action: Annotated[
        int | None, typer.Argument(metavar="ACTION", help="Its number in `history`; without it, the last about people.")
    ] = None,
    library: options.LibraryPlace = None,
    as_json: options.Json = False,
) -> None:
    """Takes back the last thing said about people, or another. What was said since stays."""
    from retrieval.errors import NothingToUndo
    from retrieval.library import Library
    from ui.output import write_action

    with Library.open(library_place(library)) as open_library:
        last = next((a.id for a in open_library.history() if a.kind == "people" and not a.undone), None)
        if action is None and last is None:
            raise NothingToUndo("There is nothing about people to take back: `facequery people list` shows the groups.")
        undone = open_library.undo(last if action is None else action)
    write_action(undone, as_json, "Undone: ")


def _as_json(person: "Person") -> dict[str, Any]:
    return {
        "person": person.id,
        "name": person.name,
        "size": len(person.faces),
        "faces": list(person.faces),
        "sure": sorted(person.sure),
    }


def _write(people: list["Person"], everything: bool) -> None:
    from retrieval.errors import shown
    from ui.output import console, write_table
    from ui.words import counted

    rows = []
    for person in people:
        faces = person.faces if everything else person.faces[:FEW]
        more = "" if len(faces) == len(person.faces) else " ..."
        rows.append(
            [str(person.id), f"{len(person.faces):,}", shown(person.name or ""), " ".join(map(str, faces)) + more]
        )
    write_table(["group", "faces", "name", "their numbers"], rows, numbers=2)
    console().print(counted(len(people), "group"))
