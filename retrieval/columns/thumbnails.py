"""Small pictures of faces, kept in a folder of the library's cache: a file each, bounded in all, safe to delete. It
makes none, and knows no face.

A file's name and the mark before its bytes take a key that lies outside of the library, so what somebody else put there
is not believed. Where nothing can be kept, nothing is.
"""

import hashlib
import hmac
import os
import stat
import threading
from contextlib import suppress
from pathlib import Path

from retrieval import links, unfinished
from retrieval.columns import cache, key

MOST = 512 * 2**20  # bytes of all files, some 30,000 pictures of 320 pixels
LEFT = 0.75  # of MOST, after the oldest have gone
MARK = hashlib.sha256().digest_size  # bytes before the picture


class Thumbnails:
    """Those of the library in a folder. Safe to use from many threads, and from many processes."""

    def __init__(self, library: Path, most: int = MOST) -> None:
        self._folder = library / cache.FOLDER / cache.THUMBNAILS
        self._most = most
        self._counting = threading.Lock()
        self._bytes: int | None = None  # of all files; not known before the first is written

    def get(self, about: bytes) -> bytes | None:
        """The picture that was kept under these words about it; None if there is no sound one."""
        with suppress(OSError):
            if links.is_file(path := self._path(about)):
                kept = path.read_bytes()
                if hmac.compare_digest(kept[:MARK], _mark(path.name, kept[MARK:])):
                    return kept[MARK:]
        return None

    def keep(self, about: bytes, picture: bytes) -> None:
        """Keeps a picture; the oldest go where there are too many bytes. A disk that will not have it is no error."""
        if not key.is_kept():
            return
        path = self._path(about)
        with suppress(OSError):
            self._folder.parent.mkdir(mode=0o700, exist_ok=True)
            self._folder.mkdir(mode=0o700, exist_ok=True)
            if not stat.S_ISDIR(self._folder.lstat().st_mode):
                return
            with unfinished.file(path) as file:
                file.write(_mark(path.name, picture) + picture)
            self._count(MARK + len(picture))

    def drop(self, about: bytes) -> None:
        """Removes one."""
        with suppress(OSError):
            self._path(about).unlink(missing_ok=True)

    def _path(self, about: bytes) -> Path:
        return self._folder / hmac.new(key.key(), b"thumbnail\0" + about, hashlib.sha256).hexdigest()

    def _count(self, more: int) -> None:
        with self._counting:
            self._bytes = self._swept() if self._bytes is None else self._bytes + more
            if self._bytes > self._most:
                self._bytes = self._swept()

    def _swept(self) -> int:
        """How many bytes are left, after the oldest have gone if there were too many."""
        unfinished.sweep(self._folder)
        with os.scandir(self._folder) as entries:
            found = sorted((info.st_mtime_ns, info.st_size, entry.path) for entry in entries if (info := _info(entry)))
        total = sum(size for _, size, _ in found)
        if total > self._most:
            for _, size, path in found:
                if total <= LEFT * self._most:
                    break
                Path(path).unlink(missing_ok=True)
                total -= size
        return total


def _mark(name: str, picture: bytes) -> bytes:
    return hmac.new(key.key(), name.encode() + b"\0" + picture, hashlib.sha256).digest()


def _info(entry: "os.DirEntry[str]") -> os.stat_result | None:
    """None for one that has gone meanwhile."""
    try:
        return entry.stat(follow_symlinks=False)
    except OSError:
        return None
