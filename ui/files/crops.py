"""A face cut out of its photograph, as a small JPEG.

Reads the file that is on disk now, never writes, and knows neither the library nor Streamlit.
"""

from io import BytesIO

from PIL import Image, ImageDraw

from indexer.read import Decoded, decode, read_bytes
from retrieval.tables.records import Box

SIDE = 320  # pixels of a crop
MARGIN = 0.3  # of the box's longer side, seen around the face
QUALITY, FINE = 85, 95  # of JPEGs that are looked at, and that are taken away


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


def whole(data: bytes, box: Box) -> bytes:
    """As `face`, out of a photograph's bytes, with as many pixels as it has there; raises UnreadableImage."""
    photograph = decode(data)
    left, top, right, bottom = _window(box, photograph.width, photograph.height)
    return _jpeg(photograph.image.crop((left, top, right, bottom)), FINE)


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


def _jpeg(image: Image.Image, quality: int = QUALITY) -> bytes:
    target = BytesIO()
    image.save(target, "JPEG", quality=quality)
    return target.getvalue()
