"""A file of face descriptors to learn likeness from: a row of numbers an image, made by another network.

Knows nothing of how they were made, or of how they are learned from.
"""

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifiers.hyperparameters import RunError
from retrieval.errors import shown


def read(path: Path, images: int) -> NDArray[np.float32]:
    """float32[images, D], each less the mean of all and of unit length, so that only what tells faces apart counts.

    The file is numpy's (.npy), float16 or float32, a row an image: the data set's training images in the order of
    its tables, then those of the further sets. RunError says what is wrong with it.
    """
    try:
        with path.open("rb") as file:
            values = np.lib.format.read_array(file, allow_pickle=False)
    except OSError as error:
        raise RunError(f"The descriptors {shown(str(path))} cannot be read ({error.strerror}).") from error
    except (ValueError, EOFError) as error:
        raise RunError(f"{shown(str(path))} is not a whole file of numpy's (.npy) with numbers in it.") from error
    _check(values, path, images)
    return _directions(values.astype(np.float32))


def sha256(path: Path) -> str:
    """Names the file's very content, for a card."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _directions(values: NDArray[np.float32]) -> NDArray[np.float32]:
    values = values - values.mean(0, dtype=np.float64).astype(np.float32)
    unit: NDArray[np.float32] = values / np.linalg.norm(values, axis=1, keepdims=True).clip(1e-9)
    return unit


def _check(values: NDArray[np.generic], path: Path, images: int) -> None:
    name = shown(str(path))
    if values.dtype not in (np.float16, np.float32) or values.ndim != 2 or not values.shape[1]:
        raise RunError(f"{name} holds {values.dtype}{list(values.shape)}: descriptors are float16 or float32 [N, D].")
    if len(values) != images:
        raise RunError(
            f"{name} describes {len(values):,} images, and there are {images:,} to learn from: a row for each, "
            "the data set's training images first, then those of each --also in the order given."
        )
    broken = np.flatnonzero(~np.isfinite(values.astype(np.float32)).all(1))
    if len(broken):
        raise RunError(f"{name} holds numbers that are not finite, first in row {broken[0]} (counted from 0).")
