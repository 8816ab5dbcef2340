"""The command `verify`: the library checked against itself."""

from typing import TYPE_CHECKING

import typer

from ui import options
from ui.options import library_place
from ui.words import counted

if TYPE_CHECKING:
    from retrieval.library import Library
    from retrieval.stores.findings import Finding


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command()(verify)


def verify(library: options.LibraryPlace = None, as_json: options.Json = False) -> None:
    """Checks every promise of the library's tables. It only reads.

    It also says what looked for faces in the photographs.
    """
    from retrieval.library import Library
    from ui.output import write_json

    with Library.open(library_place(library)) as open_library:
        found = open_library.verify()
        finders = [] if found else open_library.finders()
        newest = _newest(open_library) if finders else None
    if as_json:
        looked = {"finders": [{"finder": name, "photos": count} for name, count in finders]} if finders else {}
        write_json({"findings": [finding._asdict() for finding in found]} | looked)
    else:
        _write(found, finders, newest)
    if found:
        raise typer.Exit(1)


def _newest(library: "Library") -> str | None:
    """What would look for faces now; None where it cannot be had."""
    from indexer.faces import NoFinder, named

    try:
        return named(library.sought())
    except NoFinder:
        return None


def _write(found: "list[Finding]", finders: list[tuple[str | None, int]], newest: str | None) -> None:
    from retrieval.errors import shown
    from ui.output import console, write_table

    rows = [[f.kind, f.table, "" if f.row is None else shown(str(f.row)), shown(f.problem)] for f in found]
    write_table(["kind", "table", "row", "problem"], rows)
    console().print(f"{len(found):,} findings" if found else "The library is as it should be.")
    counts = [[f"{count:,}", shown(name or "an earlier version, not recorded")] for name, count in finders]
    write_table(["photographs", "looked at by"], counts, numbers=1)
    if newest and (older := sum(count for name, count in finders if name != newest)):
        console().print(
            f"{counted(older, 'photograph')} would be looked at otherwise now, by {newest}: "
            "`facequery index --redo FOLDER` does that."
        )
