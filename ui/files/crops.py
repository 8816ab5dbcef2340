"""A face cut out of its photograph, and the photograph with the face marked, as small JPEGs.

Reads the file that is on disk now, never writes, and knows neither the library nor Streamlit.
"""

from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageDraw

from indexer.read import Decoded, decode, read_bytes
from retrieval.tables.records import Box

SIDE = 320  # pixels of a crop: about 160 on a page, at twice the density
MARGIN = 0.3  # of the box's longer side, seen around the face
LONGEST = 1200  # pixels of a photograph's longer side
QUALITY = 85
DARK, LIGHT = (20, 24, 28), (255, 214, 92)  # a frame that shows on any picture


class Marked(NamedTuple):
    """A JPEG of a photograph, and its width and height in pixels."""

    jpeg: bytes
    width: int
    height: int


def face(path: str, box: Box, side: int = SIDE) -> bytes:
    """A square JPEG of `side` pixels around `box` (pixels of the upright photograph); raises UnreadableImage."""
    left, top, right, bottom = box
    return cut(decode(read_bytes(path).data, shrink=max(right - left, bottom - top) / side), box, side)


def cut(photograph: Decoded, box: Box, side: int = SIDE) -> bytes:
    """As `face`, out of a photograph that is decoded already."""
    window = _window(box, photograph.width, photograph.height)
    left, top, right, bottom = (side / photograph.scale for side in window)
    part = (left, top, min(right, photograph.image.width), min(bottom, photograph.image.height))
    return _jpeg(photograph.image.resize((side, side), Image.Resampling.LANCZOS, part, reducing_gap=2.0))


def marked(path: str, box: Box) -> Marked:
    """The whole photograph, its longer side LONGEST pixels, `box` framed; raises UnreadableImage."""
    photograph = decode(read_bytes(path).data, detail=LONGEST)
    scale = LONGEST / max(photograph.width, photograph.height)
    size = (max(1, round(photograph.width * scale)), max(1, round(photograph.height * scale)))
    image = photograph.image.resize(size, Image.Resampling.LANCZOS)
    left, top, right, bottom = (round(side * scale) for side in box)
    if left < right and top < bottom:
        pen, width = ImageDraw.Draw(image), max(2, max(image.size) // 300)
        pen.rectangle((left, top, right, bottom), outline=DARK, width=2 * width)
        pen.rectangle((left, top, right, bottom), outline=LIGHT, width=width)
    return Marked(_jpeg(image), *image.size)


def placeholder() -> bytes:
    """What is shown where no face can be: a square JPEG of SIDE pixels with a grey head and shoulders."""
    image = Image.new("RGB", (2 * SIDE, 2 * SIDE), (222, 224, 226))
    pen = ImageDraw.Draw(image)
    pen.ellipse((220, 130, 420, 370), fill=(190, 194, 198))
    pen.ellipse((110, 410, 530, 900), fill=(190, 194, 198))
    return _jpeg(image.resize((SIDE, SIDE), Image.Resampling.LANCZOS))


def _window(box: Box, width: int, height: int) -> Box:
    """The square around a box with a margin, moved and shrunk as far as it must be to lie in the photograph."""
    left, top, right, bottom = box
    longer = max(right - left, bottom - top)
    side = max(1, min(round(longer * (1 + MARGIN)), width, height))
    x = min(max((left + right - side) // 2, 0), width - side)
    y = min(max((top + bottom - side) // 2, 0), height - side)
    return x, y, x + side, y + side


def _jpeg(image: Image.Image) -> bytes:
    target = BytesIO()
    image.save(target, "JPEG", quality=QUALITY)
    return target.getvalue()
