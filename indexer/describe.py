"""Every face of a library that has no descriptor gets one: read, align, describe, keep, a batch at a time.

A face is cut out by the landmarks it was found by, of the very bytes that it was found in. The network works in
processes of their own, since one of it keeps one core; it comes with the extra `people`, and here any function will do.
"""

import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

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
    from retrieval.library import Library

BATCH = 256  # faces a transaction: each has whoever asks meanwhile read the vectors anew
CHIP = 150  # pixels of dlib's picture of a face
SQUARE = (35.5, 81.0, 143.5, 189.0)  # of the aligned face, and nearly what dlib's own landmarks would have it cut out
CHANGED = "its bytes are not those that were indexed: index it first"

Floats = NDArray[np.float32]
Describe = Callable[[Image.Image], Floats]
"""An aligned face, RGB 178 x 218 -> its descriptor, float32[128]."""


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
        begun = ahead(lambda portrait: pool.submit(_look, portrait, network), describing.portraits(), 4 * workers)
        looked = (seen for _, seen in begun)
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
    """Processes that begin with nothing of this one, and start nothing new once the block is left, by whatever way."""
    pool = ProcessPoolExecutor(workers, get_context("spawn"), signal.signal, (signal.SIGINT, signal.SIG_IGN))
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def of_picture(path: str, face: FoundFace) -> Floats:
    """float32[128] by dlib of a face that was found in a picture, in no library; UnreadableImage."""
    return by_dlib(_cut_out(decode(read_bytes(path).data, detail=DETAIL, most=faces.SHRINK), face))


def check_installed() -> None:
    """NotInstalled without the extra `people`, which says how to have it."""
    if not installed():
        raise NotInstalled(
            "What describes faces is not installed: `pip install 'facequery[people]'` brings it, network and weights."
        )


def installed() -> bool:
    """Whether the extra `people` is there; it loads nothing of it."""
    return all(find_spec(name) is not None for name in ("dlib", "face_recognition_models"))


def by_dlib(face: Image.Image) -> Floats:
    """float32[128] of an aligned face 178 x 218, by dlib's network of 2017 (King, "High Quality Face Recognition with
    Deep Metric Learning"), which is in the public domain; 80 ms of one core.
    """
    chip = face.resize((CHIP, CHIP), Image.Resampling.BILINEAR, box=SQUARE)
    return np.array(_dlib().compute_face_descriptor(np.asarray(chip)), np.float32)


@cache
def _dlib() -> Any:
    import dlib
    import face_recognition_models

    return dlib.face_recognition_model_v1(face_recognition_models.face_recognition_model_location())


def _look(portrait: Portrait, network: Describe) -> _Looked:
    """The descriptors of a photograph's faces, cut out as the indexer does."""
    try:
        content = read_bytes(portrait.path)
        if content.sha256 != portrait.sha256:
            return _Looked(portrait.path, {}, CHANGED)
        picture = decode(content.data, detail=DETAIL, most=faces.SHRINK)
    except UnreadableImage as error:
        return _Looked(portrait.path, {}, error.reason)
    return _Looked(portrait.path, {number: network(_cut_out(picture, face)) for number, face in portrait.faces.items()})


def _cut_out(picture: Decoded, face: FoundFace) -> Image.Image:
    return faces.crop(picture.image, faces.scaled(face, 1 / picture.scale, *picture.image.size))


def _sorted_out(looked: Iterable[_Looked], report: Described) -> Iterator[_Looked]:
    """Those of which descriptors were made; the others are rejected."""
    for photo in looked:
        if photo.reason is None:
            yield photo
        else:
            report.rejected.append(Rejected(photo.path, photo.reason))
