"""A whole photograph as a JPEG that any browser shows: upright, in sRGB, decoded as everywhere else, so that the boxes
of its faces fit. It never hands a file's own bytes to what would draw them.

Reads the file that is on disk now, never writes, and knows neither the library nor Streamlit.
"""

import os
from io import BytesIO

from PIL import Image

from indexer.read import decode, read_bytes

STEPS = (800, 1600, 2560)  # pixels of the longer side: a telephone, a screen, a dense screen
QUALITY, FULL_QUALITY = 85, 92

Stamp = tuple[int, int]


def whole(path: str, longest: int | None) -> bytes:
    """The photograph, its longer side at most `longest` pixels; None is as large as it is. Raises UnreadableImage."""
    if longest is None:
        return _jpeg(decode(read_bytes(path).data).image, quality=FULL_QUALITY, subsampling=0)
    image = decode(read_bytes(path).data, detail=longest).image
    scale = longest / max(image.size)
    if scale < 1:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return _jpeg(image, quality=QUALITY)


def stamp(path: str) -> Stamp | None:
    """Size in bytes and date in ns: differs when the file does; None where there is no file."""
    try:
        info = os.stat(path)  # noqa: PTH116  # not every path is text
    except (OSError, ValueError):
        return None
    return info.st_size, info.st_mtime_ns


def _jpeg(image: Image.Image, **how: int) -> bytes:
    target = BytesIO()
    image.save(target, "JPEG", **how)
    return target.getvalue()
