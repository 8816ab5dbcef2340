"""The command `map`: gives every face its place on the map that the app draws."""

import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Annotated

import typer

from ui import options
from ui.options import library_place

if TYPE_CHECKING:
    from retrieval.library import Library

LAST = 19  # as nice as a process can be: a map has time
STEPS = 1000  # in which progress is told

Told = Annotated[
    bool, typer.Option("--told", hidden=True, help="For the app: write shares, and end with the standard input.")
]


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command("map")(placed)


def placed(
    library: options.LibraryPlace = None,
    no_progress: options.NoProgress = False,
    as_json: options.Json = False,
    told: Told = False,
) -> None:
    """Gives every face its place on the map of faces. The app does that too, when its map is opened."""
    from retrieval.errors import FacequeryError
    from retrieval.library import Library
    from ui.output import console, write_json
    from ui.words import counted

    begin = time.monotonic()
    with Library.open(library_place(library)) as open_library:
        count = _for_the_app(open_library) if told else _with_a_bar(open_library, quiet=no_progress)
        if lacking := open_library.maps.lacking():
            raise FacequeryError(
                f"{counted(lacking, 'face')} still lack a place: the map cannot be kept in the folder `cache` beside "
                "the library. Is that disk full or read-only?"
            )
    seconds = round(time.monotonic() - begin, 1)
    if as_json:
        write_json({"placed": count, "seconds": seconds})
    elif not told:
        console().print(f"{counted(count, 'face')} got a place on the map, in {seconds:,.1f} s")


def _with_a_bar(library: "Library", *, quiet: bool) -> int:
    from ui.progress import bar

    with bar(quiet=quiet) as show:
        return library.maps.update(lambda share: show(round(share * STEPS), STEPS, "placing faces"))


def _for_the_app(library: "Library") -> int:
    """Writes how far it is as a share a line; it ends with whoever has begun it."""
    os.nice(LAST)
    threading.Thread(target=_ends_with_the_input, daemon=True).start()
    last = -1

    def tell(share: float) -> None:
        nonlocal last
        if (now := round(share * STEPS)) != last:
            last = now
            sys.stdout.write(f"{share:.3f}\n")
            sys.stdout.flush()

    return library.maps.update(tell)


def _ends_with_the_input() -> None:
    sys.stdin.read()
    os._exit(1)
