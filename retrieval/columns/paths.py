"""The paths of photographs, and patterns over them.

A pattern is a shell's: `*` any characters, `/` too, `?` one, `[ab]` one of these. It is compared with the whole path,
upper and lower case being different, and one byte that is not UTF-8 counts as one character, and so does a letter with
its accents, however a disk or a keyboard writes them. One that begins with neither `/` nor `*` may begin at any folder,
and one that ends in `/` means all that lies under it.
"""

import fnmatch
import os
import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from retrieval.columns.bits import Ids, Mask
from retrieval.spelling import composed

REMEMBERED = 32  # patterns, a byte a photograph each
BLOCK = 1 << 14  # photographs compared at a time, so that what is known of them stays in the processor's cache
SAMPLE = 4096  # bytes that are looked at to learn which are rare

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

    def joined(self, others: "Paths") -> tuple["Paths", Ids]:
        """These and others, all in order; and before which of these each of the others stands: int64, rising."""
        names = self.octets.tobytes().split(b"\0")[:-1]
        new = others.octets.tobytes().split(b"\0")[:-1]
        at = np.array([bisect_left(names, name) for name in new], np.int64)
        parts = np.split(self.octets, self._starts[at])
        between = [part for name, part in zip(new, parts[1:], strict=True) for part in (_octets(name), part)]
        return Paths(np.concatenate([parts[0], *between])), at

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> bytes:
        return self.octets[self._starts[number] : self._starts[number + 1] - 1].tobytes()

    def folders(self) -> list[str]:
        """The names of all folders that they lie in, at any depth, sorted."""
        around = {path.rpartition(b"/")[0] for path in self.octets.tobytes().split(b"\0")}
        return sorted({os.fsdecode(name) for path in around for name in path.split(b"/") if name})

    @cached_property
    def largest_folders(self) -> list[str]:
        """The same names, that of the most photographs first."""
        around = Counter(path.rpartition(b"/")[0] for path in self.octets.tobytes().split(b"\0"))
        sizes: Counter[bytes] = Counter()
        for path, photographs in around.items():
            sizes.update(dict.fromkeys(path.split(b"/"), photographs))
        return [os.fsdecode(name) for name, _ in sorted(sizes.items(), key=lambda size: (-size[1], size[0])) if name]

    def matching(self, pattern: str) -> Mask:
        """bool[m]: which of them a pattern matches. Remembered, since one answer asks several times."""
        if (known := self._asked.get(pattern)) is None:
            if len(self._asked) >= REMEMBERED:
                self._asked.clear()
            known = self._asked[pattern] = self._compared(composed(pattern))
        return known

    def _compared(self, pattern: str) -> Mask:
        """For a composed pattern; the few paths that are not are compared as if they were."""
        found = self._as_written(pattern)
        numbers, paths = self._decomposed
        if len(numbers):
            found[numbers] = paths._as_written(pattern)
        return found

    def _as_written(self, pattern: str) -> Mask:
        """Many paths at once as far as the pattern is plain text between stars; what is left, one by one."""
        found = np.zeros(len(self), np.bool_)
        for wanted in _alternatives(pattern):
            pieces = [os.fsencode(piece) for piece in _plain(wanted).split("*")]
            start, stop = self.beginning(pieces[0])
            for begin in range(start, stop, BLOCK):
                found[self._in_order(pieces, begin, min(begin + BLOCK, stop))] = True
        if not all(_is_plain(wanted) for wanted in _alternatives(pattern)):
            match = _expression(pattern).match
            numbers = np.flatnonzero(found).tolist()
            found[numbers] = [match(os.fsdecode(self[number])) is not None for number in numbers]
        return found

    def _in_order(self, pieces: list[bytes], start: int, stop: int) -> Ids:
        """Those from `start` to `stop` that end with the last of `pieces`, and have the others between, one behind the
        other; all of them begin with the first.
        """
        first, *middle = pieces
        numbers: Ids = np.arange(start, stop)
        at, end = self._starts[numbers] + len(first), self._starts[numbers + 1] - 1
        if not middle:
            same: Ids = numbers[at == end]
            return same
        *middle, last = middle
        end = end - len(last)
        fits = at <= end
        for place, octet in enumerate(last):
            fits[fits] = self.octets[end[fits] + place] == octet
        for piece in filter(None, middle):
            numbers, at, end = numbers[fits], at[fits], end[fits]
            at = self._next(piece, at, self._starts[stop]) + len(piece)
            fits = at <= end
        return numbers[fits]

    def _next(self, piece: bytes, at: Ids, stop: int) -> Ids:
        """For each place of `at`, which rises, the first at or behind it where `piece` stands, or `stop`."""
        if not len(at):
            return at
        text = self.octets[at[0] : stop]
        width = len(text) - len(piece) + 1
        rarest, *others = sorted(range(len(piece)), key=lambda place: self._counts[piece[place]])
        found = np.flatnonzero(text[rarest : max(0, rarest + width)] == piece[rarest])
        for place in others:
            found = found[text[found + place] == piece[place]]
        found = np.append(found + at[0], stop)
        return found[np.searchsorted(found, at)]

    def beginning(self, prefix: bytes) -> tuple[int, int]:
        """The places of the first path that begins so, and of the first behind them that does not."""
        numbers = range(len(self))
        start = bisect_left(numbers, prefix, key=self.__getitem__)
        stop = bisect_left(numbers, True, lo=start, key=lambda number: not self[number].startswith(prefix))
        return start, stop

    @cached_property
    def _starts(self) -> Ids:
        return np.concatenate([[0], np.flatnonzero(self.octets == 0) + 1]).astype(np.int64)

    @cached_property
    def _decomposed(self) -> tuple[Ids, "Paths"]:
        """The numbers of the paths that are written otherwise, and these composed, both in the order of the latter."""
        found = sorted(pair for begin in range(0, len(self), BLOCK) for pair in self._composed(begin))
        return np.array([number for _, number in found], np.int64), Paths.of(path for path, _ in found)

    def _composed(self, start: int) -> Iterator[tuple[bytes, int]]:
        """Of a block of paths those that are not composed, made so, and their numbers. Most blocks have none, as one
        look at all of it tells: the NUL between two paths joins neither to the other.
        """
        octets = self.octets[self._starts[start] : self._starts[min(start + BLOCK, len(self))]]
        text = os.fsdecode(octets.tobytes())
        if not unicodedata.is_normalized("NFC", text):
            of_folder = lru_cache(maxsize=REMEMBERED)(composed)  # shared by neighbours, and much the longer part
            for place, path in enumerate(text.split("\0")):
                folder, slash, name = path.rpartition("/")
                if (other := of_folder(folder) + slash + composed(name)) != path:
                    yield os.fsencode(other), start + place

    @cached_property
    def _counts(self) -> list[int]:
        """About how often each byte occurs."""
        counts: list[int] = np.bincount(self.octets[:: len(self.octets) // SAMPLE + 1], minlength=256).tolist()
        return counts


def _octets(path: bytes) -> Octets:
    return np.frombuffer(path + b"\0", np.uint8)


def matches(path: bytes, pattern: bytes) -> bool:
    """What SQL calls `path_matches`."""
    return _expression(composed(os.fsdecode(pattern))).match(composed(os.fsdecode(path))) is not None


def _alternatives(pattern: str) -> list[str]:
    whole = pattern + "*" if pattern.endswith("/") else pattern
    return [whole] if whole.startswith(("/", "*")) else [whole, "*/" + whole]


def _plain(pattern: str) -> str:
    """One that matches at least as much and has no wildcards but stars: bytes are compared for it."""
    return re.sub(r"\[.*|\?", "*", pattern, flags=re.DOTALL)


def _is_plain(pattern: str) -> bool:
    """Whether comparing bytes is enough: where it holds a byte that is not UTF-8, that may be a part of a character."""
    return _plain(pattern) == pattern and not re.search(r"[\udc80-\udcff]", pattern)


@lru_cache(maxsize=64)
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile("|".join(map(fnmatch.translate, _alternatives(pattern))))
