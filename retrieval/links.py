"""What lies in a library's folder is the library's own: nothing in it leads elsewhere. Knows no table.

A library may come from somebody else. A link followed there would have an answer, a cache or an erasure write to or
delete what is a user's.
"""

import os
import stat
from pathlib import Path

from retrieval.errors import LibraryDamaged, shown

DATABASE = "library.db"
BESIDE = tuple(f"{DATABASE}-{kind}" for kind in ("wal", "shm", "journal"))  # what SQLite keeps there
ARRIVING = f"{DATABASE}-copy"  # a copy of another library until all of it is there
WRITTEN = (
    *BESIDE,
    ARRIVING,
    f"{ARRIVING}-journal",
    "library.lock",
    "library.pid",
)  # even by who only reads: no second name may lead to them
CACHE = "cache"


def check(library: Path, *, writing: bool = False) -> None:
    """LibraryDamaged where a name that a library uses is a link, or is anything but what it should be. The database
    itself may have a second name, as in a backup made of hard links, for who only reads.
    """
    single = (DATABASE, *WRITTEN) if writing else WRITTEN
    for name in (DATABASE, *WRITTEN, CACHE):
        path = library / name
        try:
            found = path.lstat()
        except OSError:  # not there, or not to be had: whoever opens it says so
            continue
        is_right = stat.S_ISDIR if name == CACHE else stat.S_ISREG
        if not is_right(found.st_mode):
            raise _foreign(path, "is a link, or no file" if name != CACHE else "is a link, or no folder")
        if name in single and found.st_nlink > 1:
            raise _foreign(path, "has a second name elsewhere")


def is_file(path: Path) -> bool:
    """Whether a regular file is there, neither a link to one nor a pipe that nobody writes to."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _foreign(path: Path, what: str) -> LibraryDamaged:
    return LibraryDamaged(
        f"{shown(os.fspath(path))} {what}, and a library keeps to its own folder. Nothing was changed: remove it if "
        "you know where it comes from, or make a library of your own with `facequery index`."
    )
