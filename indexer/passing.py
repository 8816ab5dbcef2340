"""What in a folder of photographs is not a person's own: thumbnails, trash and snapshots that machines keep there, and
whatever somebody says with `--exclude`; `--include` overrules both. It looks at names and never at the disk.
"""

import os
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import PurePath

from retrieval.spelling import composed
from retrieval.tables.records import Pattern

NO_MEDIA = ".nomedia"  # in a folder: Android shows nothing of it
FOLDERS = {
    "@eaDir": "thumbnails that a Synology NAS makes",
    "@__thumb": "thumbnails that a QNAP NAS makes",
    "Thumbs": "thumbnails",
    "*.lrdata": "previews that Lightroom makes",
    "__MACOSX": "what macOS adds to an archive",
    "#recycle": "the trash of a Synology NAS",
    "@Recycle": "the trash of a QNAP NAS",
    "$RECYCLE.BIN": "the trash of Windows",
    "RECYCLER": "the trash of Windows",
    "System Volume Information": "what Windows keeps of a disk",
    "#snapshot": "earlier states that a NAS keeps",
    "@Recently-Snapshot": "earlier states that a NAS keeps",
    "lost+found": "what a check of the disk has found",
}


class Passing:
    """What people said about names, by folder: in a folder inside another, what was said of that one goes first. Of
    what was said twice the last holds.
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        last = {(pattern.folder, pattern.glob): pattern for pattern in patterns}.values()
        rules = [(len(pattern.folder), pattern.included, pattern) for pattern in last]
        self._patterns = [pattern for _, _, pattern in sorted(rules, reverse=True)]
        self._used: set[str] = set()

    def reason(self, path: str, *, folder: bool, marked: bool = False) -> str | None:
        """Why a file or a `folder` is passed by, or None; `marked` says that it holds a file `.nomedia`."""
        for pattern in self._patterns:
            if _matches(path, pattern):
                self._used.add(pattern.glob)
                return None if pattern.included else f"excluded by {pattern.glob!r}"
        if marked:
            return f"it has a file {NO_MEDIA}"
        return _made_by_a_machine(os.path.basename(path)) if folder else None  # noqa: PTH119

    def unused(self, globs: Iterable[str]) -> list[str]:
        """Those of the globs by which nothing was decided so far: perhaps they do not say what they should."""
        return [glob for glob in dict.fromkeys(globs) if glob not in self._used]


def _made_by_a_machine(name: str) -> str | None:
    return next((what for glob, what in FOLDERS.items() if fnmatchcase(name.casefold(), glob.casefold())), None)


def _matches(path: str, pattern: Pattern) -> bool:
    """A glob without a slash is about any name below its folder, one with a slash about the whole path from there, or
    from the root; accents may be written either way.
    """
    folder = os.path.join(pattern.folder, "")  # noqa: PTH118 - ends in a separator, also for the root folder
    if not path.startswith(folder):
        return False
    below, glob = composed(path[len(folder) :]), composed(pattern.glob).removeprefix("./").strip("/")
    if "/" not in glob:
        return fnmatchcase(PurePath(below).name, glob)
    return fnmatchcase(below, glob) or (pattern.glob.startswith("/") and fnmatchcase(composed(path), f"/{glob}"))
