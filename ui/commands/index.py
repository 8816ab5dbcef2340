"""The command `index`: folders of photographs into the library, once or as they change."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from classifiers import DEFAULT_MODEL
from ui import options
from ui.options import library_place

if TYPE_CHECKING:
    from indexer.cluster.machines import Machines
    from indexer.decisions import Only
    from indexer.processes import Begun
    from indexer.report import Report
    from indexer.workers import Workers
    from retrieval.library import Library
    from retrieval.stores.places import Place
    from retrieval.tables.records import Sought

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


Asked = tuple[options.Finder, options.FinderWeights, options.Smallest, options.Certainty]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What was asked for, that holds for each run."""

    folders: list[str]
    crop: "options.CropMode"
    batch_size: int
    workers: int | None
    rehash: bool
    redo: bool
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    people: bool
    quiet: bool
    as_json: bool
    engine: "options.EngineName" = "local"
    address: str | None = None
    paths: tuple[str, ...] = ()


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
    from indexer import describe, scan

    if dry_run and watch:
        raise typer.BadParameter("--dry-run ends at once, and --watch goes on: give one of them")
    if address is not None and engine == "local":
        raise typer.BadParameter("--address is a cluster's: give --engine ray with it")
    if not folders and paths is None:
        raise typer.BadParameter("give the folders of your photographs, or --paths with a list of some")
    if paths is not None and watch:
        raise typer.BadParameter("--watch is for folders: give them without --paths")
    wanted = _Wanted(
        [str(folder) for folder in folders or ()], crop, batch_size, workers, rehash, redo,
        tuple(include or ()), tuple(exclude or ()), people, no_progress, as_json,
        engine, address, options.listed_in(paths),
    )  # fmt: skip
    if not wanted.paths:
        scan.check(wanted.folders)  # before anything is made or loaded
    if people:
        describe.check_installed()
    if engine == "ray":
        _check_ray()
    where = library_place(library)
    if dry_run:
        return _preview(where, wanted, (finder, finder_weights, smallest, certainty))
    if not _index(where, wanted, (finder, finder_weights, smallest, certainty), model, device, watch=watch):
        raise typer.Exit(1)
    return None


def _index(where: "Place", wanted: _Wanted, asked: Asked, model: str | None, device: str, *, watch: bool) -> bool:
    """One run, and with `watch` another after each change; whether the first added everything that was there."""
    from indexer import processes

    new = isinstance(where, Path) and not where.exists()  # so that there is something to look at, if anything is there
    number = (wanted.workers or processes.cores()) if new and device in ("auto", "cpu") else 0
    expected = (model or DEFAULT_MODEL, wanted.crop or "auto")
    with processes.early(number, expected) as spare:
        return _index_with(spare, where, wanted, asked, model, device, watch=watch)


def _index_with(
    spare: "list[Begun]", where: "Place", wanted: _Wanted, asked: Asked, model: str | None, device: str, *, watch: bool
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
        following = _following(wanted) if watch else iter(())
        next(following, None)  # before the first run, so that what changes meanwhile is not left out
        complete = _indexed(library, wanted, workers, sought, machines if wanted.engine == "ray" else None)
        if watch:
            _follow(following, library, wanted, workers)
    return complete


def _indexed(
    library: "Library",
    wanted: _Wanted,
    workers: "Workers",
    sought: "Sought | None" = None,
    machines: "Machines | None" = None,
) -> bool:
    """One run, and what is said of it; whether everything that was there is in the library now."""
    from ui import indexing, recognised
    from ui.output import say

    try:
        report = _run(library, wanted, workers, sought, machines)
    except KeyboardInterrupt:
        say("Stopped. What had been added is in the library; the same command goes on from there.")
        raise
    described = recognised.describe(library, wanted.workers or 2, quiet=wanted.quiet) if wanted.people else None
    indexing.write_report(report, described, as_json=wanted.as_json)
    return report.complete and not (described and described.rejected)


def _run(
    library: "Library", wanted: _Wanted, workers: "Workers", sought: "Sought | None", machines: "Machines | None"
) -> "Report":
    from indexer import pipeline
    from ui import indexing
    from ui.progress import bar

    with bar(quiet=wanted.quiet) as show:
        return pipeline.index(
            library,
            wanted.folders,
            workers,
            batch_size=wanted.batch_size,
            redo=wanted.crop is not None,  # named, it holds for known photographs too
            newer=wanted.redo,
            sought=sought,
            rehash=wanted.rehash,
            include=wanted.include,
            exclude=wanted.exclude,
            progress=indexing.on_progress(show),
            elsewhere=machines,
            paths=wanted.paths,
        )


def _check_ray() -> None:
    from indexer.cluster.ray_data import check_installed

    check_installed()


def _following(wanted: _Wanted) -> Iterator[int]:
    """See `watching.changes`."""
    from indexer import watching
    from retrieval.stores.sqlite.disks import network

    yield from watching.changes(wanted.folders, polling=any(network(Path(folder)) for folder in wanted.folders))


def _follow(following: Iterator[int], library: "Library", wanted: _Wanted, workers: "Workers") -> None:
    """Runs again whenever something has changed, until Ctrl-C. Whoever else writes just then is waited for: the next
    change, or the next start, finds what was left out.
    """
    from retrieval.errors import FacequeryError
    from ui.output import say

    say("Watching: what changes in the folders is indexed. Ctrl-C ends it.")
    for number in following:
        say(f"{number:,} changes.")
        try:
            _indexed(library, replace(wanted, rehash=False), workers)
        except FacequeryError as error:  # a drive that is gone for a while, a library that somebody else writes
            say(str(error))


def _preview(where: "Place", wanted: _Wanted, asked: Asked) -> None:
    from contextlib import nullcontext

    from indexer.preview import preview
    from retrieval.errors import LibraryMissing
    from retrieval.library import Library
    from ui import indexing

    try:
        opened = Library.open(where)
    except LibraryMissing:
        opened = None
    with opened or nullcontext():
        only = _only(opened, wanted, asked)
        told = preview(
            opened,
            wanted.folders,
            only,
            rehash=wanted.rehash,
            include=wanted.include,
            exclude=wanted.exclude,
            paths=wanted.paths,
        )
    indexing.write_preview(told, as_json=wanted.as_json)


def _only(library: "Library | None", wanted: _Wanted, asked: Asked) -> "Only":
    """Which photographs a run would look at again."""
    from indexer.decisions import Only
    from indexer.faces import named

    crop = wanted.crop or (library.crop if library else "auto")
    finder = named(options.sought(library.sought(), *asked)) if library and crop != "aligned" else None
    return Only(crop if wanted.crop else None, finder if wanted.redo else None)
