"""What queries are answered from: the probabilities of faces in three widths, and whose photograph and model they are.

Everything is an array over the faces of one snapshot, in its order. This knows no query and no table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from retrieval.attributes import ATTRIBUTES
from retrieval.columns import codes
from retrieval.columns.bits import Ids, Mask, Words, everything, pack, unpack
from retrieval.columns.codes import Comparison, Floats
from retrieval.columns.folders import Folders
from retrieval.columns.paths import Paths
from retrieval.columns.sayings import Sayings

Thresholds = Mapping[str, float]

_ROW = {name: row for row, name in enumerate(ATTRIBUTES)}


class Packed(NamedTuple):
    """The 40 probabilities once more, smaller: `bits` uint64[40, words] at the model's thresholds, `planes`
    uint64[40, 12, words] of the codes between the `edges` float32[40, 4095], as in retrieval.columns.codes.
    """

    bits: Words
    planes: Words
    edges: Floats

    @classmethod
    def of(cls, probabilities: Floats, thresholds: Thresholds) -> Self:
        """From float32[40, n] and the model's thresholds."""
        edges = np.stack(
            [codes.edges(row, thresholds[name]) for row, name in zip(probabilities, ATTRIBUTES, strict=True)]
        )
        planes = np.stack(
            [codes.sliced(codes.encode(row, ladder)) for row, ladder in zip(probabilities, edges, strict=True)]
        )
        decided = [
            pack(row >= codes.bound(">=", thresholds[name]))
            for row, name in zip(probabilities, ATTRIBUTES, strict=True)
        ]
        return cls(np.stack(decided), planes, edges)


class Together(NamedTuple):
    """The faces put together by photographs: in the order `faces` int64[n], or as they lie (None) where those of each
    follow one another. `starts` int64[m] is where in that order each photograph begins, `which` int64[n] says of each
    face as it lies which of these photographs is its own.
    """

    faces: Ids | None
    starts: Ids
    which: Ids

    @classmethod
    def of(cls, numbers: Ids, faces: Ids, order: Ids) -> Self:
        begins = np.diff(numbers, prepend=-1) != 0
        if np.count_nonzero(begins) == len(faces):  # as indexing leaves them: no face has to be fetched from afar
            return cls(None, np.flatnonzero(begins), np.cumsum(begins) - 1)
        return cls(order, np.cumsum(faces) - faces, numbers)

    def combined(self, combine: np.ufunc, values: NDArray[Any], dtype: Any = None) -> NDArray[Any]:
        """[n]: for each face, `combine` over the `values` [n] of the faces of its photograph."""
        if not len(values):
            return values.astype(dtype or values.dtype)
        gathered = values if self.faces is None else values[self.faces]
        found: NDArray[Any] = combine.reduceat(gathered, self.starts, dtype=dtype)[self.which]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Photographs:
    """Which faces share one: `numbers` int64[n] says the photograph of each face, counted from 0 in the order of
    `paths`; `faces` int64[m] how many each has; `order` int64[n] lists the faces photograph by photograph; `sayings`
    are what each says of itself, `folders` where it lies.
    """

    numbers: Ids
    faces: Ids
    order: Ids
    paths: Paths
    together: Together
    sayings: Sayings
    folders: Folders

    @classmethod
    def of(
        cls,
        numbers: Ids,
        paths: Paths,
        order: Ids | None = None,
        sayings: Sayings | None = None,
        folders: Folders | None = None,
    ) -> Self:
        faces = np.bincount(numbers).astype(np.int64)
        order = np.argsort(numbers, kind="stable") if order is None else order
        said = Sayings.nothing(len(faces)) if sayings is None else sayings
        lying = Folders.of_paths(paths) if folders is None else folders
        return cls(numbers, faces, order, paths, Together.of(numbers, faces, order), said, lying)

    def those(self, which: Mask) -> Words:
        """The faces of the photographs `which`, bool[m]."""
        return pack(which[self.numbers])

    def counted(self, words: Words) -> Ids:
        """int64[m]: how many faces of each photograph are in a set."""
        members = unpack(words, len(self.numbers))
        return np.bincount(self.numbers[members], minlength=len(self.faces)).astype(np.int64)

    def any(self, mask: Mask) -> Mask:
        """bool[n]: whether `mask` holds of any face of each face's photograph."""
        found: Mask = self.together.combined(np.logical_or, mask)
        return found

    def only(self, mask: Mask) -> Mask:
        """bool[n]: whether `mask` holds of a face and of no other of its photograph."""
        found: Mask = mask & (self.together.combined(np.add, mask, np.int32) == 1)
        return found

    def product(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[n]: for each face, the product of `values` (float64[n]) over the faces of its photograph."""
        return self.together.combined(np.multiply, values)

    def product_of_others(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[n]: for each face, the product over the other faces of its photograph."""
        zero = values == 0
        factors = np.where(zero, 1.0, values)
        others = self.product(factors) / factors
        zeros_elsewhere = self.together.combined(np.add, zero, np.int32) - zero
        return np.where(zeros_elsewhere > 0, 0.0, np.clip(others, 0.0, 1.0))


class Tagged(NamedTuple):
    """A model that the library knows, and the faces it tagged."""

    name: str
    fingerprint: str
    faces: Words


class Called(NamedTuple):
    """A person who has a name and faces, or a shortlist, and where these are: few of all, so their positions."""

    name: str
    at: Ids


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """`probabilities` float32[40, n] in the order of ATTRIBUTES, corrections counted as 0 or 1; a threshold for each
    name; `corrected` the faces of which a person has said something.
    """

    probabilities: Floats
    packed: Packed
    thresholds: Thresholds
    photographs: Photographs
    corrected: Words
    models: tuple[Tagged, ...]
    people: tuple[Called, ...] = ()
    lists: tuple[Called, ...] = ()

    @classmethod
    def from_probabilities(cls, probabilities: Floats, thresholds: Thresholds) -> Self:
        """Faces of which no more is known: each alone in its photograph, none corrected."""
        n = probabilities.shape[1]
        photographs = Photographs.of(np.arange(n), Paths.of([b""] * n))
        model = Tagged("unnamed", "", everything(n))
        packed = Packed.of(probabilities, thresholds)
        return cls(probabilities, packed, thresholds, photographs, np.zeros_like(model.faces), (model,))

    def __len__(self) -> int:
        n: int = self.probabilities.shape[1]
        return n

    def of(self, name: str) -> Floats:
        """float32[n]."""
        row: Floats = self.probabilities[_ROW[name]]
        return row

    def at_threshold(self, name: str) -> Words:
        """The faces at or above the model's threshold."""
        row: Words = self.packed.bits[_ROW[name]]
        return row

    def compared(self, name: str, operator: Comparison, number: float) -> Words:
        """The faces whose probability is `operator` the number."""
        row, packed = _ROW[name], self.packed
        return codes.compare(self.probabilities[row], packed.planes[row], packed.edges[row], operator, number)
