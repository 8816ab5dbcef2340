"""One writer at a time. The lock is the kernel's, so it is gone the moment its holder dies, however it dies.

The holder's number is kept in a file of its own and only believed while the lock is held.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from retrieval import links
from retrieval.errors import FacequeryError, LibraryBusy, shown


@contextmanager
def held(folder: Path, *, patience: float = 0.0) -> Iterator[None]:
    """Holds the writer's lock of the library; LibraryBusy with the holder's number after `patience` seconds. As
    `links.check`: who writes to a library, writes to nothing else.
    """
    links.check(folder, writing=True)
    lock = FileLock(folder / "library.lock", timeout=patience, thread_local=False)
    holder = folder / "library.pid"
    try:
        lock.acquire()
    except Timeout:
        raise LibraryBusy(folder, _number(holder)) from None
    except OSError as error:
        raise FacequeryError(f"The library in {shown(str(folder))} cannot be locked for writing: {error}.") from error
    try:
        with suppress(OSError):  # a courtesy to whoever comes second; a full disk shows soon enough
            holder.write_text(str(os.getpid()), encoding="ascii")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _number(holder: Path) -> int | None:
    try:
        return int(holder.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None  # it has the lock, but has not yet said who it is
