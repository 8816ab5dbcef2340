"""The command `index`: folders of photographs into the library, once or as they change."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from classifiers import DEFAULT_MODEL
from ui import options
from ui.options import library_place
from ui.runs import Asked, Wanted, changes, follow, indexed, look_ahead

if TYPE_CHECKING:
    from indexer.processes import Begun
    from retrieval.stores.places import Place

Rehash = Annotated[
    bool, typer.Option("--rehash", help="Read every file, also where size and date say that it did not change.")
]
Redo = Annotated[
    bool, typer.Option("--redo", help="Look again where an older finder, or one with other settings, looked for faces.")
]
People = Annotated[
    bool,
    typer.Option("--people", help="At the end of the run, describe the faces that are not; needs the extra people."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be read, and read and write nothing.")]
Engine = Annotated[
    options.EngineName,
    typer.Option(help="Who looks at new photographs: processes of this machine, or a cluster's; ray needs the extra."),
]
Address = Annotated[
    str | None,
    typer.Option(
        metavar="HOST:PORT",
        help="The Ray cluster's, or auto for the one that this machine has joined; else one of this machine alone.",
    ),
]
Paths = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        allow_dash=True,
        help="Photographs by name, beside folders or without: a path a line, or between NULs; - for standard input.",
    ),
]
Watch = Annotated[
    bool, typer.Option("--watch", help="Go on: whenever something changes in the folders, index them again.")
]


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command()(index)


def index(
    folders: Annotated[
        list[Path] | None, typer.Argument(metavar="FOLDER", readable=False, help="Folders of photographs.")
    ] = None,
    library: options.LibraryPlace = None,
    model: options.Model = None,
    crop: options.CropMode = None,
    device: options.Device = "auto",
    batch_size: options.BatchSize = 64,
    workers: options.Workers = None,
    rehash: Rehash = False,
    redo: Redo = False,
    finder: options.Finder = None,
    finder_weights: options.FinderWeights = None,
    smallest: options.Smallest = None,
    certainty: options.Certainty = None,
    include: options.Include = None,
    exclude: options.Exclude = None,
    people: People = False,
    dry_run: DryRun = False,
    watch: Watch = False,
    engine: Engine = "local",
    address: Address = None,
    paths: Paths = None,
    no_progress: options.NoProgress = False,
    as_json: options.Json = False,
) -> None:
    """Adds folders of photographs to the library. Run again, it adds only what is new."""
    if dry_run and watch:
        raise typer.BadParameter("--dry-run ends at once, and --watch goes on: give one of them")
    if address is not None and engine == "local":
        raise typer.BadParameter("--address is a cluster's: give --engine ray with it")
    if not folders and paths is None:
        raise typer.BadParameter("give the folders of your photographs, or --paths with a list of some")
    if paths is not None and watch:
        raise typer.BadParameter("--watch is for folders: give them without --paths")
    wanted = Wanted(
        [str(folder) for folder in folders or ()], crop, batch_size, workers, rehash, redo,
        tuple(include or ()), tuple(exclude or ()), people, no_progress, as_json,
        engine, address, options.listed_in(paths),
    )  # fmt: skip
    where = library_place(library)
    asked = finder, finder_weights, smallest, certainty
    with nullcontext([]) if dry_run else _early(where, wanted, model, device) as spare:
        _check(wanted)
        if dry_run:
            return look_ahead(where, wanted, asked)
        if not _index_with(spare, where, wanted, asked, model, device, watch=watch):
            raise typer.Exit(1)
    return None


def _early(where: "Place", wanted: Wanted, model: str | None, device: str) -> "AbstractContextManager[list[Begun]]":
    """Processes that begin before this one has loaded what it needs; only where the library is new, so that there is
    something to look at, if anything is there.
    """
    from indexer import processes

    new = isinstance(where, Path) and not where.exists()
    number = (
        (wanted.workers or processes.cores()) if new and wanted.engine == "local" and device in ("auto", "cpu") else 0
    )
    return processes.early(number, (model or DEFAULT_MODEL, wanted.crop or "auto"))


def _check(wanted: Wanted) -> None:
    """Before anything is made."""
    from indexer import scan

    if not wanted.paths:
        scan.check(wanted.folders)
    if wanted.people:
        from indexer import describe

        describe.check_installed()
    if wanted.engine == "ray":
        from indexer.cluster.ray_data import check_installed

        check_installed()


def _index_with(
    spare: "list[Begun]", where: "Place", wanted: Wanted, asked: Asked, model: str | None, device: str, *, watch: bool
) -> bool:
    from indexer import models
    from retrieval.library import Library
    from retrieval.tables.records import Way
    from ui import indexing

    indexing.warn_of_a_shared_disk(where)
    tagger = models.tagger_at(where, model, device, lazily=True)
    with Library.create_or_open(where) as library:
        sought = options.sought(library.sought(), *asked)
        workers = models.workers_for(tagger, wanted.crop or library.crop, wanted.workers, sought, spare)
        way = Way(workers.crop, workers.finder)
        machines = models.machines_for(library, tagger, way, sought, wanted.workers, wanted.address, device)
        following = changes(wanted) if watch else iter(())
        next(following, None)  # before the first run, so that what changes meanwhile is not left out
        complete = indexed(library, wanted, workers, sought, machines if wanted.engine == "ray" else None)
        if watch:
            follow(following, library, wanted, workers)
    return complete
