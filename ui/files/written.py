"""Files that people ask for: each is whole or not there, and none is written among photographs or into the library."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from retrieval import unfinished
from retrieval.errors import AlreadyThere, shown
from retrieval.tables.outside import check_not_inside, check_outside


@contextmanager
def written(path: Path, photographs: frozenset[str], library: Path) -> Iterator[BinaryIO]:
    """A file that takes its place at the end of the block, and is gone if anything is raised in it; folders on the way
    are made. As `check`; OSError.
    """
    check(path, photographs, library)
    path.parent.mkdir(parents=True, exist_ok=True)
    with unfinished.file(path) as file:
        yield file


def check(path: Path, photographs: frozenset[str], library: Path) -> None:
    """AmongPhotographs or InsideLibrary where nothing may be written: in the folders of photographs, in the library."""
    check_outside(path, photographs)
    check_not_inside(path, library)


def check_new(path: Path, *, force: bool = False) -> None:
    """AlreadyThere where something is; with `force` only where it is a folder, which nothing replaces."""
    if path.is_dir():
        raise AlreadyThere(f"{shown(str(path))} is a folder. Name a file.")
    if os.path.lexists(path) and not force:
        raise AlreadyThere(
            f"{shown(str(path))} is there already, and nothing is overwritten. Name another place, or say --force."
        )
