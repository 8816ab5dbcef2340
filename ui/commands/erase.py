"""The command `erase`: faces forgotten for good."""

from dataclasses import asdict
from typing import Annotated

import typer

from ui import options
from ui.options import library_folder, meant


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command()(erase)


def erase(
    faces: Annotated[list[int] | None, typer.Argument(metavar="ID", help="Faces by their numbers.")] = None,
    query: Annotated[str | None, typer.Option(metavar="QUERY", help="Every face that matches, or @NAME's.")] = None,
    finish: Annotated[bool, typer.Option("--finish", help="Finish what a reader of the library held up.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Let the next indexing bring them back.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    library: options.LibraryPath = None,
    as_json: options.Json = False,
) -> None:
    """Forgets faces for good. It proves that no byte of them is left in the library, and keeps indexing from bringing
    them back; a backup that was made before still holds them.
    """
    if query is not None and faces:
        raise typer.BadParameter("give either faces by their numbers or --query")
    if query is None and not faces and not finish:
        raise typer.BadParameter("give faces by their numbers, --query, or --finish for an erasure that was held up")
    from retrieval.library import Library
    from ui.output import console, say, write_json
    from ui.words import counted

    with Library.open(library_folder(library)) as open_library:
        which = (faces or []) if query is None else meant(open_library, query)
        numbers = open_library.every(which) if isinstance(which, str) else sorted(set(which))
        there = open_library.photographs(numbers)
        absent = [str(number) for number in numbers if number not in there]
        if numbers and not yes:
            typer.confirm(f"Forget {counted(len(numbers), 'face')} for good?", abort=True, err=True)
        erased = open_library.erase(numbers, forget=forget)
    if as_json:
        write_json(asdict(erased))
    else:
        gone = counted(erased.faces, "face"), counted(erased.photographs, "photograph")
        console().print(f"Forgotten: {gone[0]}, and {gone[1]} with them.")
    if absent:
        say(f"The library has no face {', '.join(absent)}. Look it up again with `facequery find`.")
    if erased.read:
        say("Not yet erased from the disk: somebody still reads it. `facequery erase --finish` completes it later.")
    elif not erased.complete:
        say(
            "Forgotten, but the same bytes are still in the library's file: most likely the same picture is there as "
            "another file, with a face of its own. Find that face and erase it, too."
        )
    if not erased.complete or absent:
        raise typer.Exit(1)
