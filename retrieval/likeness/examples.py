"""Several faces as one question: like these, and unlike those. It knows embeddings, and not whose they are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import ContradictoryExamples
from retrieval.likeness.descriptors import comparable
from retrieval.tables.records import DIMENSIONS, check_direction
from retrieval.tables.schema import DESCRIBED

BETA = 0.25  # how much the negatives weigh; benchmarks/examples.py compares it with other weights and definitions

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A face to compare with: its `embedding` float32[512] and, where there is one, its `descriptor` float32[128]."""

    embedding: Floats
    descriptor: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Directions of unit length: `like` float32[p, width], at least one, and `unlike` float32[q, width]."""

    like: Floats
    unlike: Floats

    @classmethod
    def of(cls, like: Sequence[Floats], unlike: Sequence[Floats] = (), width: int = DIMENSIONS) -> Self:
        """ValueError for none to be like, and for what is not finite, zero, or of another width."""
        if not like:
            raise ValueError("There is no face to compare with.")
        return cls(_unit(like, width), _unit(unlike, width))

    @classmethod
    def described(cls, like: Sequence[Example], unlike: Sequence[Example]) -> Self | None:
        """By the descriptors of all of them; None where one has none."""
        known = [one.descriptor for one in (*like, *unlike) if one.descriptor is not None]
        if len(known) < len(like) + len(unlike):
            return None
        for descriptor in known:
            check_direction(descriptor, DESCRIBED)
        rows = [*comparable(np.stack(known))]
        return cls.of(rows[: len(like)], rows[len(like) :], DESCRIBED)

    def seen_by(self, head: Callable[[Floats], Floats]) -> "Examples":
        """The same faces where a head puts them."""
        return Examples(head(self.like), head(self.unlike) if len(self.unlike) else self.unlike)

    def direction(self) -> Floats:
        """The mean of the ones less BETA times the mean of the others (Rocchio, in Salton's SMART, 1971).

        ContradictoryExamples if nothing is left of it.
        """
        towards: Floats = self.like.mean(axis=0)
        if len(self.unlike):
            towards = towards - np.float32(BETA) * self.unlike.mean(axis=0)
        if float(np.linalg.norm(towards)) < 1e-6:
            raise ContradictoryExamples("These examples cancel one another: take one of them away.")
        return towards


def _unit(vectors: Sequence[Floats], width: int) -> Floats:
    for vector in vectors:
        check_direction(vector, width)
    rows = np.array(vectors, np.float64).reshape(-1, width)
    unit: Floats = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit
