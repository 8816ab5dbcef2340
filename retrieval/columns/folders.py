"""In which folder each photograph lies, as columns, so that a tree of folders is counted a level at a time. No SQL, no
words of a query.
"""

from bisect import bisect_left
from typing import NamedTuple, Self

import numpy as np

from retrieval.columns.bits import Ids
from retrieval.columns.paths import Octets, Paths

MOST = 500  # folders of a level that are listed


class Inside(NamedTuple):
    """A folder in another: its path, which ends in `/`, how many `faces` lie in it at any depth, and whether there are
    `folders` in it.
    """

    path: bytes
    faces: int
    folders: bool


class Level(NamedTuple):
    """What lies in one folder: the `folders` in it that hold any face, in the order of their names; the faces `here`,
    in no folder of it; and those in the `rest` of its folders, where it has too many to list.
    """

    folders: list[Inside]
    here: int
    rest: int


class Folders:
    """`names` are all folders that a photograph lies in, each with a `/` behind it; `of` int64[m] says of each
    photograph which of them is its own.
    """

    def __init__(self, names: Paths, of: Ids) -> None:
        self.names = names
        self.of = of

    @classmethod
    def of_paths(cls, paths: Paths) -> Self:
        around = [path[: path.rfind(b"/") + 1] for path in paths.octets.tobytes().split(b"\0")[:-1]]
        names = sorted(set(around))
        place = {name: at for at, name in enumerate(names)}
        return cls(Paths.of(names), np.fromiter(map(place.__getitem__, around), np.int64, len(around)))

    @classmethod
    def kept(cls, octets: Octets, of: Ids) -> Self:
        """As they were kept on disk."""
        return cls(Paths(octets), of)

    def level(self, counts: Ids, under: bytes) -> Level:
        """What lies in the folder `under` (with a `/` behind it) of photographs with so many faces each, int64[m].
        Where a folder holds nothing but one other, that stands for both.
        """
        start, stop = self.names.beginning(under)
        faces = np.bincount(self.of, weights=counts, minlength=len(self.names)).astype(np.int64)
        before = np.concatenate([[0], np.cumsum(faces)])
        own = start < stop and self.names[start] == under
        found, at = list[Inside](), start + own
        while at < stop and len(found) < MOST:
            end = self._end(at, stop, len(under))
            if held := int(before[end] - before[at]):
                path = self._shared(at, end)
                found.append(Inside(path, held, end - at > (self.names[at] == path)))
            at = end
        return Level(found, int(faces[start]) if own else 0, int(before[stop] - before[at]))

    def _end(self, at: int, stop: int, depth: int) -> int:
        """Where the folders end that lie in the same folder as the one `at`; names begin with `depth` equal bytes."""
        name = self.names[at]
        prefix = name[: name.index(b"/", depth) + 1]
        return bisect_left(range(stop), True, lo=at, key=lambda place: not self.names[place].startswith(prefix))

    def _shared(self, at: int, end: int) -> bytes:
        """The innermost folder that all of these lie in."""
        first, last = self.names[at], self.names[end - 1]  # as they are in order, all between share what these do
        equal = next((place for place, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), None)
        return first[: first.rindex(b"/", 0, equal) + 1]
