"""The command `grant`: who may do what with a library on a server."""

from typing import Annotated

import typer

from retrieval.stores.rights import Right
from ui import options
from ui.options import library_place

MAY: dict[Right, str] = {
    "reader": "ask, and change nothing",
    "editor": "ask, correct, list, name people, save searches and review",
    "indexer": "do all of that, and index and tag photographs",
    "owner": "do everything: erase, and grant this to others, too",
}


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command()(grant)


def grant(
    role: Annotated[str, typer.Argument(metavar="ROLE", help="A role of the server, which is there already.")],
    right: Annotated[
        Right | None,
        typer.Argument(metavar="RIGHT", help="reader asks, editor corrects too, indexer also indexes, owner all."),
    ] = None,
    revoke: Annotated[bool, typer.Option("--revoke", help="Take back all that it may.")] = False,
    library: options.LibraryPlace = None,
    as_json: options.Json = False,
) -> None:
    """Says what a role of the server may do with the library.

    It may exactly that from then on, whatever it might before. Roles are made by who administers the server.
    """
    if (right is None) != revoke:
        raise typer.BadParameter("say what the role may do (reader, editor, indexer or owner), or --revoke")
    from retrieval.errors import shown
    from retrieval.library import Library
    from ui.output import console, write_json

    with Library.open(library_place(library)) as open_library:
        open_library.store.grant(role, right)
        name = open_library.store.name
    if as_json:
        write_json({"role": role, "right": right, "library": name})
        return
    may = f"may {MAY[right]}" if right else "may do nothing any more"
    console().print(f"{shown(role)} {may}: {shown(name)}.")
