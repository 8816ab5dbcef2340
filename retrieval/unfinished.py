"""What is written under a name of its own until it is whole, and takes its place then: a file or a folder beside the
place. A lock tells that whoever writes it lives; the next one removes what those have left who were killed.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

PREFIX = ".facequery-"
_NAME = re.compile(re.escape(PREFIX) + "[0-9a-f]{12}")
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


@contextmanager
def file(place: Path) -> Iterator[BinaryIO]:
    """A file that takes its place at the end of the block, and is gone if anything is raised in it; OSError."""
    with _beside(place, lambda path: path.touch(exist_ok=False)) as path:
        try:
            with path.open("wb") as opened:
                yield opened
            path.replace(place)
        except BaseException:
            path.unlink(missing_ok=True)
            raise


@contextmanager
def folder(place: Path) -> Iterator[Path]:
    """A new folder, for its owner only, that takes its place at the end of the block, and is gone if anything is raised
    in it; OSError.
    """
    with _beside(place, lambda path: path.mkdir(mode=0o700)) as path:
        try:
            yield path
            path.rename(place)
        except BaseException:
            shutil.rmtree(path, ignore_errors=True)
            raise


def sweep(where: Path) -> None:
    """Removes from a folder what those have left unfinished there who no longer live."""
    with suppress(OSError), os.scandir(where) as entries:
        for path in [Path(entry.path) for entry in entries if _NAME.fullmatch(entry.name)]:
            if is_live(path):
                continue
            with suppress(OSError):
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def is_live(path: Path) -> bool:
    """Whether somebody writes it, or that cannot be told."""
    try:
        handle = os.open(path, _READ)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


@contextmanager
def _beside(place: Path, make: Callable[[Path], object]) -> Iterator[Path]:
    """Something new and locked beside the place; made again, should somebody have swept it before it was locked."""
    handle = None
    while handle is None:
        path = place.with_name(f"{PREFIX}{os.urandom(6).hex()}")
        make(path)
        handle = _locked(path)
    try:
        yield path
    finally:
        os.close(handle)


def _locked(path: Path) -> int | None:
    """What holds the lock until it is closed; None if there is nothing at the path by then."""
    try:
        handle = os.open(path, _READ)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        path.lstat()
    except BaseException as error:
        os.close(handle)
        if isinstance(error, FileNotFoundError):
            return None
        raise
    return handle
