"""The paths of photographs, and patterns over them.

A pattern is a shell's: `*` any characters, `/` too, `?` one, `[ab]` one of these. It is compared with the whole path,
upper and lower case being different, and one byte that is not UTF-8 counts as one character. One that begins with
neither `/` nor `*` may begin at any folder, and one that ends in `/` means all that lies under it.
"""

import fnmatch
import os
import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from retrieval.bits import Mask

REMEMBERED = 32  # patterns, a byte a photograph each

Octets = NDArray[np.uint8]


class Paths:
    """Paths in the order of their bytes, kept as one array (uint8) in which each is followed by a NUL."""

    def __init__(self, octets: Octets) -> None:
        self.octets = octets
        self._asked: dict[str, Mask] = {}

    @classmethod
    def of(cls, paths: Iterable[bytes]) -> "Paths":
        """For paths that are in order already."""
        return cls(np.frombuffer(b"".join(path + b"\0" for path in paths), np.uint8))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> bytes:
        return self.octets[self._starts[number] : self._starts[number + 1] - 1].tobytes()

    def matching(self, pattern: str) -> Mask:
        """bool[m]: which of them a pattern matches. Remembered, since one answer asks several times."""
        if (known := self._asked.get(pattern)) is None:
            if len(self._asked) >= REMEMBERED:
                self._asked.clear()
            known = self._asked[pattern] = self._compared(pattern)
        return known

    def _compared(self, pattern: str) -> Mask:
        start, stop = self._with_prefix(_literal_prefix(pattern))
        found = np.zeros(len(self), np.bool_)
        if start < stop:
            joined = os.fsdecode(self.octets[self._starts[start] : self._starts[stop] - 1].tobytes())
            match = _expression(pattern).match
            found[start:stop] = [match(path) is not None for path in joined.split("\0")]
        return found

    def _with_prefix(self, prefix: bytes) -> tuple[int, int]:
        numbers = range(len(self))
        start = bisect_left(numbers, prefix, key=self.__getitem__)
        stop = bisect_left(numbers, True, lo=start, key=lambda number: not self[number].startswith(prefix))
        return start, stop

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        return np.concatenate([[0], np.flatnonzero(self.octets == 0) + 1]).astype(np.int64)


def matches(path: bytes, pattern: bytes) -> bool:
    """What SQL calls `path_matches`."""
    return _expression(os.fsdecode(pattern)).match(os.fsdecode(path)) is not None


def _literal_prefix(pattern: str) -> bytes:
    found = re.match(r"/[^*?\[]*", pattern)
    return os.fsencode(found[0]) if found else b""


@lru_cache(maxsize=64)
def _expression(pattern: str) -> re.Pattern[str]:
    whole = pattern + "*" if pattern.endswith("/") else pattern
    alternatives = [whole] if whole.startswith(("/", "*")) else [whole, "*/" + whole]
    return re.compile("|".join(map(fnmatch.translate, alternatives)))
