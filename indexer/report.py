"""What a run of the indexer did, and how far it has come. It counts what it is told, and prints nothing."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from indexer.scan import FolderError, Listing, PassedBy

NO_FACE = "no face was found"
STAGES = ("scan", "read", "decode", "faces", "prepare", "tag", "store", "publish")
LOOKING = ("decode", "faces", "prepare", "tag")  # those that the workers share


class Rejected(NamedTuple):
    """A photograph without faces in the library, and why; now and in every later run until that changes."""

    photo: str
    reason: str


class Progress(NamedTuple):
    """After `done` of `total` photographs, the last of them `path`: new `faces` so far, and photographs that were
    `rejected` or are `without_face`. Those known before that are asked what they say of themselves count once more.
    """

    done: int
    total: int
    faces: int
    rejected: int
    path: str | None
    without_face: int = 0


@dataclass(frozen=True, slots=True)
class Passed:
    """What no run looks at: `names` of folders and files, each with its reason, and pictures and films of `formats`
    that are not read, by suffix. `known` photographs in there, from runs that did look, are missing from now on.
    `unused` are globs that were given and decided nothing.
    """

    names: list[PassedBy] = field(default_factory=list)
    formats: Counter[str] = field(default_factory=Counter)
    known: int = 0
    unused: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """A part of the contracts of `facequery index --json`."""
        return {
            "passed_by": [{"path": passed.path, "reason": passed.reason} for passed in self.names],
            "passed_by_known": self.known,
            "unused_globs": self.unused,
            "other_formats": dict(self.formats.most_common()),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """One run. Every photograph that was there is `added` (new, changed or copied), `unchanged`, `moved`, or
    `without_face`, which is no failure, or `rejected`; folders that could not be indexed are the first of these.
    `missing` photographs were not there; those that `vanished` were when the run began, but not when they were to
    be read, and those of them that the library knew are missing too, unless nothing is left of their folder.
    `faces` are the new ones. `seconds` are by stage, those of stages that run in several threads or processes
    summed up over them, and "total" by the clock. `hands` are how many "read", and how many "look", at once.
    `asked` are those known before of which the library learnt now what they say of themselves. `advice` is what a
    person should know of what was derived at the end, if anything.
    """

    added: int
    unchanged: int
    moved: int
    missing: int
    rejected: list[Rejected]
    faces: int
    seconds: dict[str, float]
    without_face: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    passed: Passed = field(default_factory=Passed)
    hands: dict[str, int] = field(default_factory=dict)
    asked: int = 0
    advice: str | None = None

    @property
    def limit(self) -> tuple[str, float]:
        """The stage that the run waited for, and what share of the time those who do it were busy."""
        busy = {stage: self.seconds.get(stage, 0.0) for stage in STAGES if stage not in LOOKING}
        looking = {stage: self.seconds.get(stage, 0.0) for stage in LOOKING}
        busy["read"] /= self.hands.get("read", 1)
        slowest = max(looking, key=lambda stage: looking[stage])
        busy[slowest] = sum(looking.values()) / self.hands.get("look", 1)
        stage = max(busy, key=lambda stage: busy[stage])
        return stage, min(1.0, busy[stage] / self.seconds["total"]) if self.seconds["total"] > 0 else 0.0

    @property
    def photos(self) -> int:
        return self.added + self.unchanged + self.moved + len(self.without_face) + len(self.rejected)

    @property
    def complete(self) -> bool:
        """Whether everything that was to be there and to be read was."""
        return not (self.rejected or self.missing or self.vanished)

    @property
    def photos_per_second(self) -> float:
        return self.photos / self.seconds["total"] if self.seconds["total"] > 0 else 0.0

    def as_json(self) -> dict[str, Any]:
        """The contract of `facequery index --json`."""
        counts = ("added", "unchanged", "moved", "missing")
        return {
            "photos": {**{name: getattr(self, name) for name in counts}, "rejected": len(self.rejected)},
            "faces": self.faces,
            "rejected": [rejected._asdict() for rejected in self.rejected],
            "without_face": self.without_face,
            "vanished": self.vanished,
            "asked": self.asked,
            **self.passed.as_json(),
            "seconds": {stage: round(seconds, 3) for stage, seconds in self.seconds.items()},
            "photos_per_second": round(self.photos_per_second, 2),
            "limited_by": dict(zip(("stage", "busy"), (self.limit[0], round(self.limit[1], 3)), strict=True)),
        }


class Stopwatch:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - start

    def add(self, other: "Stopwatch") -> None:
        for name, seconds in other.seconds.items():
            self.seconds[name] += seconds


class Tally:
    """Counts a run as it goes, and tells whoever wants to know."""

    def __init__(self, listener: Callable[[Progress], None] | None, hands: dict[str, int] | None = None) -> None:
        self.hands = dict(hands or {})
        self.watch = Stopwatch()
        self.watch.seconds |= dict.fromkeys(STAGES, 0.0)
        self.total = self.done = self.added = self.unchanged = self.moved = self.missing = self.faces = 0
        self.rejected: list[Rejected] = []
        self.without_face: list[str] = []
        self.vanished: list[str] = []
        self.known_but_passed = self.asked = 0
        self.unused: list[str] = []
        self.advice: str | None = None
        self._passed: dict[str, PassedBy] = {}
        self._formats = Counter[str]()
        self.refused: list[FolderError] = []
        self._folders: list[Rejected] = []
        self._listener = listener

    def tell(self, path: str | None = None) -> None:
        if self._listener is not None:
            numbers = (self.done, self.total, self.faces, len(self.rejected))
            self._listener(Progress(*numbers, path, len(self.without_face)))

    def reject(self, photo: str, reason: str | None) -> None:
        """Of this photograph no face is in the library: if it shows none, there is nothing wrong with it."""
        if reason is None or reason == NO_FACE:
            self.without_face.append(photo)
        else:
            self.rejected.append(Rejected(photo, reason))

    def pass_by(self, listing: Listing) -> None:
        """What a folder has that is not looked at, and no failure."""
        self._passed |= {passed.path: passed for passed in listing.passed}
        self._formats += listing.formats

    def refuse(self, folder: str, error: FolderError) -> None:
        """A folder that cannot be indexed while others can."""
        self.refused.append(error)
        self._folders.append(Rejected(folder, str(error)))

    def report(self) -> Report:
        counts = (self.added, self.unchanged, self.moved, self.missing)
        rejected = [*self._folders, *sorted(self.rejected)]
        passed = Passed(list(self._passed.values()), self._formats, self.known_but_passed, self.unused)
        seconds = dict(self.watch.seconds)
        names = sorted(self.without_face), sorted(self.vanished)
        return Report(*counts, rejected, self.faces, seconds, *names, passed, self.hands, self.asked, self.advice)
