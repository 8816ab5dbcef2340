"""The command `erase`: faces forgotten for good."""

from dataclasses import asdict
from typing import Annotated

import typer

from ui import options
from ui.options import library_folder


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command()(erase)


def erase(
    faces: Annotated[list[int] | None, typer.Argument(metavar="[ID...]", help="Faces by their numbers.")] = None,
    query: Annotated[str | None, typer.Option(help="Every face that matches, or @NAME's.")] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Let the next indexing bring them back.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    library: options.LibraryPath = None,
    as_json: options.Json = False,
) -> None:
    """Forgets faces for good, proves that no byte of them is left, and keeps indexing from bringing them back."""
    if query is not None and faces:
        raise typer.BadParameter("give either faces by their numbers or --query")
    from retrieval.library import Library
    from ui.output import console, say, write_json
    from ui.saved import meant

    with Library.open(library_folder(library)) as open_library:
        which = (faces or []) if query is None else meant(open_library, query)
        numbers = open_library.every(which) if isinstance(which, str) else which
        if numbers and not yes:
            typer.confirm(f"Forget {len(numbers):,} faces for good?", abort=True, err=True)
        erased = open_library.erase(numbers, forget=forget)
    if as_json:
        write_json(asdict(erased))
    else:
        console().print(f"Forgotten: {erased.faces:,} faces, and {erased.photographs:,} photographs with them.")
    if erased.read:
        say("Not yet erased from the disk: somebody still reads the library. `facequery erase` finishes it later.")
    elif not erased.complete:
        say(
            "Forgotten, but the same bytes are still in the library's file: most likely the same picture is there as "
            "another file, with a face of its own. Find that face and erase it, too."
        )
    if not erased.complete or erased.faces < len(numbers):
        raise typer.Exit(1)
