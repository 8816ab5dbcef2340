"""What is to be done with each file, in view of what the library knows: the fewest pictures decoded, and a
renamed photograph keeps its faces. It reads the library and the file system, and changes neither.
"""

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress
from pathlib import Path, PurePath

from indexer.look import Step
from indexer.scan import Candidate, FolderError, Listing
from retrieval.tables.records import Crop
from retrieval.writing.store import Known, Writer

ERASED = "erased from the library, and not to come back"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The folders against the library: nothing to do; perhaps with other bytes than the library knows there; to be
    looked at; known but not there; known but in what is `passed` by now; and the folders of which nothing is there any
    more, with what to say of each.
    """

    unchanged: list[Known]
    doubtful: list[tuple[Candidate, Known]]
    todo: list[tuple[Candidate, Known | None]]
    lost: list[Known]
    passed: list[Known]
    refused: list[tuple[str, FolderError]]


def compare(writer: Writer, listings: list[Listing], only: Crop | None = None, *, rehash: bool = False) -> Comparison:
    """Sorts the files by size and modification time alone, without reading one.

    With `only`, what was looked at in another way than that is to be read again; with `rehash`, everything.

    A folder that has no picture any more although the library knows some in it is refused: more likely a drive is not
    mounted than everything was deleted.
    """
    known: dict[str, Known] = {}
    for listing in listings:
        known |= writer.known(listing.folder)
    files = {file.path: file for listing in listings for file in listing.candidates}
    lost = [photo for path, photo in known.items() if path not in files and is_gone(path)]
    passed = _passed_by(writer, listings, set(known) - set(files) - {photo.path for photo in lost})
    refused = [(listing.folder, error) for listing in listings if (error := _unmounted(listing, lost))]
    away = tuple(inside(folder) for folder, _ in refused)
    found = [photo for photo in lost if not photo.path.startswith(away)]
    comparison = Comparison([], [], [], found, [known[path] for path in passed], refused)
    for path, file in files.items():
        photo = known.get(path)
        if photo is None or photo.sha256 is None:
            comparison.todo.append((file, photo))
        elif not _is_unchanged(file, photo) or (rehash and _fits(photo, only)):
            comparison.doubtful.append((file, photo))
        elif _fits(photo, only):
            comparison.unchanged.append(photo)
        else:
            comparison.todo.append((file, photo))
    return comparison


class Plan:
    """Decides file by file, in their order, and remembers what it has decided but is not committed yet.

    First it is told of every file that may have other bytes by now (`is_settled`), so that whatever the order, bytes
    that are at another path today are known to have left the one they had.
    """

    def __init__(self, writer: Writer, only: Crop | None = None) -> None:
        self._writer = writer
        self._only = only
        self._erased = writer.erased()
        self._fresh: dict[str, Step] = {}  # by sha256: being looked at, not in the library yet
        self._displaced: set[int] = set()  # photographs whose paths have other bytes now
        self._moved: set[int] = set()
        self._copied: dict[str, Known] = {}  # by sha256: where no photograph of the same bytes was gone
        self._vanished: list[Known] = []  # while the run was under way

    def is_settled(self, step: Step) -> bool:
        """Whether a known file has the bytes and the faces that the library knows: only its date is another."""
        if step.known is None or step.sha256 is None:
            return False
        if step.known.sha256 != step.sha256:
            self._displaced.add(step.known.id)
        return step.known.sha256 == step.sha256 and _fits(step.known, self._only)

    def decide(self, step: Step) -> Step:
        """Sets `action`, and `source` or `first` where it needs one."""
        if step.action == "drop":
            self._vanished += [] if step.known is None else [step.known]
            return step
        known = None if step.known is None or step.known.id in self._moved else step.known
        if known is not None and step.sha256 not in (None, known.sha256):
            self._displaced.add(known.id)
        if self._erased.whole(step.sha256):
            step.action, step.data, step.reason = "keep", None, ERASED
            self._vanished += [] if known is None else [known]
        elif step.sha256 is None:
            step.action = "keep" if known is not None and _is_worth_keeping(known, step) else "look"
        elif known is not None and known.sha256 == step.sha256 and _fits(known, self._only):
            step.action, step.source = "touch", known
            self._displaced.discard(known.id)
        else:
            self._settle(step, step.sha256)
        if step.action != "look":
            step.data = None
        return step

    def spare(self, step: Step) -> Step:
        """Leaves out the faces that were erased from these bytes, before anybody tags them."""
        size = (step.width, step.height)
        kept = [not self._erased.bars(step.sha256, face.box, *size) for face in step.found]
        if not all(kept):
            step.found, step.inputs = list(compress(step.found, kept)), list(compress(step.inputs, kept))
            step.reason = step.reason if step.found else ERASED
        return step

    def committed(self, steps: Iterable[Step]) -> None:
        """These steps are in the library now, and found there from here on."""
        for step in steps:
            if step.sha256 is not None and self._fresh.get(step.sha256) is step:
                del self._fresh[step.sha256]
            if step.known is not None and step.action == "lose":
                self._vanished.append(step.known)

    def missing(self, lost: list[Known]) -> list[Known]:
        """At the end of the run: those of `lost` that were found nowhere else, and what vanished since."""
        return [known for known in (*lost, *self._vanished) if known.id not in self._moved]

    def displaced(self) -> set[int]:
        """At the end of the run: those that were found nowhere else, while their paths have other bytes."""
        return self._displaced - self._moved

    def _settle(self, step: Step, sha256: str) -> None:
        if (source := self._copied.get(sha256)) is not None and source.id not in self._displaced - self._moved:
            step.action, step.source = "copy", source
            return
        same = [known for known in self._writer.with_bytes(sha256) if _fits(known, self._only)]
        if left := [known for known in same if self._has_left(known)]:
            step.action, step.source = "move", left[0]
            self._moved.add(left[0].id)
        elif same:
            step.action, step.source = "copy", same[0]
            self._copied[sha256] = same[0]
        elif sha256 in self._fresh:
            step.action, step.first = "twin", self._fresh[sha256]
        else:
            self._fresh[sha256] = step

    def _has_left(self, known: Known) -> bool:
        """Whether the bytes are no longer where the library has them, and nobody has taken them along yet."""
        return known.id not in self._moved and (known.id in self._displaced or is_gone(known.path))


def _passed_by(writer: Writer, listings: list[Listing], paths: set[str]) -> list[str]:
    """Those of the paths that are not looked at any more, nor in a folder that was indexed by its own name."""
    passed = {passed.path for listing in listings for passed in listing.passed}
    if not passed:
        return []
    named = writer.folders()
    return [path for path in sorted(paths) if _first(path, passed | named) in passed - named]


def _first(path: str, places: set[str]) -> str | None:
    """The nearest of the places that is this path, or a folder around it."""
    return next((str(place) for place in (path, *map(str, PurePath(path).parents)) if place in places), None)


def unmounted(found: str, advice: str) -> FolderError:
    """What to say where nothing is left of what there was: more likely a drive is not mounted than all was deleted."""
    return FolderError(f"{found}: is the drive mounted? {advice}")


def is_gone(path: str) -> bool:
    """Whether there surely is no such file: a folder that cannot be entered, or a failing disk, does not say so."""
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError as error:
        return error.errno == errno.ENAMETOOLONG
    return False


def _fits(known: Known, only: Crop | None) -> bool:
    return only is None or known.crop == only


def _is_unchanged(file: Candidate, known: Known) -> bool:
    """Without a sha256 the file could not be read last time, which may have passed without a new date."""
    return (file.size, file.mtime_ns) == (known.size, known.mtime_ns) and known.sha256 is not None


def _is_worth_keeping(known: Known, unread: Step) -> bool:
    """A file that cannot be read now takes no faces from the library, nor changes a row to say the same again."""
    return known.faces > 0 or (known.reason == unread.reason and not known.missing)


def _unmounted(listing: Listing, lost: list[Known]) -> FolderError | None:
    prefix = inside(listing.folder)
    there = [photo for photo in lost if photo.path.startswith(prefix) and not photo.missing]
    if not there or listing.candidates or listing.skipped:
        return None
    return unmounted(
        f"There is no picture in {listing.folder!r}, where the library knows {len(there):,}",
        "They stay as they are. If the photographs were moved, index the folder they are in now; if they were deleted, "
        "the folder above.",
    )


def inside(folder: str) -> str:
    """What the paths in a folder begin with."""
    return os.path.join(folder, "")  # noqa: PTH118 - ends in a separator, also for the root folder
