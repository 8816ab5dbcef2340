"""The command `list`: shortlists of faces, shown and changed."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui import options
from ui.options import library_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.library import Library
    from retrieval.tables.actions import Action
    from retrieval.tables.shortlists import Entry, Shortlist

    _Change = Callable[[Library, str], Action | None]

Name = Annotated[str | None, typer.Argument(metavar="NAME", help="Which list; without it, all are shown.")]
Add = Annotated[str | None, typer.Option(metavar="QUERY", help="Put every face on it that matches.")]
Faces = Annotated[
    str | None,
    typer.Option(metavar="ID,ID...", help="These faces: they are put on it, unless another option says what of them."),
]
Note = Annotated[str | None, typer.Option(metavar="TEXT", help="Note this of them; an empty text of nothing.")]
Remove = Annotated[bool, typer.Option("--remove", help="Take --faces off it.")]
Move = Annotated[int | None, typer.Option(metavar="PLACE", min=1, help="Have --faces stand there, from 1 on.")]
Rename = Annotated[str | None, typer.Option(metavar="NAME", help="Call it otherwise.")]
Copy = Annotated[str | None, typer.Option(metavar="NAME", help="Make another of the same faces and notes.")]
Create = Annotated[bool, typer.Option("--create", help="Make it, without a face.")]
Delete = Annotated[bool, typer.Option("--delete", help="Delete it; no face of the library is touched.")]
Limit = Annotated[int, typer.Option(metavar="N", min=0, help="Faces of it shown at most; 0 for all.")]


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command("list")(shortlist)


def shortlist(
    name: Name = None,
    add: Add = None,
    faces: Faces = None,
    note: Note = None,
    remove: Remove = False,
    move: Move = None,
    rename: Rename = None,
    copy: Copy = None,
    create: Create = False,
    delete: Delete = False,
    limit: Limit = 60,
    library: options.LibraryPlace = None,
    as_json: options.Json = False,
) -> None:
    """Shortlists: faces in an order, each with a note, under a name. Shows and changes them; `undo` takes it back."""
    numbers = _numbers(faces)
    asked = _changes(
        numbers, note, add=add, remove=remove, move=move, rename=rename, copy=copy, create=create, delete=delete
    )
    _check(name, list(asked), numbers, note)
    change = next(iter(asked.values()), _put(numbers, note) if numbers else None)
    from retrieval.library import Library
    from ui.output import write_action

    with Library.open(library_place(library)) as open_library:
        if name is None:
            return _write_all(open_library.shortlists.listed(), as_json)
        if change is not None:
            return write_action(change(open_library, name), as_json)
        lists = open_library.shortlists
        return _write_one(open_library, lists.shortlist(name), lists.entries(name, options.all_if_zero(limit)), as_json)


def _changes(
    faces: list[int],
    note: str | None,
    *,
    add: str | None,
    remove: bool,
    move: int | None,
    rename: str | None,
    copy: str | None,
    create: bool,
    delete: bool,
) -> "dict[str, _Change]":
    """What is asked for, by the option that asks it."""
    from ui.explanations import understood

    changes: dict[str, _Change | None] = {
        "--add": None
        if add is None
        else lambda one, it: one.shortlists.add(it, one.listing(understood(one, add)).faces.tolist(), note),
        "--remove": (lambda one, it: one.shortlists.remove(it, faces)) if remove else None,
        "--move": None if move is None else lambda one, it: one.shortlists.move(it, faces, move),
        "--rename": None if rename is None else lambda one, it: one.shortlists.rename(it, rename),
        "--copy": None if copy is None else lambda one, it: one.shortlists.copy(it, copy),
        "--create": (lambda one, it: one.shortlists.create(it)) if create else None,
        "--delete": (lambda one, it: one.shortlists.delete(it)) if delete else None,
    }
    return {option: change for option, change in changes.items() if change is not None}


def _check(name: str | None, said: list[str], faces: list[int], note: str | None) -> None:
    """Options that cannot be meant together are wrong usage."""
    if len(said) > 1:
        raise typer.BadParameter(f"one at a time: {' and '.join(said)} are {len(said)}")
    if name is None and (said or faces or note is not None):
        raise typer.BadParameter("say which list: facequery list NAME ...")
    if not faces and ({"--remove", "--move"} & {*said} or (note is not None and not said)):
        raise typer.BadParameter("say which faces with --faces, such as --faces 3,1")
    if faces and said and not {"--remove", "--move"} & {*said}:
        raise typer.BadParameter(f"--faces do not go with {said[0]}")
    if note is not None and said not in ([], ["--add"]):
        raise typer.BadParameter(f"--note goes with --faces or --add, and not with {said[0]}")


def _put(faces: list[int], note: str | None) -> "_Change":
    """Puts them on the list, and notes something of them; an empty note only takes away what was noted."""
    if note is not None and not note.strip():
        return lambda one, it: one.shortlists.note(it, faces, None)
    return lambda one, it: one.shortlists.add(it, faces, note)


def _numbers(text: str | None) -> list[int]:
    if text is None:
        return []
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        raise typer.BadParameter("faces are numbers with commas between: --faces 3,1", param_hint="--faces")
    return [int(part) for part in parts]


def _write_all(lists: "list[Shortlist]", as_json: bool) -> None:
    from retrieval.errors import shown
    from ui.output import console, write_json, write_table
    from ui.words import counted

    if as_json:
        return write_json({"lists": [{"name": one.name, "faces": one.faces, "missing": one.missing} for one in lists]})
    rows = [[f"{one.faces:,}", f"{one.missing:,}" if one.missing else "", shown(one.name)] for one in lists]
    write_table(["faces", "missing", "name"], rows, numbers=2)
    return console().print(counted(len(lists), "shortlist"))


def _write_one(library: "Library", one: "Shortlist", entries: "list[Entry]", as_json: bool) -> None:
    from retrieval.errors import shown
    from ui.output import console, write_json, write_table
    from ui.words import counted

    paths = {face: photo.path for face, photo in library.photographs(entry.face for entry in entries).items()}
    if as_json:
        faces = [_as_json(entry, paths.get(entry.face)) for entry in entries]
        return write_json({"list": one.name, "total": one.faces, "missing": one.missing, "faces": faces})
    rows = [
        [str(at), str(entry.face), shown(entry.note or ""), shown(paths.get(entry.face, ""))]
        + (["missing"] if entry.missing else [""])
        for at, entry in enumerate(entries, 1)
    ]
    write_table(["", "face", "note", "photograph", ""], rows, numbers=2)
    more = f", the first {len(entries)} above" if len(entries) < one.faces else ""
    gone = f"; the photographs of {one.missing:,} are missing" if one.missing else ""
    return console().print(f"{counted(one.faces, 'face')} on the list {shown(one.name)}{more}{gone}")


def _as_json(entry: "Entry", path: str | None) -> dict[str, Any]:
    return {"face": entry.face, "note": entry.note, "photo": path, "missing": entry.missing}
