"""A secret of this user on this machine, kept outside of every library: what bears its mark was made here. It knows no
file that is marked.
"""

import hashlib
import os
from contextlib import suppress
from functools import cache
from pathlib import Path

import platformdirs

LENGTH = 32  # bytes
FILE = "cache.key"


@cache
def key() -> bytes:
    """32 random bytes, the same each time; where they cannot be kept, the same as long as the process lives."""
    with suppress(OSError):
        return _kept(_path()) or _made(_path())
    return os.urandom(LENGTH)


def is_kept() -> bool:
    """Whether one lies there for the next process too: else nobody will ever believe what is marked now."""
    with suppress(OSError):
        return bool(key() and _kept(_path()))
    return False


def name() -> str:
    """Eight letters by which keys are told apart, and which say nothing of them."""
    return hashlib.sha256(b"name" + key()).hexdigest()[:8]


def _path() -> Path:
    return platformdirs.user_data_path("facequery", appauthor=False) / FILE


def _kept(path: Path) -> bytes | None:
    found = path.read_bytes() if path.is_file() else b""
    return found if len(found) == LENGTH else None


def _made(path: Path) -> bytes:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f"{FILE}.{os.urandom(6).hex()}")
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(made := os.urandom(LENGTH))
    unfinished.replace(path)
    return _kept(path) or made  # another process may have made one at the same moment
