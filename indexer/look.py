"""Pictures -> the faces in them, and what a network says of each. It is what worker processes do, and the same for a
picture that need not be in any library. It knows nothing of the library's tables or of other files.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import compress
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer import faces
from indexer.faces import Finder
from indexer.read import Decoded, UnreadableImage, VanishedImage, decode, read_bytes
from indexer.report import NO_FACE, Stopwatch
from retrieval.facts import Facts
from retrieval.pictures import facts
from retrieval.tables.records import Crop, FoundFace
from retrieval.writing.regions import Region, lies_at

if TYPE_CHECKING:
    from classifiers.tagger import Tagger, Tags

DETAIL = 2000  # pixels of the longest side that a large JPEG keeps, for the faces that fill it
ERASED = "erased from the library, and not to come back"
NO_MEMORY = "not enough memory to look for faces in it"


class Picture(NamedTuple):
    """A picture's bytes, and where in it are faces that nobody may look at: they were erased."""

    data: bytes
    erased: tuple[Region, ...] = ()


class Unread(NamedTuple):
    """A file that is read by who looks at it."""

    path: str


Given = Picture | Unread


class Read(NamedTuple):
    """What was read of such a file: its hash, and size and time as they were then. Without a hash, it may be `gone`."""

    sha256: str | None = None
    size: int = 0
    mtime_ns: int = 0
    gone: bool = False


class Eyes(NamedTuple):
    """What pictures are looked at with. Without a `finder` each already is one aligned face; where it does not `tag`,
    the faces come back as the network's inputs.
    """

    tagger: "Tagger"
    finder: Finder | None
    tags: bool = True


class Seen(NamedTuple):
    """What a picture shows: its size in pixels, the faces that were found, the largest first, and of each its `tags`,
    or the network's `inputs` uint8[N, S, S, 3] where somebody else tags them. Or the `reason` why there is no face;
    `passing` where another try may find one. `facts` are what it says of itself; `read` is of a file that was not read
    before. `seconds` by stage.
    """

    width: int | None = None
    height: int | None = None
    found: tuple[FoundFace, ...] = ()
    inputs: NDArray[np.uint8] | None = None
    tags: "Tags | None" = None
    reason: str | None = None
    passing: bool = False
    facts: Facts | None = None
    seconds: Mapping[str, float] = MappingProxyType({})
    read: Read | None = None


def look(given: Sequence[Given], eyes: Eyes) -> list[Seen]:
    """What each shows; their faces are tagged together."""
    seen = [_look(each, eyes) if isinstance(each, Picture) else _read_and_look(each.path, eyes) for each in given]
    return tagged(seen, eyes.tagger) if eyes.tags else seen


def tagged(seen: Sequence[Seen], tagger: "Tagger") -> list[Seen]:
    """The same with `tags` for `inputs`."""
    inputs = [each.inputs for each in seen if each.inputs is not None]
    if not inputs:
        return list(seen)
    watch = Stopwatch()
    with watch.stage("tag"):
        tags = tagger.tag_all(np.concatenate(inputs))
    each_face = watch.seconds["tag"] / len(tags.probabilities)
    return list(_with_tags(seen, tags, each_face))


def _with_tags(seen: Sequence[Seen], tags: "Tags", each_face: float) -> Iterator[Seen]:
    start = 0
    for each in seen:
        if each.inputs is None:
            yield each
            continue
        part = slice(start, start := start + len(each.inputs))
        own = type(tags)(tags.probabilities[part], tags.embeddings[part])
        seconds = {**each.seconds, "tag": each_face * len(each.inputs)}
        yield each._replace(inputs=None, tags=own, seconds=seconds)


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
    picture, found, inputs = _faces(Picture(data), Eyes(tagger, finder), Stopwatch())
    if inputs is not None:
        return picture, found, tagger.tag_all(inputs)
    from classifiers.tagger import Tags

    return picture, [], Tags(np.empty((0, 40), np.float32), np.empty((0, 512), np.float32))


def _read_and_look(path: str, eyes: Eyes) -> Seen:
    watch = Stopwatch()
    with watch.stage("read"):
        try:
            content = read_bytes(path)
        except UnreadableImage as error:
            return Seen(reason=error.reason, passing=True, read=Read(gone=isinstance(error, VanishedImage)))
    seen = _look(Picture(content.data), eyes)
    read = Read(content.sha256, content.size, content.mtime_ns)
    return seen._replace(read=read, seconds={**watch.seconds, **seen.seconds})


def _look(given: Picture, eyes: Eyes) -> Seen:
    watch = Stopwatch()
    try:
        picture, found, inputs = _faces(given, eyes, watch)
    except UnreadableImage as error:
        return Seen(reason=error.reason, passing=error.passing, seconds=dict(watch.seconds))
    except MemoryError:
        return Seen(reason=NO_MEMORY, passing=True, seconds=dict(watch.seconds))
    reason = None if inputs is not None else ERASED if found else NO_FACE
    there = () if inputs is None else tuple(found)
    said = facts.of(given.data)
    return Seen(picture.width, picture.height, there, inputs, None, reason, facts=said, seconds=dict(watch.seconds))


def _faces(given: Picture, eyes: Eyes, watch: Stopwatch) -> tuple[Decoded, list[FoundFace], NDArray[np.uint8] | None]:
    """The pixels, the faces in pixels of the whole photograph, and the network's inputs of those that were not erased:
    None where that is all of them.
    """
    with watch.stage("decode"):
        picture = decode(given.data, detail=DETAIL, most=eyes.finder.shrink if eyes.finder else faces.SHRINK)
    size = picture.width, picture.height
    with watch.stage("faces"):
        found = faces.whole(picture.image) if eyes.finder is None else eyes.finder.find(picture.image, picture.scale)
        there = [faces.scaled(face, picture.scale, *size) for face in found]
        kept = [not lies_at(face.box, *size, given.erased) for face in there]
        crops = [faces.crop(picture.image, face) for face in compress(found, kept)]
    with watch.stage("prepare"):
        inputs = np.stack([eyes.tagger.prepare(crop) for crop in crops]) if crops else None
    return picture, list(compress(there, kept)) if crops else there, inputs
