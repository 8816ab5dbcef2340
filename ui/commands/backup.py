"""The command `backup`: a checked copy of the library that is a library itself."""

from pathlib import Path
from typing import Annotated

import typer

from ui import options
from ui.options import library_place


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command()(backup)


def backup(
    to: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", readable=False, help="A new folder; the copy is a library: --library FOLDER."),
    ],
    library: options.LibraryPlace = None,
    as_json: options.Json = False,
) -> None:
    """Copies the library and checks the copy. Also while somebody indexes; photographs are not in a library."""
    from retrieval.errors import shown
    from retrieval.library import Library
    from retrieval.writing import backup
    from ui.output import console, write_json
    from ui.words import counted

    with Library.open(library_place(library)) as open_library:
        copied = backup.backup(open_library.store, options.expanded(to), open_library.folders_of_photographs())
    if as_json:
        write_json(
            {"backup": str(copied.folder), **{name: getattr(copied, name) for name in ("faces", "generation", "bytes")}}
        )
        return
    console().print(
        f"{counted(copied.faces, 'face')} in {shown(str(copied.folder))} ({copied.bytes / 1e6:,.1f} MB), checked. "
        "To go back to it, ask it by --library, or copy it to where the library is."
    )
