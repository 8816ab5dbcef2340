"""Probabilities in 12 bits, kept bit by bit, that decide exactly as the 32 do.

A code is the number of 4,095 edges at or below the probability. The model's threshold is one of the edges, so its
decision needs the code alone; for any other number only the faces whose code is the number's own have to be looked up.
The edges are quantiles, so those are few wherever the probabilities lie.

The codes are bit-sliced (P. O'Neil and D. Quass, Improved query performance with variant indexes, 1997): plane i is the
set of the faces whose code has bit i, so that a comparison of all faces is an AND or an OR of words for each plane.
"""

import math
from collections.abc import Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from retrieval.columns import bits
from retrieval.columns.bits import Ids, Words

Comparison = Literal[">=", ">", "<", "<="]
Floats = NDArray[np.float32]
Codes = NDArray[np.uint16]

PLANES = 12
EDGES = (1 << PLANES) - 1
SAMPLE = 1 << 16  # probabilities from which the edges are drawn
MANY = 8  # from one face in so many with the number's own code, comparing all 32-bit numbers is faster
BLOCK = 1 << 16  # faces encoded at a time, whole words of them
FEW = 1 << 10  # probabilities that are looked for in the edges faster than a table is made
GRAIN = 10  # lowest bits of a float32 that an edge leaves at 0, unless it is the threshold: so a table encodes
ONE = int(np.float32(1).view(np.int32)) >> GRAIN  # of that table, the row of the greatest probability


def edges(column: Floats, threshold: float) -> Floats:
    """float32[4095], rising: quantiles of `column` (float32[n]), and among them the least float32 >= `threshold`."""
    sample = np.sort(column[:: max(1, len(column) // SAMPLE)])
    if not len(sample):
        sample = np.zeros(1, np.float32)
    quantiles = sample[np.arange(1, EDGES + 1) * len(sample) // (EDGES + 1)]
    chosen = (quantiles.view(np.int32) >> GRAIN << GRAIN).view(np.float32)
    least = bound(">=", threshold)
    chosen[np.argmin(np.abs(chosen - least))] = least
    return np.sort(chosen)


def encode(column: Floats, ladder: Floats) -> Codes:
    """uint16[n] of float32[n]; `ladder` are the edges."""
    if len(column) < FEW:
        return np.searchsorted(ladder, column, side="right").astype(np.uint16)
    cells = ladder.view(np.int32) >> GRAIN
    on_grain = cells << GRAIN == ladder.view(np.int32)
    begins = np.where(on_grain, cells, cells + 1).clip(0, ONE + 1)  # the first cell that lies above an edge as a whole
    rows = np.diff(begins, prepend=0, append=ONE + 1)
    table = np.repeat(np.arange(EDGES + 1, dtype=np.uint16), rows)
    codes = np.empty(len(column), np.uint16)
    for block in _blocks(len(column)):
        values, cell = column[block], np.clip(column[block].view(np.int32) >> GRAIN, 0, ONE)
        codes[block] = table[cell]
        for edge in ladder[~on_grain]:
            same = np.flatnonzero(cell == edge.view(np.int32) >> GRAIN)
            codes[block][same] += values[same] >= edge
    return codes


def sliced(codes: Codes) -> Words:
    """uint64[12, words]: the planes of uint16[n], that of the lowest bit first."""
    planes = np.empty((PLANES, -(-len(codes) // bits.WIDTH)), np.uint64)
    for block in _blocks(len(codes)):
        words = slice(block.start // bits.WIDTH, -(-block.stop // bits.WIDTH))
        for place, plane in enumerate(planes):
            plane[words] = bits.pack((codes[block] & (1 << place)).astype(np.bool_))
    return planes


def _blocks(n: int) -> Iterator[slice]:
    """Of n faces so many at a time that what is computed of them stays in the processor's cache."""
    return (slice(start, min(start + BLOCK, n)) for start in range(0, n, BLOCK))


def assign(planes: Words, at: Ids, codes: Codes) -> None:
    """Gives the faces at those positions those codes, in place."""
    for place, plane in enumerate(planes):
        bits.assign(plane, at, (codes >> place & 1).astype(np.bool_))


def compare(column: Floats, planes: Words, ladder: Floats, operator: Comparison, number: float) -> Words:
    """The faces whose `column operator number` holds in exact arithmetic."""
    if operator == "<" or operator == "<=":
        rest = _at_least(column, planes, ladder, bound(">=" if operator == "<" else ">", number))
        return bits.complement(rest, len(column))
    return _at_least(column, planes, ladder, bound(operator, number))


def bound(operator: Literal[">=", ">"], number: float) -> np.float32:
    """The least float32 that is `operator` the number: a float32 is that exactly if it is not below the bound."""
    nearest = np.float32(number)
    short = float(nearest) < number if operator == ">=" else float(nearest) <= number
    return np.nextafter(nearest, np.float32(math.inf)) if short else nearest


def _at_least(column: Floats, planes: Words, ladder: Floats, least: np.float32) -> Words:
    own = int(np.searchsorted(ladder, least, side="right"))
    reached = _reaching(planes, own, len(column))
    if own and ladder[own - 1] == least:
        return reached
    found = _reaching(planes, own + 1, len(column))
    doubtful = reached ^ found
    if bits.count(doubtful) * MANY > len(column):
        return bits.pack(column >= least)
    where = np.flatnonzero(doubtful)
    members = bits.unpack(doubtful[where], len(where) * bits.WIDTH)
    inside = np.flatnonzero(members)
    members[inside] = column[where[inside // bits.WIDTH] * bits.WIDTH + inside % bits.WIDTH] >= least
    found[where] |= bits.pack(members)
    return found


def _reaching(planes: Words, code: int, n: int) -> Words:
    """The faces, of n, whose code is at least that one: from its lowest bit that is set upwards, a face must have each
    bit that is set, or one that is not set.
    """
    if not code:
        return bits.everything(n)
    if code > EDGES:
        return np.zeros_like(planes[0])
    lowest = (code & -code).bit_length() - 1
    found: Words = planes[lowest].copy()
    for place in range(lowest + 1, PLANES):
        combine = np.bitwise_and if code >> place & 1 else np.bitwise_or
        combine(found, planes[place], out=found)
    return found
