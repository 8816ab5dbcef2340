"""How much memory this machine has for a library's columns while they are derived, and how much they need. Opened from
the cache they need none of their own.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, func, select

from retrieval.errors import ColumnsTooLarge
from retrieval.tables import schema

SETTING = "FACEQUERY_COLUMNS"  # in the environment: how many megabytes there are for it
A_FACE = 600  # bytes: 524 were taken for each of a million, whose paths are of 40 characters
MEMORY, GROUP = Path("/proc/meminfo"), Path("/sys/fs/cgroup/memory.max")


@contextmanager
def checked(connection: Connection) -> Iterator[None]:
    """ColumnsTooLarge where the library that the transaction sees has more faces than there is memory for, before the
    block is begun, or where it runs out of memory.
    """
    _check(connection)
    try:
        yield
    except MemoryError as error:
        faces = connection.execute(select(func.count(schema.face.c.id))).scalar_one()
        raise ColumnsTooLarge(_needed(faces), megabytes()) from error


def _check(connection: Connection) -> None:
    face = schema.face.c.id
    there, most = megabytes(), connection.execute(select(func.max(face))).scalar() or 0
    if _needed(most) > there:  # of numbers that are gone, counting knows
        faces = connection.execute(select(func.count(face))).scalar_one()
        if _needed(faces) > there:
            raise ColumnsTooLarge(_needed(faces), there)


def megabytes() -> float:
    """What the setting says; else what the machine, and the group of processes, have left."""
    with suppress(ValueError):
        if (said := float(os.environ.get(SETTING, ""))) >= 0:
            return said
    return min(_of_machine(), _of_group()) / 1e6


def _needed(faces: int) -> float:
    return faces * A_FACE / 1e6


def _of_machine() -> float:
    """Without a MemAvailable, as macOS is, half of all."""
    with suppress(OSError):
        for line in MEMORY.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return float(line.split()[1]) * 1024
    with suppress(ValueError, OSError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2
    return float("inf")


def _of_group() -> float:
    """What a container may take in all; it does not say what is left of it."""
    with suppress(OSError, ValueError):  # ValueError for "max"
        return float(GROUP.read_text())
    return float("inf")
