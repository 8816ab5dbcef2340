"""Sets of faces as packed bits: bit i, counted from the little end, says whether face i is in the set.

The bits behind the last face are always 0, so sets can be joined, intersected and counted word by word; read as bytes
they are what FAISS's IDSelectorBitmap takes. This knows nothing of queries.
"""

import numpy as np
from numpy.typing import NDArray

WIDTH = 64  # bits of a word

Words = NDArray[np.uint64]
Mask = NDArray[np.bool_]
Ids = NDArray[np.int64]


def pack(mask: Mask) -> Words:
    """uint64[ceil(n / 64)] of bool[n]."""
    padded = np.zeros(-(-len(mask) // WIDTH) * 8, np.uint8)
    octets = np.packbits(mask, bitorder="little")
    padded[: len(octets)] = octets
    return padded.view("<u8")


def of(at: Ids, n: int) -> Words:
    """The set of those positions, of n faces."""
    mask = np.zeros(n, np.bool_)
    mask[at] = True
    return pack(mask)


def unpack(words: Words, n: int) -> Mask:
    """bool[n], the inverse of `pack`."""
    return np.unpackbits(words.view(np.uint8), count=n, bitorder="little").view(np.bool_)


def positions(words: Words, n: int) -> Ids:
    """The members in rising order, int64."""
    return np.flatnonzero(unpack(words, n))


def contains(words: Words, at: Ids) -> Mask:
    """Whether each of those positions is in the set."""
    shifts = (at % WIDTH).astype(np.uint64)
    return ((words[at // WIDTH] >> shifts) & np.uint64(1)).astype(np.bool_)


def assign(words: Words, at: Ids, members: Mask) -> None:
    """Puts the faces at those positions into the set, or takes them out, in place."""
    own = np.uint64(1) << (at % WIDTH).astype(np.uint64)
    np.bitwise_and.at(words, at // WIDTH, ~own)
    np.bitwise_or.at(words, at[members] // WIDTH, own[members])


def count(words: Words) -> int:
    """How many members the set has."""
    return int(np.bitwise_count(words).sum(dtype=np.int64))


def complement(words: Words, n: int) -> Words:
    """All of the n faces that are not in the set."""
    inverted = ~words
    if n % WIDTH:
        inverted[-1] &= np.uint64((1 << n % WIDTH) - 1)
    return inverted


def everything(n: int) -> Words:
    """All n faces."""
    return complement(np.zeros(-(-n // WIDTH), np.uint64), n)
