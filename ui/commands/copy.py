"""The command `copy`: a library moved to another place, from a folder to a server or back."""

import time
from typing import Annotated

import typer

from ui import options
from ui.options import library_place


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command()(copy)


def copy(
    source: Annotated[str, typer.Argument(metavar="LIBRARY", help="A folder, or postgresql://USER@HOST/DATABASE.")],
    destination: Annotated[str, typer.Argument(metavar="LIBRARY", help="A new folder, or an empty database.")],
    as_json: options.Json = False,
    no_progress: options.NoProgress = False,
) -> None:
    """Copies a library to a folder or a server, row by row.

    Every row is compared. Also while somebody writes. If it is interrupted, the same command goes on where it was.
    """
    from retrieval.errors import shown
    from retrieval.library import Library
    from retrieval.stores.places import store_at
    from retrieval.writing import copying
    from ui.output import console, say, write_json
    from ui.progress import bar
    from ui.words import counted

    began, to = time.monotonic(), store_at(library_place(destination))
    with Library.open(library_place(source)) as library, bar(quiet=no_progress) as show:
        copied = copying.copy(library.store, to, library.folders_of_photographs(), show)
    advice = None
    if to.finds_nearest:
        with Library.open(library_place(destination)) as library, bar(quiet=no_progress) as show:
            show(0, 1, "making what finds likenesses")
            advice = library.publish()
    if advice:
        say(f"Note: {advice}")
    seconds = time.monotonic() - began
    if as_json:
        write_json({"copy": to.name, **copied._asdict(), "seconds": round(seconds, 3)})
        return
    console().print(
        f"{counted(copied.faces, 'face')} in {shown(to.name)} ({copied.bytes / 1e6:,.1f} MB), every row compared, in "
        f"{seconds:,.1f} seconds. What is said of one from now on, the other does not know."
    )
