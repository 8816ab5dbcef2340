"""A face as a small picture, for a notebook: cut out of the file that is on disk now. What cannot be shown at once is
not shown.
"""

import os
import stat
from io import BytesIO

from retrieval.pictures import bounds
from retrieval.tables.records import Box

FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
SIDE = 144  # pixels


def crop(path: str, box: Box) -> bytes | None:
    """A JPEG of at most SIDE pixels a side of `box` (pixels of the upright photograph); None where there is none."""
    from retrieval.errors import UnreadableImage
    from retrieval.pictures.decoding import decode

    left, top, right, bottom = box
    try:
        photograph = decode(_content(path), shrink=max(right - left, bottom - top) / SIDE)
    except (OSError, UnreadableImage):
        return None
    left, top, right, bottom = (round(side / photograph.scale) for side in box)
    face = photograph.image.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
    face.thumbnail((SIDE, SIDE))
    target = BytesIO()
    face.save(target, "JPEG", quality=85)
    return target.getvalue()


def _content(path: str) -> bytes:
    """The bytes of a regular file; it never waits for a pipe."""
    with open(os.open(path, FLAGS), "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode) or about.st_size > bounds.MAX_BYTES:
            raise OSError("no picture")
        return file.read(bounds.MAX_BYTES)
