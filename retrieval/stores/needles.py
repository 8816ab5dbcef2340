"""Whether certain bytes still stand anywhere in a file: all of them are looked for in one pass, however many they are.
It knows no table.

Eight bytes of each needle are its key, and only where a key stands is a needle compared. Keys are looked up in a table
of a bit for each value of a hash, from every place of a block at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

KEY = 8  # bytes
BLOCK = 1 << 24  # bytes of a file in memory
SLOTS = 20  # bits of a hash; a table of so many booleans stays near the processor
GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2 ** 64 over the golden ratio, by which Fibonacci hashing multiplies

Keys = NDArray[np.uint64]


class Needle(NamedTuple):
    """Bytes to look for. The eight from `key` on should be rare, or many places are compared."""

    octets: bytes
    key: int = 0


def remains(path: Path, needles: Iterable[Needle]) -> bool:
    """Whether one of the needles stands in the file. ValueError for one that has no eight bytes behind its `key`."""
    of_key: dict[int, set[Needle]] = defaultdict(set)
    for needle in needles:
        if not 0 <= needle.key <= len(needle.octets) - KEY:
            raise ValueError(f"A needle has {KEY} bytes from its key on.")
        of_key[int.from_bytes(needle.octets[needle.key :][:KEY], "little")].add(needle)
    if not of_key:
        return False
    keys = np.array(sorted(of_key), np.uint64)
    longest = max(len(needle.octets) for several in of_key.values() for needle in several)
    return any(
        _stands(block, place - needle.key, needle.octets)
        for block in _blocks(path, longest)
        for place, key in _places(block, keys)
        for needle in of_key[key]
    )


def _stands(block: bytes, start: int, octets: bytes) -> bool:
    return start >= 0 and block.startswith(octets, start)


def _blocks(path: Path, longest: int) -> Iterator[bytes]:
    """The file in parts, of which one holds all of whatever is not longer than `longest` bytes."""
    with path.open("rb") as file:
        block = b""
        while more := file.read(BLOCK):
            block = block[len(block) - min(len(block), longest - 1) :] + more
            yield block


def _places(block: bytes, keys: Keys) -> Iterator[tuple[int, int]]:
    """Every place in `block` where one of the `keys` stands, and that key."""
    slots = np.zeros(1 << SLOTS, np.bool_)
    slots[_slot(keys)] = True
    for shift in range(min(KEY, len(block) - KEY + 1)):
        words = np.frombuffer(block, "<u8", (len(block) - shift) // KEY, shift)
        likely = np.flatnonzero(slots[_slot(words)])
        found = likely[np.isin(words[likely], keys)]
        yield from zip((found * KEY + shift).tolist(), words[found].tolist(), strict=True)


def _slot(words: Keys) -> Keys:
    return (words * GOLDEN) >> np.uint64(64 - SLOTS)
