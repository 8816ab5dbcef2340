"""A folder of photographs -> the library, in one visible loop: scan, read, decide, look, store, publish.

Reading runs in threads, looking (decode, find, tag) wherever the `Workers` are, both a bounded way ahead and in order;
deciding and storing here, a batch a transaction. What fails becomes a row with a reason. The photographs are only read.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.ahead import Answer, Ready, ahead, threads
from indexer.asking import ask
from indexer.batches import batches
from indexer.decisions import Concluded, Decision, Loaded, Only, load
from indexer.groups import Group, concluded, grouped, sent
from indexer.look import faces_of
from indexer.named import listed
from indexer.passing import Passing
from indexer.plan import Comparison, Plan, compare, emptied
from indexer.report import Progress, Rejected, Report, Tally
from indexer.scan import Candidate, FolderError, Listing, resolve, scan, together
from indexer.seen import Seen
from indexer.workers import Workers
from retrieval.tables.records import Pattern, Sought, Way
from retrieval.writing.store import Known, Writer

if TYPE_CHECKING:
    from indexer.cluster.machines import Machines as Elsewhere
    from retrieval.library import Library

__all__ = ["Progress", "Rejected", "Report", "faces_of", "index", "patterns", "scanned"]

READERS = 2  # threads that fetch bytes: enough for a disk, and for a network drive's waiting
AHEAD = 2 * READERS  # files that may be read before anybody asks for them
ROOM = 12 * 2**20  # bytes that wait for each worker: two photographs of a good camera
WAITING = 16  # groups for each worker: one of them may show a crowd, and take as long as all the others


def index(
    library: "Library",
    folders: Sequence[str],
    workers: Workers,
    *,
    batch_size: int = 64,
    redo: bool = False,
    newer: bool = False,
    rehash: bool = False,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    sought: Sought | None = None,
    progress: Callable[[Progress], None] | None = None,
    elsewhere: "Elsewhere | None" = None,
    paths: Sequence[str] = (),
) -> Report:
    """Brings the library up to date with the folders, and with the photographs at the `paths`, through the eyes of the
    `workers`; `batch_size` faces or more are stored together.

    Known photographs stay as they are, however they were looked at; `redo` looks again at those that were looked at
    in the other way, with or without a finder, and `newer` at those in which another finder, or another version or
    setting of it, looked for faces. `rehash` reads every file, also where size and date say that it did not change.
    `include` and `exclude` are globs for names in the folders (`indexer.passing`), and hold for later runs too,
    as does what is `sought`, where that is given.
    Known photographs that were never asked what they say of themselves are asked at the end (`indexer.asking`).
    New ones are first done `elsewhere`, where there is such a place.

    Interrupted, it leaves whole batches behind, and the next run goes on from there. A folder that is not there is
    named among the rejected; if none is, it raises `FolderError` and changes nothing. Also raises what
    `Library.writer`, `Writer.batch` and the workers raise.
    """
    tally = Tally(progress, {"look": workers.size, "read": READERS})
    way = Way(workers.crop, workers.finder)
    only = Only(way.crop if redo else None, way.finder if newer else None)
    with tally.watch.stage("total"):
        with tally.watch.stage("scan"):
            said = patterns(folders, include, exclude)
            passing = Passing([*library.patterns(), *said])
            listings = scanned(folders, passing, tally, paths)
            tally.unused = passing.unused(pattern.glob for pattern in said)
        with library.writer(workers.model) as writer:
            with tally.watch.stage("scan"):
                comparison = compare(writer, listings, only, rehash=rehash)
                _refuse(comparison, listings, tally)
                writer.remember((listing.folder for listing in listings), said)
                if sought is not None:
                    writer.seek(sought)
            _begin(writer, listings, comparison, tally)
            if elsewhere is not None:
                comparison = elsewhere.ahead(writer, [listing.folder for listing in listings], comparison, tally)
            plan = Plan(writer, way, only)
            _carry_out(writer, workers, plan, comparison, batch_size, tally)
            with tally.watch.stage("store"):
                _settle(writer, plan, comparison, listings, tally)
            with tally.watch.stage("read"), threads(READERS) as readers:
                ask(writer, [each.folder for each in listings if each.whole], readers, tally)
        with tally.watch.stage("publish"):
            tally.advice = library.publish()
    return tally.report()


def _carry_out(
    writer: Writer, workers: Workers, plan: Plan, comparison: Comparison, batch_size: int, tally: Tally
) -> None:
    """Reads, decides, looks and stores, a batch a transaction."""
    with closing(_looked(workers, comparison, plan, tally)) as looked:
        for batch in batches(_counted(concluded(looked, plan), tally), batch_size, lambda each: each.weight):
            with tally.watch.stage("store"):
                _store(writer, batch)
                plan.committed(batch)


def patterns(folders: Sequence[str], include: Sequence[str], exclude: Sequence[str]) -> list[Pattern]:
    """What is said of names now, in each of the folders that are there."""
    said = [(glob, False) for glob in exclude] + [(glob, True) for glob in include]
    roots = [resolve(folder) for folder in folders if said and Path(folder).is_dir()]
    return [Pattern(root, *word) for root in roots for word in said]


def scanned(folders: Sequence[str], passing: Passing, tally: Tally, paths: Sequence[str] = ()) -> list[Listing]:
    """What the folders hold that can be listed, and the paths; FolderError if none can."""
    listings = listed(paths)
    for folder in folders:
        try:
            listings.append(scan(folder, passing))
            tally.pass_by(listings[-1])
        except FolderError as error:
            tally.refuse(folder, error)
    if not listings:
        raise together(tally.refused)
    return listings


def _refuse(comparison: Comparison, listings: list[Listing], tally: Tally) -> None:
    for folder, error in comparison.refused:
        tally.refuse(folder, error)
    if len(comparison.refused) == len(listings):
        raise together(tally.refused)


def _looked(
    workers: Workers, comparison: Comparison, plan: Plan, tally: Tally
) -> Generator[tuple[Group, list[Seen]], None, None]:
    """The files that are to be read, by groups, and what the pictures among them show."""
    depth, room = WAITING * workers.size, ROOM * workers.size
    with threads(READERS) as readers, workers.started(comparison.files) as look:
        files = _read(readers, comparison, plan, tally)
        groups = grouped(files, plan, comparison.files, workers.size)
        yield from ahead(sent(look), groups, depth, lambda group: group.carried, room)


def _read(readers: Executor, comparison: Comparison, plan: Plan, tally: Tally) -> Iterator[Loaded | Candidate]:
    """Every file that is not simply unchanged, with its bytes: first those that were only touched. The others that are
    known are read a second time when the whole of the run is known; in between their bytes are let go of. New ones of
    which nothing needs to be known first are left to whoever looks at them.
    """

    def read(pair: tuple[Candidate, Known | None]) -> Answer[Loaded | Candidate]:
        return Ready(pair[0]) if pair[0].path in comparison.new_bytes else readers.submit(load, *pair)

    todo = list(comparison.todo)
    for pair, known in ahead(lambda pair: readers.submit(load, *pair), comparison.doubtful, AHEAD):
        tally.watch.seconds["read"] += known.seconds
        if plan.is_settled(known):
            yield known
        else:
            todo.append(pair)
    for _, file in ahead(read, todo, AHEAD):
        tally.watch.seconds["read"] += file.seconds if isinstance(file, Loaded) else 0.0
        yield file


def _counted(files: Iterable[Concluded], tally: Tally) -> Iterator[Concluded]:
    for file in files:
        _count(file, tally)
        yield file


def _count(file: Concluded, tally: Tally) -> None:
    decision = file.decision
    for stage, seconds in file.seconds.items():
        tally.watch.seconds[stage] += seconds
    tally.done += 1
    if file.photo is not None:
        _count_seen(file, tally)
    elif decision.source is not None:
        _count_known(decision, decision.source, tally)
    elif decision.action == "drop":
        tally.vanished.append(decision.path)
    else:
        tally.reject(decision.path, decision.reason)
    tally.tell(decision.path)


def _count_known(decision: Decision, source: Known, tally: Tally) -> None:
    if source.outcome != "faces":
        tally.reject(decision.path, source.reason)
    elif decision.action == "copy":
        tally.added += 1
        tally.faces += source.faces
    elif decision.action == "move":
        tally.moved += 1
    else:
        tally.unchanged += 1


def _count_seen(file: Concluded, tally: Tally) -> None:
    if file.photo is not None and file.photo.faces:
        tally.added += 1
        tally.faces += len(file.photo.faces)
    else:
        tally.reject(file.decision.path, file.decision.reason)


def _store(writer: Writer, batch: list[Concluded]) -> None:
    with writer.batch() as transaction:
        for file in batch:
            decision = file.decision
            where = (decision.path, decision.size, decision.mtime_ns)
            if file.photo is not None:
                transaction.add(file.photo)
            elif decision.source is not None and decision.action == "copy":
                transaction.copy(decision.source.id, *where)
            elif decision.source is not None and decision.action == "move":
                transaction.move(decision.source.id, *where)
            elif decision.source is not None:
                transaction.touch(decision.source.id, decision.size, decision.mtime_ns)


def _begin(writer: Writer, listings: list[Listing], comparison: Comparison, tally: Tally) -> None:
    """What needs no look at a file: photographs that did not change, or are back where they were."""
    for path, reason in {skipped.path: skipped.reason for listing in listings for skipped in listing.skipped}.items():
        tally.reject(path, reason)
    for known in comparison.unchanged:
        if known.outcome == "faces":
            tally.unchanged += 1
        else:
            tally.reject(known.path, known.reason)
    tally.done = len(comparison.unchanged)
    tally.total = tally.done + comparison.files
    tally.tell()
    if back := [known.id for known in comparison.unchanged if known.missing]:
        with writer.batch() as transaction:
            transaction.mark_found(back)


def _settle(writer: Writer, plan: Plan, comparison: Comparison, listings: list[Listing], tally: Tally) -> None:
    """Photographs that were not there: a state, with which nothing else of them changes. What was said of them is found
    also where else their bytes are, or in what took their place. A folder that was emptied as a whole is refused.
    """
    away = emptied(listings, tally.vanished)
    for folder, error in away:
        tally.refuse(folder, error)
    lost, passed = plan.missing(comparison.lost, (folder for folder, _ in away)), comparison.passed
    numbers = {known.id for known in lost} | plan.displaced()
    if numbers or passed:
        with writer.batch() as transaction:
            transaction.mark_missing(known.id for known in (*lost, *passed) if not known.missing)
            transaction.settle(numbers | {known.id for known in passed})
            tally.missing = transaction.missing(numbers)
            tally.known_but_passed = len(passed)
