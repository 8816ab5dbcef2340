"""A run of `index` as it was asked for: once, after each change, or only looked ahead at."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ui import options

if TYPE_CHECKING:
    from indexer.cluster.machines import Machines
    from indexer.decisions import Only
    from indexer.report import Report
    from indexer.workers import Workers
    from retrieval.library import Library
    from retrieval.stores.places import Place
    from retrieval.tables.records import Sought

Asked = tuple[options.Finder, options.FinderWeights, options.Smallest, options.Certainty]


@dataclass(frozen=True, slots=True)
class Wanted:
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


def indexed(
    library: "Library",
    wanted: Wanted,
    workers: "Workers",
    sought: "Sought | None" = None,
    machines: "Machines | None" = None,
) -> bool:
    """One run, and what is said of it; whether everything that was there is in the library now."""
    from ui import ending, indexing, recognised
    from ui.output import say

    try:
        report = _run(library, wanted, workers, sought, machines)
    except BaseException as error:
        if not ending.is_of_stopping(error):
            raise
        say("Stopped. What had been added is in the library; the same command goes on from there.")
        raise KeyboardInterrupt from error
    described = recognised.describe(library, wanted.workers or 2, quiet=wanted.quiet) if wanted.people else None
    indexing.write_report(report, described, as_json=wanted.as_json)
    return report.complete and not (described and described.rejected)


def _run(
    library: "Library", wanted: Wanted, workers: "Workers", sought: "Sought | None", machines: "Machines | None"
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


def changes(wanted: Wanted) -> Iterator[int]:
    """See `watching.changes`."""
    from indexer import watching
    from retrieval.stores.sqlite.disks import network

    yield from watching.changes(wanted.folders, polling=any(network(Path(folder)) for folder in wanted.folders))


def follow(changes: Iterator[int], library: "Library", wanted: Wanted, workers: "Workers") -> None:
    """Runs again whenever something has changed, until Ctrl-C. Whoever else writes just then is waited for: the next
    change, or the next start, finds what was left out.
    """
    from retrieval.errors import FacequeryError
    from ui.output import say

    say("Watching: what changes in the folders is indexed. Ctrl-C ends it.")
    for number in changes:
        say(f"{number:,} changes.")
        try:
            indexed(library, replace(wanted, rehash=False), workers)
        except FacequeryError as error:  # a drive that is gone for a while, a library that somebody else writes
            say(str(error))


def look_ahead(where: "Place", wanted: Wanted, asked: Asked) -> None:
    """Says what a run would read."""
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


def _only(library: "Library | None", wanted: Wanted, asked: Asked) -> "Only":
    """Which photographs a run would look at again."""
    from indexer.decisions import Only
    from indexer.faces import named

    crop = wanted.crop or (library.crop if library else "auto")
    finder = named(options.sought(library.sought(), *asked)) if library and crop != "aligned" else None
    return Only(crop if wanted.crop else None, finder if wanted.redo else None)
