"""The commands `correct`, `undo` and `history`: a person's word against the model's."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui import options
from ui.options import library_place

if TYPE_CHECKING:
    from retrieval.library import Library
    from retrieval.tables.actions import Action

MANY = 20  # faces; more are only changed by who says so twice


def add_to(app: typer.Typer) -> None:
    """Registers the commands."""
    app.command()(correct)
    app.command()(undo)
    app.command()(history)


def correct(
    query: Annotated[str | None, typer.Argument(metavar="QUERY", help="Every face that matches, or @NAME's.")] = None,
    face: Annotated[list[int] | None, typer.Option(metavar="ID", help="A face by its number; may be repeated.")] = None,
    has: Annotated[list[str] | None, typer.Option("--set", metavar="NAME", help="They have this attribute.")] = None,
    has_not: Annotated[list[str] | None, typer.Option("--clear", metavar="NAME", help="They do not have it.")] = None,
    forget: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Take back what was said of it.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=f"Do not ask before changing more than {MANY}.")] = False,
    library: options.LibraryPlace = None,
    as_json: options.Json = False,
) -> None:
    """Says what faces have and have not. It outranks every model, survives another tagging, and can be undone."""
    said = _said(has or [], has_not or [], forget or [])
    if (query is None) == (not face):
        raise typer.BadParameter("give either a QUERY or --face, so that it is clear whose faces are meant")
    from retrieval.library import Library
    from ui.explanations import understood

    with Library.open(library_place(library)) as open_library:
        which = face if query is None else understood(open_library, query)
        assert which is not None
        action = open_library.correct(which, said, announced=_asked(open_library, which, yes))
    _write(action, as_json)


def undo(
    action: Annotated[
        int | None, typer.Argument(metavar="ACTION", help="Its number in `history`; without it, the last one.")
    ] = None,
    library: options.LibraryPlace = None,
    as_json: options.Json = False,
) -> None:
    """Takes back the last thing that was done, or another. What was said since stays."""
    from retrieval.library import Library

    with Library.open(library_place(library)) as open_library:
        undone = open_library.undo(action)
    _write(undone, as_json, "Undone: ")


def history(
    limit: Annotated[int, typer.Option(metavar="N", min=0, help="Actions at most; 0 for all.")] = 20,
    library: options.LibraryPlace = None,
    as_json: options.Json = False,
) -> None:
    """What people did to the library, the last first."""
    from retrieval.errors import shown
    from retrieval.library import Library
    from ui.output import write_json, write_table
    from ui.words import when

    with Library.open(library_place(library)) as open_library:
        done = open_library.history(options.all_if_zero(limit))
    if as_json:
        return write_json({"actions": [_as_json(action) for action in done]})
    rows = [[str(a.id), when(a.made), "undone" if a.undone else "", shown(a.summary)] for a in done]
    return write_table(["action", "when", "", "what"], rows, numbers=1)


def _said(has: list[str], has_not: list[str], forget: list[str]) -> dict[str, bool | None]:
    said = {**dict.fromkeys(has, True), **dict.fromkeys(has_not, False), **dict.fromkeys(forget, None)}
    if not said:
        raise typer.BadParameter("say something with --set, --clear or --forget, such as --set Smiling")
    if len(said) < len(has) + len(has_not) + len(forget):
        raise typer.BadParameter("each attribute can be named once, in --set, --clear or --forget")
    return said


def _asked(library: "Library", which: str | list[int], yes: bool) -> int | None:
    """Of how many faces a person was asked; None where nobody was."""
    number = library.find(which, limit=0).total if isinstance(which, str) else len(which)
    if number <= MANY or yes:
        return None
    typer.confirm(f"Correct {number:,} faces?", abort=True, err=True)
    return number


def _write(action: "Action | None", as_json: bool, before: str = "") -> None:
    from retrieval.errors import shown
    from ui.output import console, write_json

    if as_json:
        write_json({"action": action and action.id, "faces": action.faces if action else 0,
                    "summary": action and action.summary})  # fmt: skip
    elif action is None:
        console().print("No face was changed: there is none, or all of it was said before.")
    else:
        console().print(f"{before}{shown(action.summary)} (action {action.id})")


def _as_json(action: "Action") -> dict[str, Any]:
    return {name: getattr(action, name) for name in ("id", "kind", "made", "undone", "summary", "faces")}
