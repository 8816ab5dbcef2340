"""One file on its way into the library: what was read of it, what is to be done with it, and what became of that. None
of it changes once it is made. It knows nothing of other files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Self

from indexer.read import UnreadableImage, VanishedImage, read_bytes
from indexer.report import Stopwatch
from indexer.scan import Candidate
from indexer.seen import Read, Seen
from retrieval.tables.records import Crop, Outcome, Way
from retrieval.writing.store import Face, Known, Photo

Action = Literal["look", "twin", "note", "copy", "move", "touch", "keep", "lose", "drop"]


@dataclass(frozen=True, slots=True)
class Only:
    """How a photograph has to have been looked at to stay as it is: None where that does not matter."""

    crop: Crop | None = None
    finder: str | None = None

    def fits(self, known: Known) -> bool:
        """Whether it was. No finder looked for faces in what was taken as one face."""
        found = known.crop != "auto" or self.finder in (None, known.finder)
        return self.crop in (None, known.crop) and found


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file with its hash, and its bytes as long as somebody is to look at them; or the reason why there are none, and
    it may be `gone`. `known` is what the library has at this very path.
    """

    file: Candidate
    known: Known | None
    sha256: str | None = None
    data: bytes = b""
    reason: str | None = None
    gone: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Decision:
    """What is done with a file; it carries its own path, and nothing is paired by position.

    `action`: "look" at its pixels and store them; be the "twin" of `first`, with the same bytes in this same run;
    "note" the `reason` why it cannot be read; "copy", "move" or "touch" the photograph `source`; "keep" what the
    library has of a file that cannot be read now; "lose" it; "drop" a file that is gone.
    """

    path: str
    size: int
    mtime_ns: int
    action: Action
    known: Known | None = None
    sha256: str | None = None
    reason: str | None = None
    source: Known | None = None
    first: Self | None = None


@dataclass(frozen=True, slots=True)
class Concluded:
    """A decision that is carried out but for the library: its `photo`, if it adds one."""

    decision: Decision
    photo: Photo | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        """What it weighs in a batch: one without a face counts as one."""
        return max(1, len(self.photo.faces)) if self.photo else 1


def load(file: Candidate, known: Known | None) -> Loaded:
    """The file's bytes and their sha256, or the reason why there are none."""
    watch = Stopwatch()
    with watch.stage("read"):
        try:
            content = read_bytes(file.path)
        except UnreadableImage as error:
            return Loaded(file, known, reason=error.reason, gone=isinstance(error, VanishedImage))
    there = Candidate(file.path, content.size, content.mtime_ns)
    return Loaded(there, known, content.sha256, content.data, seconds=watch.seconds["read"])


def loaded(file: Candidate, seen: Seen) -> Loaded:
    """As `load`, of a new file that was read by who looked at it."""
    read = seen.read or Read()
    if read.sha256 is None:
        return Loaded(file, None, reason=seen.reason, gone=read.gone)
    return Loaded(Candidate(file.path, read.size, read.mtime_ns), None, read.sha256)


def photo_of(decision: Decision, seen: Seen, way: Way) -> Photo:
    """What the library keeps of a photograph that shows what was `seen`."""
    outcome: Outcome = "faces" if seen.found else "unreadable" if seen.width is None else "no_face"
    sha256 = None if seen.passing else decision.sha256
    about = (decision.path, decision.size, decision.mtime_ns, sha256, seen.width, seen.height)
    return Photo(*about, outcome, seen.reason, _faces(seen), way.crop, seen.facts, way.finder)


def _faces(seen: Seen) -> tuple[Face, ...]:
    if seen.tags is None:
        return ()
    each = zip(seen.found, seen.tags.probabilities, seen.tags.embeddings, strict=True)
    return tuple(Face(f.box, f.landmarks, f.score, probabilities, vector) for f, probabilities, vector in each)
