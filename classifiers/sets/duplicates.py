"""The same photograph twice in a data set, and how often its two rows of labels contradict each other.

Nobody's face changed between the two, so every contradiction is a mistake in the labels: what no network can be
measured beyond. Knows nothing of files or networks.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.attributes import ATTRIBUTES

SIDE = 32  # pixels of the grey pictures that are compared
ALIKE = 0.96  # correlation of two of them from which on they are one photograph: found by looking at the pairs
COARSE = 0.95  # the same of their halves, which is quicker to ask of all pairs


class Contradictions(NamedTuple):
    """Of one attribute: on how many pairs the two labels differ, and how many of all the pairs' labels are true."""

    attribute: str
    contradictions: int
    positives: int


def duplicates(faces: NDArray[np.uint8], alike: float = ALIKE) -> NDArray[np.int64]:
    """int64[P, 2], the pairs (first < second) of faces uint8[N, 32, 32, 3] whose grey pictures correlate above
    `alike`. Mirrored copies are not looked for.
    """
    grey = faces.mean(3, dtype=np.float32)
    fine = _standardised(grey)
    coarse = _standardised(grey.reshape(len(faces), SIDE // 2, 2, SIDE // 2, 2).mean((2, 4)))
    found = [_above(coarse, start, COARSE) for start in range(0, len(faces), 1024)]
    pairs = np.concatenate(found) if found else np.empty((0, 2), np.int64)
    correlations = (fine[pairs[:, 0]] * fine[pairs[:, 1]]).sum(1)
    same: NDArray[np.int64] = pairs[correlations > alike]
    return same


def _standardised(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of mean 0 and length 1, so that a product is a correlation; an even grey is all 0, and like nothing."""
    rows = grey.reshape(len(grey), grey.shape[1] * grey.shape[2])
    rows = rows - rows.mean(1, keepdims=True)
    unit: NDArray[np.float32] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return unit


def _above(rows: NDArray[np.float32], start: int, alike: float) -> NDArray[np.int64]:
    """The pairs of a block of rows with those after each."""
    first, second = np.nonzero(rows[start : start + 1024] @ rows[start:].T > alike)
    later = second > first
    return np.stack([first[later], second[later]], axis=1).astype(np.int64) + start


def contradictions(labels: NDArray[np.bool_], pairs: NDArray[np.int64]) -> list[Contradictions]:
    """For each attribute of labels [N, 40], over pairs int64[P, 2]."""
    first, second = labels[pairs[:, 0]], labels[pairs[:, 1]]
    differ, true = (first != second).sum(0), first.sum(0) + second.sum(0)
    rows = zip(ATTRIBUTES, differ.tolist(), true.tolist(), strict=True)
    return [Contradictions(*row) for row in rows]
