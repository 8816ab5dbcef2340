"""Whether a library may know certain bytes, in a millionth of a second: most new files are in no library yet, and need
not be asked for one by one. It knows hashes, and not where they come from.
"""

from collections.abc import Iterable

import numpy as np

DIGITS = 16  # of a hash's 64: among a million photographs one new file in ten million million is asked for in vain


class Hashes:
    """The beginnings of sha256 sums, eight bytes each. What is in it may be known; what is not is not."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = np.sort(np.fromiter(map(_begin, known), np.uint64))
        self._added: set[int] = set()

    def __contains__(self, sha256: object) -> bool:
        begin = _begin(str(sha256))
        at = int(np.searchsorted(self._known, np.uint64(begin)))
        return begin in self._added or (at < len(self._known) and int(self._known[at]) == begin)

    def add(self, sha256: str) -> None:
        """It is known from here on."""
        self._added.add(_begin(sha256))


def _begin(sha256: str) -> int:
    return int(sha256[:DIGITS], 16)
