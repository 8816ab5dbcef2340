"""Probabilities in 8 bits that decide exactly as the 32 do.

A code is the number of 255 edges at or below the probability. The model's threshold is one of the edges, so its
decision needs the code alone; for any other number only the faces whose code is the number's own have to be looked up.
The edges are quantiles, so those are few wherever the probabilities lie.
"""

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from retrieval.bits import Mask

Comparison = Literal[">=", ">", "<", "<="]
Floats = NDArray[np.float32]
Codes = NDArray[np.uint8]

EDGES = 255
SAMPLE = 1 << 16  # probabilities from which the edges are drawn
MANY = 8  # from one face in so many with the number's own code, comparing all 32-bit numbers is faster


def edges(column: Floats, threshold: float) -> Floats:
    """float32[255], rising: quantiles of `column` (float32[n]), and among them the least float32 >= `threshold`."""
    sample = np.sort(column[:: max(1, len(column) // SAMPLE)])
    if not len(sample):
        sample = np.zeros(1, np.float32)
    chosen = sample[np.arange(1, EDGES + 1) * len(sample) // (EDGES + 1)]
    least = bound(">=", threshold)
    chosen[np.argmin(np.abs(chosen - least))] = least
    return np.sort(chosen)


def encode(column: Floats, ladder: Floats) -> Codes:
    """uint8[n] of float32[n]; `ladder` are the edges."""
    return np.searchsorted(ladder, column, side="right").astype(np.uint8)


def compare(column: Floats, codes: Codes, ladder: Floats, operator: Comparison, number: float) -> Mask:
    """bool[n]: what `column operator number` is in exact arithmetic."""
    if operator == "<" or operator == "<=":
        return ~_at_least(column, codes, ladder, bound(">=" if operator == "<" else ">", number))
    return _at_least(column, codes, ladder, bound(operator, number))


def bound(operator: Literal[">=", ">"], number: float) -> np.float32:
    """The least float32 that is `operator` the number: a float32 is that exactly if it is not below the bound."""
    nearest = np.float32(number)
    short = float(nearest) < number if operator == ">=" else float(nearest) <= number
    return np.nextafter(nearest, np.float32(math.inf)) if short else nearest


def _at_least(column: Floats, codes: Codes, ladder: Floats, least: np.float32) -> Mask:
    own = int(np.searchsorted(ladder, least, side="right"))
    code = np.uint8(own)
    if own and ladder[own - 1] == least:
        return codes >= code
    doubtful = np.flatnonzero(codes == code)
    if len(doubtful) * MANY > len(codes):
        return column >= least
    found = codes > code
    found[doubtful] = column[doubtful] >= least
    return found
