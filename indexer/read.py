"""A file -> its bytes and their sha256; or one short sentence why not.

The bytes are read once, and the very bytes that were hashed are decoded, by `retrieval.pictures`. It knows nothing of
faces, folders and the library.
"""

import errno
import hashlib
import os
import stat
from dataclasses import dataclass

from indexer.scan import KINDS, cause, changed
from retrieval.errors import UnreadableImage
from retrieval.pictures import bounds
from retrieval.pictures.decoding import Decoded, decode, orientation

__all__ = ["Bytes", "Decoded", "UnreadableImage", "VanishedImage", "decode", "orientation", "read_bytes"]

FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class VanishedImage(UnreadableImage):
    """There is no such file (any more)."""


@dataclass(frozen=True, slots=True)
class Bytes:
    """A file's content; size and mtime are of the moment before it was read, so a later change shows."""

    data: bytes
    sha256: str
    size: int
    mtime_ns: int


def read_bytes(path: str) -> Bytes:
    """The content of a regular file of at most 64 MiB; never waits for a pipe. Raises `UnreadableImage`."""
    try:
        handle = os.open(path, FLAGS)
        try:
            info = os.fstat(handle)
            data = _content(handle, info)
        finally:
            os.close(handle)
    except (FileNotFoundError, NotADirectoryError):
        raise VanishedImage("there is no such file", passing=True) from None
    except OSError as error:
        if error.errno == errno.ENXIO:  # a socket
            raise UnreadableImage("not a file but a socket", passing=True) from None
        raise UnreadableImage(f"cannot be read: {cause(error)}", passing=True) from error
    except ValueError:
        raise VanishedImage("a file's name cannot hold a NUL", passing=True) from None
    except MemoryError:
        raise UnreadableImage("not enough memory to read it", passing=True) from None
    return Bytes(data, hashlib.sha256(data).hexdigest(), info.st_size, changed(info))


def _content(handle: int, info: os.stat_result) -> bytes:
    if not stat.S_ISREG(info.st_mode):
        kind = KINDS.get(stat.S_IFMT(info.st_mode), "something else")
        raise UnreadableImage(f"not a file but {kind}", passing=True)
    data = b""
    if info.st_size <= bounds.MAX_BYTES:
        with open(handle, "rb", closefd=False) as file:
            data = file.read(info.st_size + 1)
            if len(data) > info.st_size:  # it is growing
                data += file.read(bounds.MAX_BYTES + 1 - len(data))
    bounds.check_bytes(max(info.st_size, len(data)))
    return data
