"""Files that can be made again from the library: published whole, named after the state they belong to, the layout of
what is in them, whose they are and a checksum, and believed only if all fit.

The checksum covers the state's name too, so an older file renamed is as useless as a damaged one; and it takes a key
that lies outside of the library, so a file that somebody else put there is as useless as either. A cache that cannot be
written is no error: the answer is only slower.
"""

import fcntl
import hashlib
import hmac
import os
import re
import stat
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from retrieval import links, unfinished
from retrieval.columns import key

FOLDER = links.CACHE
THUMBNAILS = "thumbnails"  # a folder in it, and the only one: see `retrieval.columns.thumbnails`
TEMPORARY = ".part"
ARRAY = ".npy"
_HEADERS = threading.Lock()  # numpy reads a header by `ast`, which in Python before 3.11.8 two threads may not at once
OUTDATED = ("faiss", "lists.npz", "codes.npy")  # kinds of earlier versions, which nobody else would sweep


def laid_out(state: str, layout: int) -> str:
    """The state, for files whose arrays lie as that version of their layout says: those of another version, older or
    newer, are not found under it.
    """
    return f"{state}-layout{layout}"


def publish(library: Path, state: str, kind: str, write: Callable[[BinaryIO], object]) -> Path | None:
    """Writes a file with `write` and makes it the only one of its kind; None if the disk will not have it, or nobody
    could believe it later.

    Written beside its place, fsynced, renamed, and the folder fsynced: a crash leaves the old file, the new, or none.
    """
    if not key.is_kept():
        return None
    folder = library / FOLDER
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        path = _write(folder, state, kind, write)
        sweep(folder, state, kind, keep=path)
        return path
    return None


def find(library: Path, state: str, kind: str) -> Path | None:
    """The file of that kind for that state that was made here, its checksum verified; what does not fit is deleted."""
    for path in (library / FOLDER).glob(f"{state}-{key.name()}-*.{kind}"):
        with suppress(OSError):
            if links.is_file(path) and path.name == _name(state, digest(state, path), kind):
                return path
            path.unlink(missing_ok=True)
    return None


def array(library: Path, state: str, kind: str) -> NDArray[Any] | None:
    """The array of that kind for that state, memory-mapped; None if there is no sound one."""
    with suppress(OSError):  # whoever writes a newer state may sweep it between finding and opening
        if path := find(library, state, f"{kind}{ARRAY}"):
            return _mapped(path)
    return None


def keep(library: Path, state: str, kind: str, values: NDArray[Any]) -> NDArray[Any]:
    """The same array as the file it was written to, so that it needs no memory of its own; itself if it cannot be."""
    path = publish(library, state, f"{kind}{ARRAY}", lambda file: np.save(file, values, allow_pickle=False))
    with suppress(OSError):  # swept by an indexer that is ahead of us
        return _mapped(path) if path else values
    return values


def arrays(library: Path, state: str, kind: str) -> dict[str, NDArray[Any]] | None:
    """Those of an archive of that kind for that state, by name and in memory; None if there is no sound one."""
    with suppress(OSError):
        if path := find(library, state, kind):
            with _HEADERS, np.load(path, allow_pickle=False) as kept:
                return dict(kept)
    return None


def keep_arrays(library: Path, state: str, kind: str, values: Mapping[str, NDArray[Any]]) -> None:
    """Publishes an archive of them."""
    publish(library, state, kind, lambda file: np.savez(file, allow_pickle=False, **values))


def own(array: NDArray[Any]) -> NDArray[Any]:
    """A copy to write to. Of an array from here only the pages that are written take memory, and its file stays as it
    is; should that have been swept, all of it does.
    """
    if isinstance(file := array.base, np.memmap) and file.filename:
        with suppress(OSError):
            return _mapped(Path(file.filename), "c")
    return array.copy()


def _mapped(path: Path, mode: Literal["r", "c"] = "r") -> NDArray[Any]:
    with _HEADERS:
        mapped: NDArray[Any] = np.load(path, mmap_mode=mode, allow_pickle=False)
    return mapped.view(np.ndarray)


def digest(state: str, path: Path) -> str:
    """HMAC with sha256 (RFC 2104), in hex, over the name of the state and the bytes of the file."""
    with path.open("rb") as file:
        marked = hmac.new(key.key(), state.encode() + b"\0", hashlib.sha256)
        return hashlib.file_digest(file, lambda: marked).hexdigest()


def clear(library: Path) -> list[str]:
    """Deletes every cache. Returns the names of what lies among them and could not go: no other folder is of ours."""
    _remove_folder(library / FOLDER / THUMBNAILS)
    return [path.name for path in sorted((library / FOLDER).glob("*")) if not _removed(path)]


def sweep(folder: Path, state: str, kind: str, keep: Path) -> None:
    """Deletes the other files of that kind, but those of that state that others may believe, who share the library from
    another machine; and what writers that no longer live have left half written. Whatever else lies there stays.
    """
    others = re.compile(f"{re.escape(state)}-(?!{key.name()})[0-9a-f]{{8}}-[0-9a-f]{{64}}\\.{re.escape(kind)}")
    for path in (old for one in (kind, *OUTDATED) for old in folder.glob(f"*.{one}")):
        if path != keep and not others.fullmatch(path.name):
            _removed(path)
    for path in folder.glob(f"*{TEMPORARY}"):
        if not (links.is_file(path) and unfinished.is_live(path)):
            _removed(path)


def _name(state: str, checksum: str, kind: str) -> str:
    return f"{state}-{key.name()}-{checksum}.{kind}"


def _write(folder: Path, state: str, kind: str, write: Callable[[BinaryIO], object]) -> Path:
    temporary = folder / f"{state}-{os.getpid()}-{os.urandom(4).hex()}{TEMPORARY}"
    try:
        with temporary.open("wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # tells a sweeper that we live
            write(file)
            file.flush()
            os.fsync(file.fileno())
            path = folder / _name(state, digest(state, temporary), kind)
            temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync(folder)
    return path


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_folder(folder: Path) -> None:
    """With the files in it; a link to one goes as a file does, and what it leads to stays."""
    with suppress(OSError):
        if stat.S_ISDIR(folder.lstat().st_mode):
            for path in folder.iterdir():
                _removed(path)
            folder.rmdir()


def _removed(path: Path) -> bool:
    """Whether the file is gone now; a folder never is."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return False
    return True
