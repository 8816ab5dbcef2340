"""Names of files that every file system takes, and no two of which are the same on any: for what is taken elsewhere."""

import re
import unicodedata

from retrieval.errors import shown
from retrieval.spelling import composed

LONGEST = 120  # bytes of UTF-8: 255 is the most anywhere, and folders and what is put before a name take some
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\u2400-\u2421\ufffd]')  # by Windows; what `shown` put for what cannot be seen
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?=\.|$)", re.IGNORECASE)


def safe(name: str) -> str:
    """The name with a `_` for whatever some file system would not take, or would take for something else."""
    plain = _FORBIDDEN.sub("_", shown(composed(name))).strip(" ")
    plain = re.sub(r"^\.+|[. ]+$", "_", plain)  # hidden on Unix; cut off by Windows
    plain = re.sub(r"^(?=[-~])", "_", plain)  # an option, or a home, to who names it in a shell
    return _cut(_DEVICES.sub(r"_\1", plain) if _DEVICES.match(plain) else plain) or "_"


class Names:
    """Names that were given; two are the same if they differ in upper and lower case or accents' spelling alone."""

    def __init__(self) -> None:
        self._given: set[str] = set()
        self._next: dict[str, int] = {}

    def new(self, name: str) -> str:
        """The name made safe, with a number before its ending if it was given before."""
        name = safe(name)
        if (key := _key(name)) not in self._given:
            self._given.add(key)
            return name
        stem, dot, ending = name.rpartition(".")
        stem, ending = (stem, dot + ending) if dot and len(ending) <= 5 else (name, "")
        for number in range(self._next.get(key, 2), len(self._given) + 3):
            other = f"{_cut(stem, 12)} ({number}){ending}"
            if _key(other) not in self._given:
                break
        self._next[key] = number + 1
        self._given.add(_key(other))
        return other


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _cut(name: str, room: int = 0) -> str:
    """So long that there is `room` for some bytes more; the ending stays."""
    if len(name.encode()) <= LONGEST - room:
        return name
    stem, dot, ending = name.rpartition(".")
    kept = (dot + ending).encode() if dot and len(ending.encode()) <= 10 else b""
    head = (stem if kept else name).encode()[: LONGEST - room - len(kept)].decode(errors="ignore").rstrip(" .")
    return (head or "_") + kept.decode()
