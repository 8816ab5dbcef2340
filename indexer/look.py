"""One file on its way into the library, and what is done to it in the worker threads: its bytes, its pixels, its
faces, the network's inputs. It knows nothing of the library's tables or of other files.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from indexer import faces
from indexer.faces import Finder
from indexer.read import Decoded, UnreadableImage, VanishedImage, decode, read_bytes
from indexer.report import NO_FACE, Stopwatch
from indexer.scan import Candidate
from retrieval.tables.records import Crop, FoundFace
from retrieval.writing.store import Known, Photo

if TYPE_CHECKING:
    from classifiers.tagger import Tagger, Tags

DETAIL = 2000  # pixels of the longest side that a large JPEG keeps: twice what faces are looked for in

Action = Literal["look", "twin", "copy", "move", "touch", "keep", "lose", "drop"]


@dataclass(slots=True)
class Step:
    """A file and what is known of it so far; it carries its own path, and nothing is paired by position.

    `action`: "look" at its pixels and store them; be the "twin" of `first`, with the same bytes in this same run;
    "copy", "move" or "touch" the photograph `source`; "keep" what the library has of a file that cannot be read
    now; "drop" one that is gone.
    """

    path: str
    size: int
    mtime_ns: int
    known: Known | None = None  # what the library has at this very path
    action: Action = "look"
    data: bytes | None = None
    sha256: str | None = None
    reason: str | None = None  # why it has no faces
    width: int | None = None
    height: int | None = None
    found: list[FoundFace] = field(default_factory=list)
    inputs: list[NDArray[np.uint8]] = field(default_factory=list)  # uint8[S, S, 3] for each found face
    source: Known | None = None
    first: "Step | None" = None
    photo: Photo | None = None
    crop: Crop = "auto"
    watch: Stopwatch = field(default_factory=Stopwatch)


def load(candidate: Candidate, known: Known | None) -> Step:
    """The file's bytes and their sha256, or the reason why there are none."""
    step = Step(candidate.path, candidate.size, candidate.mtime_ns, known)
    with step.watch.stage("read"):
        try:
            content = read_bytes(candidate.path)
        except UnreadableImage as error:
            step.reason = error.reason
            step.action = "drop" if isinstance(error, VanishedImage) else "look"
            return step
    step.data, step.sha256 = content.data, content.sha256
    step.size, step.mtime_ns = content.size, content.mtime_ns
    return step


def look(step: Step, tagger: "Tagger", finder: Finder | None) -> Step:
    """Decodes the bytes, finds and prepares the faces; the bytes and the pixels are let go of."""
    data, step.data = step.data, None
    step.crop = crop_of(finder)
    if step.action != "look" or data is None:
        return step
    try:
        _look(step, data, tagger, finder)
    except UnreadableImage as error:
        _fail(step, error.reason, passing=error.passing)
    except MemoryError:
        _fail(step, "not enough memory to look for faces in it", passing=True)
    return step


def _fail(step: Step, reason: str, *, passing: bool) -> None:
    """There is nothing to see now; that takes no faces from the library, nor what was said of them."""
    step.reason = reason
    if passing:
        step.sha256 = None
    if step.known is not None and step.known.faces:
        step.action = "keep" if passing else "lose"


def crop_of(finder: Finder | None) -> Crop:
    """How photographs are looked at with that finder, as the library records it."""
    return "aligned" if finder is None else "auto"


def faces_of(path: str, tagger: "Tagger", finder: Finder | None) -> tuple[list[FoundFace], "Tags"]:
    """As `faces_in`, of a file, without its pixels."""
    _, found, tags = faces_in(read_bytes(path).data, tagger, finder)
    return found, tags


def faces_in(data: bytes, tagger: "Tagger", finder: Finder | None) -> tuple[Decoded, list[FoundFace], "Tags"]:
    """A picture that need not be in any library: its pixels, its faces, the largest first, and their tags.

    The same way as indexing: without a `finder` the picture already is one aligned face. Raises
    `UnreadableImage`; a picture without a face gives an empty list.
    """
    step = Step("", 0, 0)
    picture = _look(step, data, tagger, finder)
    if step.inputs:
        return picture, step.found, tagger.tag(np.stack(step.inputs))
    from classifiers.tagger import Tags

    return picture, [], Tags(np.empty((0, 40), np.float32), np.empty((0, 512), np.float32))


def _look(step: Step, data: bytes, tagger: "Tagger", finder: Finder | None) -> Decoded:
    with step.watch.stage("decode"):
        picture = decode(data, detail=DETAIL)
    with step.watch.stage("faces"):
        found = faces.whole(picture.image) if finder is None else finder.find(picture.image)
        crops = [faces.crop(picture.image, face) for face in found]
    with step.watch.stage("prepare"):
        step.inputs = [tagger.prepare(crop) for crop in crops]
    step.width, step.height = picture.width, picture.height
    step.found = [faces.scaled(face, picture.scale, picture.width, picture.height) for face in found]
    step.reason = None if found else NO_FACE
    return picture
