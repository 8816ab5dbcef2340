"""A data set's images as a network sees them, decoded once and kept in one memory-mapped file.

So a second epoch decodes nothing. Knows nothing of labels or networks.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from classifiers.cards.preprocessing import Preprocessing
from classifiers.sets.celeba import DatasetError, Faces


def cached(
    faces: Faces,
    preprocessing: Preprocessing,
    cache: Path,
    progress: Callable[[int, int], None] | None = None,
) -> NDArray[np.uint8]:
    """uint8[N, size, size, 3] of all the faces, memory-mapped from a file in `cache`, decoded where it is not there.

    The file is named after every image's name, size and time of change, so a changed data set is decoded again.
    `progress` is called with (images done, images in all). DatasetError names an image that cannot be read.
    """
    cache.mkdir(parents=True, exist_ok=True)
    path = cache / f"{key(faces, preprocessing)}.npy"
    if not path.exists():
        _decode(faces, preprocessing, path, progress)
    pixels: NDArray[np.uint8] = np.load(path, mmap_mode="r")
    return pixels


def key(faces: Faces, preprocessing: Preprocessing) -> str:
    """Names these very images, prepared in this way. DatasetError names an image that is missing."""
    digest = hashlib.sha256(repr((preprocessing.size, preprocessing.crop)).encode())
    for name in faces.names:
        try:
            status = (faces.folder / name).stat()
        except FileNotFoundError:
            raise DatasetError(
                f"The image {faces.folder / name} is missing, though the tables name it: copy the data set again."
            ) from None
        digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:24]


def _decode(
    faces: Faces, preprocessing: Preprocessing, path: Path, progress: Callable[[int, int], None] | None
) -> None:
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")
    shape = (len(faces), preprocessing.size, preprocessing.size, 3)
    pixels = np.lib.format.open_memmap(unfinished, mode="w+", dtype=np.uint8, shape=shape)
    try:
        for index, face in enumerate(_prepared(faces, preprocessing)):
            pixels[index] = face
            if progress:
                progress(index + 1, len(faces))
        pixels.flush()
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _prepared(faces: Faces, preprocessing: Preprocessing) -> Iterator[NDArray[np.uint8]]:
    def prepare(name: str) -> NDArray[np.uint8]:
        try:
            with Image.open(faces.folder / name, formats=("JPEG", "PNG", "WEBP")) as image:
                return preprocessing.prepare(image)
        except (OSError, SyntaxError, ValueError) as error:
            raise DatasetError(f"The image {faces.folder / name} cannot be read ({error}).") from error

    names = iter(faces.names)
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # Pillow decodes and resizes outside the interpreter's lock
        while chunk := list(islice(names, 1024)):
            yield from pool.map(prepare, chunk)
