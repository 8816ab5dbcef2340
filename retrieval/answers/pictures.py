"""A face as a small picture, for a notebook: cut out of the file that is on disk now. The indexer reads photographs
with more care; here whatever cannot be shown at once is not shown.
"""

import os
import stat
from io import BytesIO

from retrieval.tables.records import Box

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF", "HEIF")  # the indexer's
FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
MAX_BYTES, MAX_PIXELS = 64 * 2**20, 64_000_000
SIDE = 144  # pixels


def crop(path: str, box: Box) -> bytes | None:
    """A JPEG of at most SIDE pixels a side of `box` (pixels of the upright photograph); None where there is none."""
    import pillow_heif
    from PIL import Image, ImageOps

    pillow_heif.register_heif_opener(thumbnails=False)
    try:
        with Image.open(BytesIO(_content(path)), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                return None
            face = ImageOps.exif_transpose(image).crop(box).convert("RGB")
    except Exception:  # noqa: BLE001 - decoders raise anything for bad bytes, and this is only for show
        return None
    face.thumbnail((SIDE, SIDE))
    target = BytesIO()
    face.save(target, "JPEG", quality=85)
    return target.getvalue()


def _content(path: str) -> bytes:
    """The bytes of a regular file; it never waits for a pipe."""
    with open(os.open(path, FLAGS), "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode) or about.st_size > MAX_BYTES:
            raise OSError("no picture")
        return file.read(MAX_BYTES)
