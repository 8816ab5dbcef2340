"""Pictures -> the faces in them, and what a network says of each. It is what worker processes do, and the same for a
picture that need not be in any library. It knows nothing of the library's tables or of other files.
"""

from collections.abc import Iterator, Sequence
from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer import faces
from indexer.faces import Finder
from indexer.read import Decoded, UnreadableImage, VanishedImage, decode, read_bytes
from indexer.report import NO_FACE, Stopwatch
from indexer.seen import ERASED, NO_MEMORY, Eyes, Given, Picture, Read, Seen, Unread
from retrieval.pictures import facts
from retrieval.tables.records import Crop, FoundFace
from retrieval.writing.regions import lies_at

if TYPE_CHECKING:
    from classifiers.tagger import Tagger, Tags

TOGETHER = 2**21  # pixels from which on pictures are looked at, and let go of, before others are decoded
DETAIL = 2000  # pixels of the longest side that a large JPEG keeps, for the faces that fill it


def look(given: Sequence[Given], eyes: Eyes) -> list[Seen]:
    """What each shows. Small ones are looked at together, and the faces of all are tagged together."""
    seen, opened = list[Seen](), list[_Open | Seen]()
    for each in given:
        opened.append(_opened(each, eyes))
        if sum(each.pixels for each in opened if isinstance(each, _Open)) >= TOGETHER:
            seen += _shown(opened, eyes)
            opened.clear()
    seen += _shown(opened, eyes)
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
    eyes = Eyes(tagger, finder)
    opened = _decoded(Picture(data), eyes, Stopwatch())
    (found,) = _found([opened], eyes)
    there, inputs = _cut_out(opened, found, eyes)
    if inputs is not None:
        return opened.picture, there, tagger.tag_all(inputs)
    from classifiers.tagger import Tags

    return opened.picture, [], Tags(np.empty((0, 40), np.float32), np.empty((0, 512), np.float32))


class _Open(NamedTuple):
    """A decoded picture, what was `read` of its file, and the seconds that it took so far."""

    given: Picture
    picture: Decoded
    watch: Stopwatch
    read: Read | None = None

    @property
    def pixels(self) -> int:
        return self.picture.image.width * self.picture.image.height


def _opened(given: Given, eyes: Eyes) -> _Open | Seen:
    """The picture; or what is to be said where there is none."""
    watch, read = Stopwatch(), None
    try:
        if isinstance(given, Unread):
            with watch.stage("read"):
                content = read_bytes(given.path)
            given, read = Picture(content.data), Read(content.sha256, content.size, content.mtime_ns)
        return _decoded(given, eyes, watch, read)
    except UnreadableImage as error:
        nothing = Read(gone=isinstance(error, VanishedImage)) if isinstance(given, Unread) else read
        return _failed(error, watch, nothing)
    except MemoryError as error:
        return _failed(error, watch, read)


def _decoded(given: Picture, eyes: Eyes, watch: Stopwatch, read: Read | None = None) -> _Open:
    with watch.stage("decode"):
        picture = decode(given.data, detail=DETAIL, most=eyes.finder.shrink if eyes.finder else faces.SHRINK)
    return _Open(given, picture, watch, read)


def _shown(opened: Sequence[_Open | Seen], eyes: Eyes) -> Iterator[Seen]:
    """What they show, each in its place."""
    pictures = [each for each in opened if isinstance(each, _Open)]
    answers = iter(_looked_at(pictures, eyes) if pictures else [])
    return (each if isinstance(each, Seen) else next(answers) for each in opened)


def _looked_at(opened: Sequence[_Open], eyes: Eyes) -> list[Seen]:
    """Where looking fails they are looked at one by one, so that it costs only the picture at which it fails."""
    try:
        found = _found(opened, eyes)
    except (UnreadableImage, MemoryError) as error:
        if len(opened) > 1:
            return [seen for each in opened for seen in _looked_at([each], eyes)]
        return [_failed(error, each.watch, each.read) for each in opened]
    return [_what_shows(each, faces, eyes) for each, faces in zip(opened, found, strict=True)]


def _found(opened: Sequence[_Open], eyes: Eyes) -> list[list[FoundFace]]:
    """The faces in each, in pixels of what was decoded."""
    watch = Stopwatch()
    with watch.stage("faces"):
        pictures = [each.picture for each in opened]
        if eyes.finder is None:
            found = [faces.whole(picture.image) for picture in pictures]
        else:
            found = eyes.finder.find_all([(picture.image, picture.scale) for picture in pictures])
    pixels = sum(each.pixels for each in opened)
    for each in opened:
        each.watch.seconds["faces"] += watch.seconds["faces"] * each.pixels / pixels
    return found


def _what_shows(opened: _Open, found: list[FoundFace], eyes: Eyes) -> Seen:
    try:
        there, inputs = _cut_out(opened, found, eyes)
    except MemoryError as error:
        return _failed(error, opened.watch, opened.read)
    reason = None if inputs is not None else ERASED if found else NO_FACE
    kept = () if inputs is None else tuple(there)
    said, size, seconds = (
        facts.of(opened.given.data),
        (opened.picture.width, opened.picture.height),
        opened.watch.seconds,
    )
    return Seen(*size, kept, inputs, None, reason, facts=said, seconds=dict(seconds), read=opened.read)


def _cut_out(opened: _Open, found: Sequence[FoundFace], eyes: Eyes) -> tuple[list[FoundFace], NDArray[np.uint8] | None]:
    """The faces in pixels of the whole photograph that were not erased, and the network's inputs of them: all faces and
    None where there are no such.
    """
    picture, watch = opened.picture, opened.watch
    size = picture.width, picture.height
    with watch.stage("faces"):
        there = [faces.scaled(face, picture.scale, *size) for face in found]
        kept = [not lies_at(face.box, *size, opened.given.erased) for face in there]
        crops = [faces.crop(picture.image, face, eyes.tagger.shown) for face in compress(found, kept)]
    with watch.stage("prepare"):
        inputs = np.stack([eyes.tagger.prepare(crop) for crop in crops]) if crops else None
    return list(compress(there, kept)) if crops else there, inputs


def _failed(error: UnreadableImage | MemoryError, watch: Stopwatch, read: Read | None) -> Seen:
    seconds = dict(watch.seconds)
    if isinstance(error, MemoryError):
        return Seen(reason=NO_MEMORY, passing=True, seconds=seconds, read=read)
    return Seen(reason=error.reason, passing=error.passing, seconds=seconds, read=read)
