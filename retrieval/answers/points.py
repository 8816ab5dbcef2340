"""The faces of an answer as points of a map, small enough to send: where they are, how alone, in which cluster, and of
which colour. It draws nothing and places nothing.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.columns.bits import Ids, Mask
from retrieval.columns.codes import Floats
from retrieval.likeness.placing import Places

FINEST = 2**16 - 1  # steps across a map
SHADES = 8  # people that have a colour of their own: more, nobody could tell apart
MIDDLE = 128  # the code of a probability at its threshold

Codes = NDArray[np.uint8]


class Points(NamedTuple):
    """`faces` uint32[n] by number, rising; `x`, `y` uint16[n] in the square of the whole map; `apart` uint8[n], 255 for
    who is most alone of all that there are; `cluster` uint8[n], 0 for none. `stamp` tells this order from another.
    """

    faces: NDArray[np.uint32]
    x: NDArray[np.uint16]
    y: NDArray[np.uint16]
    apart: Codes
    cluster: Codes
    stamp: str


class Person(NamedTuple):
    """A person with a colour, and how many of the points are theirs."""

    id: int
    name: str | None
    size: int


class Steps(NamedTuple):
    """Places in whole numbers: `at` uint16[n, 2] in the square around all of them, `apart` uint8[n], 255 for who is
    most alone, and bool[n]: who is `there`, and who has a place neither there nor anywhere, `lacking`.
    """

    at: NDArray[np.uint16]
    apart: Codes
    there: Mask
    lacking: Mask

    def of(self, rows: Ids) -> "Steps":
        """Those rows."""
        return Steps(self.at[rows], self.apart[rows], self.there[rows], self.lacking[rows])


def scaled(places: Places) -> Steps:
    """In whole steps, the square around all that are somewhere being FINEST wide."""
    there = np.isfinite(places.at[:, 0])
    steps, apart = np.zeros(places.at.shape, np.uint16), np.zeros(len(there), np.uint8)
    if there.any():
        own = places.at[there]
        low, high = own.min(axis=0), own.max(axis=0)
        size = float((high - low).max()) or 1.0
        steps[there] = np.rint((((own - (low + high) / 2) / size + 0.5) * FINEST).clip(0, FINEST))
        rank = np.empty(len(own), np.int64)
        rank[np.argsort(places.apart[there], kind="stable")] = np.arange(len(own))
        apart[there] = rank * 255 // max(1, len(own) - 1)
    return Steps(steps, apart, there, np.isnan(places.apart))


def shades(probabilities: Floats, threshold: float) -> Codes:
    """uint8[n]: from 0 for 0 up to MIDDLE at the threshold and 255 for 1, evenly on either side."""
    below = probabilities / max(threshold, 1e-6) * MIDDLE
    above = MIDDLE + (probabilities - threshold) / max(1 - threshold, 1e-6) * (255 - MIDDLE)
    codes: Codes = (
        np.where(probabilities < threshold, np.minimum(below, MIDDLE - 1), above).clip(0, 255).astype(np.uint8)
    )
    return codes


def by_person(
    face_ids: NDArray[np.uint32], people: Iterable[tuple[int, str | None, Sequence[int]]]
) -> tuple[Codes, list[Person]]:
    """uint8[n]: from 1 on for the faces of those with the most of them here, SHADES + 1 for those of anybody else, 0
    for those of nobody; and who the first are.
    """
    codes = np.zeros(len(face_ids), np.uint8)
    found = [(person, name, _among(face_ids, faces)) for person, name, faces in people]
    found = sorted((one for one in found if len(one[2])), key=lambda one: (-len(one[2]), one[0]))
    for place, (_, _, at) in enumerate(found):
        codes[at] = min(place, SHADES) + 1
    return codes, [Person(person, name, len(at)) for person, name, at in found[:SHADES]]


def _among(face_ids: NDArray[np.uint32], faces: Sequence[int]) -> Ids:
    wanted = np.array(faces, np.int64)
    at = np.searchsorted(face_ids, wanted).clip(0, max(0, len(face_ids) - 1))
    return at[face_ids[at] == wanted] if len(face_ids) else np.zeros(0, np.int64)
