"""The command `searches`: queries kept under a name, and asked anew as @NAME wherever a query goes."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui import options
from ui.options import library_place

if TYPE_CHECKING:
    from retrieval.library import Library

Name = Annotated[str, typer.Argument(metavar="NAME", help="What it is called; @NAME asks it.")]


def add_to(app: typer.Typer) -> None:
    """Registers the command and what it can do."""
    group = typer.Typer(invoke_without_command=True, help="Saved searches. Lists them where nothing else is said.")
    group.callback()(searches)
    group.command("list")(list_searches)
    group.command("save")(save)
    group.command("remove")(remove)
    app.add_typer(group, name="searches")


def searches(context: typer.Context, library: options.LibraryPlace = None, as_json: options.Json = False) -> None:
    """Saved searches. Lists them where nothing else is said."""
    if context.invoked_subcommand is None:
        list_searches(library, as_json)
    else:
        options.none_ahead(context)


def list_searches(library: options.LibraryPlace = None, as_json: options.Json = False) -> None:
    """Every saved search, its faces now, and what a review says."""
    from retrieval.errors import shown
    from retrieval.library import Library
    from ui.output import write_json, write_table

    with Library.open(library_place(library)) as open_library:
        found = [_counted(open_library, *search) for search in open_library.searches().items()]
    if as_json:
        return write_json({"searches": found})
    rows = [
        ["" if s["total"] is None else f"{s['total']:,}", shown(s["name"]), shown(s["query"]), s["reviewed"] or ""]
        for s in found
    ]
    return write_table(["faces", "name", "query", "reviewed"], rows, numbers=1)


def save(
    name: Name,
    query: Annotated[str, typer.Argument(metavar="QUERY", help='Such as "Smiling AND NOT Eyeglasses".')],
    library: options.LibraryPlace = None,
) -> None:
    """Keeps a query under a name, in place of what was kept there."""
    from retrieval.library import Library
    from ui.output import say

    with Library.open(library_place(library)) as open_library:
        try:
            open_library.save_search(name, query)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
        total = open_library.find(query, limit=0).total
    say(f"Saved: `facequery find @{name}` finds {total:,} face{'' if total == 1 else 's'} now.")


def remove(name: Name, library: options.LibraryPlace = None) -> None:
    """Forgets a saved search."""
    from retrieval.library import Library

    with Library.open(library_place(library)) as open_library:
        open_library.remove_search(name.removeprefix("@"))


def _counted(library: "Library", name: str, query: str) -> dict[str, Any]:
    """`total` is None for a query that this version cannot read; `reviewed` what a review of it says, if any does."""
    from retrieval.errors import QueryError
    from ui.reviewed import said_of

    try:
        total: int | None = library.find(query, limit=0).total
        reviewed = said_of(library, query)
    except QueryError:
        total, reviewed = None, None
    return {"name": name, "query": query, "total": total, "reviewed": reviewed}
