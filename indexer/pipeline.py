"""A folder of photographs -> the library, in one visible loop: scan, read, faces, tag, store, publish.

Reading and looking run in threads, a bounded way ahead and in order; tagging and storing here, a batch a
transaction. What fails becomes a row with a reason. The photographs are only ever read.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.ahead import ahead, threads
from indexer.batches import batches, tagged
from indexer.faces import Finder
from indexer.look import Step, crop_of, faces_of, load, look
from indexer.passing import Passing
from indexer.plan import Comparison, Plan, compare
from indexer.report import Progress, Rejected, Report, Tally
from indexer.scan import Candidate, FolderError, Listing, resolve, scan, together
from retrieval.tables.outside import Pattern
from retrieval.tables.records import Outcome
from retrieval.writing.store import Face, Known, Model, Photo, Writer

if TYPE_CHECKING:
    from classifiers.tagger import Tagger
    from retrieval.library import Library

__all__ = ["Progress", "Rejected", "Report", "faces_of", "index"]

READERS = 2  # threads that fetch bytes: enough for a disk, and for a network drive's waiting
AHEAD = 2 * READERS  # files that may be read before anybody asks for them


def index(
    library: "Library",
    folders: Sequence[str],
    tagger: "Tagger",
    finder: Finder | None,
    *,
    batch_size: int = 64,
    workers: int = 2,
    redo: bool = False,
    rehash: bool = False,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Brings the library up to date with the folders; without a `finder` each picture is one aligned face.

    Known photographs stay as they are, however they were looked at; `redo` looks again at those that were looked at
    in the other way, with or without a finder. `rehash` reads every file, also where size and date say that it did not
    change. `include` and `exclude` are globs for names in the folders (`indexer.passing`), and hold for later runs too.

    Interrupted, it leaves whole batches behind, and the next run goes on from there. A folder that is not there is
    named among the rejected; if none is, it raises `FolderError` and changes nothing. Also raises what `Library.writer`
    and `Writer.batch` raise.
    """
    tally = Tally(progress)
    only = crop_of(finder) if redo else None
    with tally.watch.stage("total"):
        with tally.watch.stage("scan"):
            said = _patterns(folders, include, exclude)
            passing = Passing([*library.patterns(), *said])
            listings = _scanned(folders, passing, tally)
            tally.unused = passing.unused(pattern.glob for pattern in said)
        with library.writer(Model(**tagger.model())) as writer, threads(READERS) as readers, threads(workers) as eyes:
            with tally.watch.stage("scan"):
                comparison = compare(writer, listings, only, rehash=rehash)
                _refuse(comparison, listings, tally)
                writer.remember((listing.folder for listing in listings), said)
            _begin(writer, listings, comparison, tally)
            plan = Plan(writer, only)
            planned = map(plan.decide, _read(readers, comparison, plan, tally))
            looking = partial(look, tagger=tagger, finder=finder)
            looked = map(plan.spare, ahead(eyes, looking, planned, batch_size + workers, _weight))
            for batch in batches(_counted(looked, tally), batch_size, _faces):
                with tally.watch.stage("tag"):
                    _tag(batch, tagger, batch_size)
                with tally.watch.stage("store"):
                    _store(writer, batch)
                    plan.committed(batch)
            with tally.watch.stage("store"):
                _settle(writer, plan, comparison, tally)
        with tally.watch.stage("publish"):
            library.publish()
    return tally.report()


def _patterns(folders: Sequence[str], include: Sequence[str], exclude: Sequence[str]) -> list[Pattern]:
    """What is said of names now, in each of the folders that are there."""
    said = [(glob, False) for glob in exclude] + [(glob, True) for glob in include]
    roots = [resolve(folder) for folder in folders if said and Path(folder).is_dir()]
    return [Pattern(root, *word) for root in roots for word in said]


def _scanned(folders: Sequence[str], passing: Passing, tally: Tally) -> list[Listing]:
    """What the folders hold that can be listed; FolderError if none can."""
    listings = []
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


def _read(readers: Executor, comparison: Comparison, plan: Plan, tally: Tally) -> Iterator[Step]:
    """Every file that is not simply unchanged, with its bytes: first those that were only touched. The others that are
    known are read a second time when the whole of the run is known; in between their bytes are let go of.
    """
    todo = list(comparison.todo)
    for step, pair in zip(ahead(readers, _load, comparison.doubtful, AHEAD), comparison.doubtful, strict=True):
        if plan.is_settled(step):
            yield step
        else:
            tally.watch.add(step.watch)
            todo.append(pair)
    yield from ahead(readers, _load, todo, AHEAD)


def _load(pair: tuple[Candidate, Known | None]) -> Step:
    return load(*pair)


def _weight(step: Step) -> int:
    return 0 if step.data is None else len(step.data)


def _faces(step: Step) -> int:
    """What a step weighs in a batch: one without a face counts as one."""
    return max(1, len(step.inputs))


def _counted(steps: Iterable[Step], tally: Tally) -> Iterator[Step]:
    for step in steps:
        _count(step, tally)
        yield step


def _count(step: Step, tally: Tally) -> None:
    tally.watch.add(step.watch)
    tally.done += 1
    if step.action in ("keep", "lose"):
        tally.reject(step.path, step.reason)
    elif step.source is not None:
        _count_known(step, step.source, tally)
    elif step.action != "drop":
        _count_seen(step.path, step.first or step, tally)
    tally.tell(step.path)


def _count_known(step: Step, source: Known, tally: Tally) -> None:
    if source.outcome != "faces":
        tally.reject(step.path, source.reason)
    elif step.action == "copy":
        tally.added += 1
        tally.faces += source.faces
    elif step.action == "move":
        tally.moved += 1
    else:
        tally.unchanged += 1


def _count_seen(path: str, seen: Step, tally: Tally) -> None:
    if seen.found:
        tally.added += 1
        tally.faces += len(seen.found)
    else:
        tally.reject(path, seen.reason)


def _tag(batch: list[Step], tagger: "Tagger", size: int) -> None:
    """Makes the `photo` of each step that adds one; its faces' tags are taken in the order of its own inputs."""
    inputs = [face for step in batch for face in step.inputs]
    tags = tagged(inputs, tagger, size)
    rows = (row for part in tags for row in zip(part.probabilities, part.embeddings, strict=True))
    for step in batch:
        if step.action == "look":
            faces = (Face(f.box, f.landmarks, f.score, *next(rows)) for f in step.found)
            step.photo = _photo(step, tuple(faces))
            step.inputs = []
        elif step.first is not None and step.first.photo is not None:
            step.photo = replace(step.first.photo, path=step.path, size=step.size, mtime_ns=step.mtime_ns)


def _photo(step: Step, faces: tuple[Face, ...]) -> Photo:
    outcome: Outcome = "faces" if faces else "unreadable" if step.width is None else "no_face"
    about = (step.path, step.size, step.mtime_ns, step.sha256, step.width, step.height)
    return Photo(*about, outcome, step.reason, faces, step.crop)


def _store(writer: Writer, batch: list[Step]) -> None:
    with writer.batch() as transaction:
        for step in batch:
            where = (step.path, step.size, step.mtime_ns)
            if step.photo is not None:
                transaction.add(step.photo)
            elif step.source is not None and step.action == "copy":
                transaction.copy(step.source.id, *where)
            elif step.source is not None and step.action == "move":
                transaction.move(step.source.id, *where)
            elif step.source is not None:
                transaction.touch(step.source.id, step.size, step.mtime_ns)


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
    tally.total = tally.done + len(comparison.todo)
    tally.tell()
    if back := [known.id for known in comparison.unchanged if known.missing]:
        with writer.batch() as transaction:
            transaction.mark_found(back)


def _settle(writer: Writer, plan: Plan, comparison: Comparison, tally: Tally) -> None:
    """Photographs that were not there: a state, with which nothing else of them changes. What was said of them is found
    also where else their bytes are, or in what took their place.
    """
    lost, passed = plan.missing(comparison.lost), comparison.passed
    numbers = {known.id for known in lost} | plan.displaced()
    if numbers or passed:
        with writer.batch() as transaction:
            transaction.mark_missing(known.id for known in (*lost, *passed) if not known.missing)
            transaction.settle(numbers | {known.id for known in passed})
            tally.missing = transaction.missing(numbers)
            tally.known_but_passed = len(passed)
