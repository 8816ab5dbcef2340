"""The command `verify`: the library checked against itself."""

import typer

from ui import options
from ui.options import library_folder


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command()(verify)


def verify(library: options.LibraryPath = None, as_json: options.Json = False) -> None:
    """Checks every promise of the library's tables. It only reads."""
    from retrieval.errors import shown
    from retrieval.library import Library
    from ui.output import console, write_json, write_table

    with Library.open(library_folder(library)) as open_library:
        found = open_library.verify()
    if as_json:
        write_json({"findings": [finding._asdict() for finding in found]})
    else:
        rows = [[f.kind, f.table, "" if f.row is None else shown(str(f.row)), shown(f.problem)] for f in found]
        write_table(["kind", "table", "row", "problem"], rows)
        console().print(f"{len(found):,} findings" if found else "The library is as it should be.")
    if found:
        raise typer.Exit(1)
