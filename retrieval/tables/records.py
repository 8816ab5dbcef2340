"""What goes into the library and what it remembers: models, photographs, faces. Values that SQL or FAISS would
choke on, or silently bend, are refused here, before either sees them.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.attributes import ATTRIBUTES
from retrieval.facts import Facts

Outcome = Literal["faces", "no_face", "unreadable"]
Crop = Literal["auto", "aligned"]
FinderName = Literal["mtcnn", "yunet"]
Box = tuple[int, int, int, int]
Point = tuple[float, float]
DIMENSIONS = 512  # features of an embedding
UNIT = 1e-3  # how far from 1 the length of an embedding may be


@dataclass(frozen=True, slots=True)
class Model:
    """Who tagged the faces. `card` is JSON text; `thresholds` holds a probability for each of the 40 names; `head` is
    the bytes of what tells people apart by the embeddings (`likeness.recognition`), where the model has that.
    """

    fingerprint: str
    name: str
    card: str
    thresholds: Mapping[str, float]
    head: bytes | None = None

    def __post_init__(self) -> None:
        if not isinstance(json.loads(self.card), dict):
            raise ValueError("A card is an object of JSON.")
        if not isinstance(self.thresholds, Mapping) or set(self.thresholds) != set(ATTRIBUTES):
            raise ValueError("A model needs a threshold for each of the 40 attributes.")
        if not all(isinstance(value, int | float) and 0 <= value <= 1 for value in self.thresholds.values()):
            raise ValueError("A threshold is a probability, between 0 and 1.")


class FoundFace(NamedTuple):
    """Where a face is: `box` is left, top, right, bottom; `landmarks` are eyes, nose, corners of the mouth.

    Both are as the viewer sees them, left first. A picture that *is* one aligned face has neither landmarks nor
    `score` (0 to 1).
    """

    box: Box
    landmarks: tuple[Point, ...] | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A face as the tagger left it: `box` is left, top, right, bottom and `landmarks` five (x, y), in pixels of the
    upright photograph; `probabilities` is float32[40] in the order of ATTRIBUTES, `embedding` float32[512] of length 1.
    ValueError for anything else.
    """

    box: Box
    landmarks: tuple[Point, ...] | None
    score: float | None
    probabilities: NDArray[np.float32]
    embedding: NDArray[np.float32]

    def __post_init__(self) -> None:
        left, top, right, bottom = self.box
        if not (left < right and top < bottom):
            raise ValueError(f"A box has a width and a height, unlike {self.box}.")
        numbers = [number for point in self.landmarks or () for number in point]
        if not all(map(math.isfinite, [*self.box, *numbers, self.score or 0.0])):
            raise ValueError("Boxes, landmarks and scores are finite numbers.")
        check_probabilities(self.probabilities)
        check_unit(self.embedding)


@dataclass(frozen=True, slots=True)
class Photo:
    """A photograph and what became of it; `path` may hold any bytes a file name can (as os.fsdecode writes them).

    `crop` says how it was looked at: faces found in it ("auto"), or taken as one face as it is ("aligned").
    `sha256` (hex) is None only if the file could not be read; an unreadable one has a reason and no faces. `facts` are
    None if it was not asked what it says of itself; `finder` is what looked for faces in it.
    """

    path: str
    size: int
    mtime_ns: int
    sha256: str | None
    width: int | None
    height: int | None
    outcome: Outcome
    reason: str | None
    faces: tuple[Face, ...]
    crop: Crop = "auto"
    facts: Facts | None = None
    finder: str | None = None

    def __post_init__(self) -> None:
        if (self.outcome == "faces") != bool(self.faces):
            raise ValueError(f"Outcome {self.outcome!r} does not go with {len(self.faces)} faces.")
        if self.outcome == "unreadable" and not self.reason:
            raise ValueError("An unreadable photograph needs a reason.")
        if self.outcome != "unreadable" and self.sha256 is None:
            raise ValueError("A photograph that was read has a sha256.")


@dataclass(frozen=True, slots=True)
class Known:
    """A photograph the library remembers; `faces` is their number."""

    id: int
    path: str
    size: int
    mtime_ns: int
    sha256: str | None
    outcome: Outcome
    reason: str | None
    missing: bool
    faces: int
    crop: Crop = "auto"
    finder: str | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """How a photograph is looked at, as a library records it: its `crop`, and what looks for faces, if any does."""

    crop: Crop
    finder: str | None = None


class Sought(NamedTuple):
    """The `finder`, the file of its `weights` where they are the user's own, how many pixels of a photograph the
    shorter side of the `smallest` face has, and the `certainty` (0 to 1) from which on it is one; None is the finder's
    usual one.
    """

    finder: FinderName = "mtcnn"
    weights: str | None = None
    smallest: int = 40
    certainty: float | None = None


class Pattern(NamedTuple):
    """Names below an indexed folder, as a glob, that are `included` whatever they look like, or else passed by."""

    folder: str
    glob: str
    included: bool


def check_probabilities(values: NDArray[np.float32]) -> None:
    """ValueError unless `values` is 40 finite numbers between 0 and 1."""
    _check_shape(values, len(ATTRIBUTES), "probabilities")
    if not ((values >= 0) & (values <= 1)).all():  # a NaN is neither
        raise ValueError("Probabilities are numbers between 0 and 1.")


def check_unit(vector: NDArray[np.float32]) -> None:
    """ValueError unless `vector` is 512 finite numbers of length 1."""
    check_direction(vector)
    if abs(float(np.linalg.norm(vector)) - 1) > UNIT:
        raise ValueError("An embedding has length 1.")


def check_direction(vector: NDArray[np.float32], width: int = DIMENSIONS) -> None:
    """ValueError unless `vector` is `width` finite numbers, not all zero."""
    _check_shape(vector, width, "embedding")
    if not np.isfinite(vector).all() or not vector.any():
        raise ValueError("An embedding is finite and not zero.")


def _check_shape(values: NDArray[np.float32], width: int, what: str) -> None:
    if not isinstance(values, np.ndarray) or values.shape != (width,) or values.dtype != np.float32:
        kind = f"{values.dtype}{list(values.shape)}" if isinstance(values, np.ndarray) else type(values).__name__
        raise ValueError(f"The {what} must be float32[{width}], not {kind}.")
