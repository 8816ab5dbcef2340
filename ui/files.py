"""Files that people ask for: each is whole or not there, and none is written among photographs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from retrieval.outside import check_outside


@contextmanager
def written(path: Path, photographs: frozenset[str]) -> Iterator[BinaryIO]:
    """A file that takes its place at the end of the block, and is gone if anything is raised in it; folders on the way
    are made. `photographs` are the folders that nothing may be written into: AmongPhotographs. OSError.
    """
    check_outside(path, photographs)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / f".facequery-{os.urandom(6).hex()}"
    try:
        with temporary.open("xb") as file:
            yield file
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
