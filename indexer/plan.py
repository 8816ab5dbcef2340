"""What is to be done with each file, in view of what the library knows: the fewest pictures decoded, and a
renamed photograph keeps its faces. It reads the library and the file system, and changes neither.
"""

import errno
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

from indexer.decisions import Action, Concluded, Decision, Loaded, Only, photo_of
from indexer.scan import Candidate, FolderError, Listing
from indexer.seen import ERASED, Picture, Seen
from retrieval.tables.records import Way
from retrieval.writing.hashes import Hashes
from retrieval.writing.store import Known, Writer

ANY = Only()  # however it was looked at


@dataclass(frozen=True, slots=True)
class Comparison:
    """The folders against the library: nothing to do; perhaps with other bytes than the library knows there; to be
    looked at; known but not there; known but in what is `passed` by now; and the folders of which nothing is there any
    more, with what to say of each. Of the files in `new_bytes`, by path, nothing needs to be known before they are
    looked at.
    """

    unchanged: list[Known]
    doubtful: list[tuple[Candidate, Known]]
    todo: list[tuple[Candidate, Known | None]]
    lost: list[Known]
    passed: list[Known]
    refused: list[tuple[str, FolderError]]
    new_bytes: set[str] = field(default_factory=set)

    @property
    def files(self) -> int:
        """How many are to be read."""
        return len(self.doubtful) + len(self.todo)


def compare(writer: Writer, listings: list[Listing], only: Only = ANY, *, rehash: bool = False) -> Comparison:
    """Sorts the files by size and modification time alone, without reading one.

    With `only`, what was looked at in another way than that is to be read again; with `rehash`, everything.

    A folder that has no picture any more although the library knows some in it is refused: more likely a drive is not
    mounted than everything was deleted.
    """
    known: dict[str, Known] = {}
    for listing in listings:
        known |= _known(writer, listing)
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
        elif not _is_unchanged(file, photo) or (rehash and only.fits(photo)):
            comparison.doubtful.append((file, photo))
        elif only.fits(photo):
            comparison.unchanged.append(photo)
        else:
            comparison.todo.append((file, photo))
    comparison.new_bytes.update(_new_bytes(writer, comparison))
    return comparison


def _known(writer: Writer, listing: Listing) -> dict[str, Known]:
    """What the library knows of what is listed, and of what should be."""
    if listing.whole:
        return writer.known(listing.folder)
    return writer.known_at(file.path for file in listing.candidates)


def _new_bytes(writer: Writer, comparison: Comparison) -> set[str]:
    """The new files that can be a copy of nothing, by their size: nobody needs to know their hash before they are
    looked at. None where something was erased, which may have been a part of any of them.
    """
    new = [file for file, known in comparison.todo if known is None]
    if not new or writer.erased():
        return set()
    sizes = Counter(file.size for file, _ in (*comparison.todo, *comparison.doubtful))
    there = writer.sizes()
    return {file.path for file in new if sizes[file.size] == 1 and file.size not in there}


class Plan:
    """Decides file by file, in their order, and remembers what it has decided but is not committed yet.

    First it is told of every file that may have other bytes by now (`is_settled`), so that whatever the order, bytes
    that are at another path today are known to have left the one they had.
    """

    def __init__(self, writer: Writer, way: Way, only: Only = ANY) -> None:
        self._writer = writer
        self._way = way
        self._only = only
        self._erased = writer.erased()
        self._hashes: Hashes | None = None  # of what the library knows, once that is asked
        self._fresh: dict[str, Decision] = {}  # by sha256: being looked at, not in the library yet
        self._displaced: set[int] = set()  # photographs whose paths have other bytes now
        self._moved: set[int] = set()
        self._copied: dict[str, Known] = {}  # by sha256: where no photograph of the same bytes was gone
        self._vanished: list[Known] = []  # while the run was under way

    def is_settled(self, loaded: Loaded) -> bool:
        """Whether a known file has the bytes and the faces that the library knows: only its date is another."""
        known, sha256 = loaded.known, loaded.sha256
        if known is None or sha256 is None:
            return False
        if known.sha256 != sha256:
            self._displaced.add(known.id)
        return known.sha256 == sha256 and self._only.fits(known)

    def decide(self, loaded: Loaded) -> Decision:
        """What is done with the file."""
        if loaded.gone:
            self._vanished += [] if loaded.known is None else [loaded.known]
            return _decision(loaded, "drop")
        known = None if loaded.known is None or loaded.known.id in self._moved else loaded.known
        sha256 = loaded.sha256
        if known is not None and sha256 not in (None, known.sha256):
            self._displaced.add(known.id)
        if self._erased.whole(sha256):
            self._vanished += [] if known is None else [known]
            return _decision(loaded, "keep", reason=ERASED)
        if sha256 is None:
            return _decision(loaded, "keep" if known is not None and _is_worth_keeping(known, loaded) else "note")
        if known is not None and known.sha256 == sha256 and self._only.fits(known):
            self._displaced.discard(known.id)
            return _decision(loaded, "touch", source=known)
        return self._settled(loaded, sha256)

    def picture(self, loaded: Loaded) -> Picture:
        """What is to be looked at of a file that was read, without the faces that were erased from its bytes."""
        return Picture(loaded.data, self._erased.places(loaded.sha256))

    def conclude(self, decision: Decision, seen: Seen | None) -> Concluded:
        """What the library gets of a file, once it was looked at."""
        if decision.action == "note":
            return Concluded(decision, photo_of(decision, Seen(reason=decision.reason, passing=True), self._way))
        if seen is None or decision.action not in ("look", "twin"):
            return Concluded(decision)
        seconds = {} if decision.first else seen.seconds
        if seen.width is None and decision.known is not None and decision.known.faces:
            return Concluded(self._lost(decision, seen), seconds=seconds)
        return Concluded(replace(decision, reason=seen.reason), photo_of(decision, seen, self._way), seconds)

    def committed(self, batch: Iterable[Concluded]) -> None:
        """These are in the library now, and found there from here on."""
        for decision in (concluded.decision for concluded in batch):
            if decision.sha256 is not None and decision.action != "twin":
                self._fresh.pop(decision.sha256, None)
                if self._hashes is not None:
                    self._hashes.add(decision.sha256)

    def missing(self, lost: list[Known], away: Iterable[str] = ()) -> list[Known]:
        """At the end of the run: those of `lost` that were found nowhere else, and what vanished since, but for what
        was in folders that are `away`.
        """
        around = tuple(map(inside, away))
        known = (*lost, *(known for known in self._vanished if not known.path.startswith(around)))
        return [photo for photo in known if photo.id not in self._moved]

    def displaced(self) -> set[int]:
        """At the end of the run: those that were found nowhere else, while their paths have other bytes."""
        return self._displaced - self._moved

    def _settled(self, loaded: Loaded, sha256: str) -> Decision:
        if (source := self._copied.get(sha256)) is not None and source.id not in self._displaced - self._moved:
            return _decision(loaded, "copy", source=source)
        same = [known for known in self._with_bytes(sha256) if self._only.fits(known)]
        if left := [known for known in same if self._has_left(known)]:
            self._moved.add(left[0].id)
            return _decision(loaded, "move", source=left[0])
        if same:
            self._copied[sha256] = same[0]
            return _decision(loaded, "copy", source=same[0])
        if sha256 in self._fresh:
            return _decision(loaded, "twin", first=self._fresh[sha256])
        return self._fresh.setdefault(sha256, _decision(loaded, "look"))

    def _with_bytes(self, sha256: str) -> list[Known]:
        self._hashes = self._writer.hashes() if self._hashes is None else self._hashes
        return self._writer.with_bytes(sha256) if sha256 in self._hashes else []

    def _lost(self, decision: Decision, seen: Seen) -> Decision:
        """There is nothing to see now; that takes no faces from the library, nor what was said of them."""
        if not seen.passing and decision.known is not None:
            self._vanished.append(decision.known)
        return replace(decision, action="keep" if seen.passing else "lose", reason=seen.reason)

    def _has_left(self, known: Known) -> bool:
        """Whether the bytes are no longer where the library has them, and nobody has taken them along yet."""
        return known.id not in self._moved and (known.id in self._displaced or is_gone(known.path))


def _decision(loaded: Loaded, action: Action, **more: Any) -> Decision:
    about = {"known": loaded.known, "sha256": loaded.sha256, "reason": loaded.reason}
    return Decision(loaded.file.path, loaded.file.size, loaded.file.mtime_ns, action, **about | more)


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


def _is_unchanged(file: Candidate, known: Known) -> bool:
    """Without a sha256 the file could not be read last time, which may have passed without a new date."""
    return (file.size, file.mtime_ns) == (known.size, known.mtime_ns) and known.sha256 is not None


def _is_worth_keeping(known: Known, unread: Loaded) -> bool:
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


def emptied(listings: list[Listing], vanished: list[str]) -> list[tuple[str, FolderError]]:
    """At the end of a run: the folders of which nothing is there any more, where some vanished, with what to say."""
    empty = (listing for listing in listings if listing.whole and _is_empty(listing, vanished))
    return [(listing.folder, _no_more(listing)) for listing in empty]


def _is_empty(listing: Listing, vanished: list[str]) -> bool:
    some = any(path.startswith(inside(listing.folder)) for path in vanished)
    return some and all(is_gone(file.path) for file in listing.candidates)


def _no_more(listing: Listing) -> FolderError:
    return unmounted(
        f"Nothing is left of the {len(listing.candidates):,} pictures that were in {listing.folder!r} when the run "
        "began",
        "What the library knows of them stays as it is. Once they are back, the same command goes on from there.",
    )


def inside(folder: str) -> str:
    """What the paths in a folder begin with."""
    return os.path.join(folder, "")  # noqa: PTH118 - ends in a separator, also for the root folder
