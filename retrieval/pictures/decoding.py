"""The bytes of a picture -> upright RGB pixels in sRGB; or one short sentence why not.

Every way in which facequery looks at a picture comes through here. Only listed formats are ever tried, a picture's
cost is looked at before its pixels are made, and what surrounds the pixels never decides about them.
"""

import hashlib
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple

import pillow_heif
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from retrieval.errors import UnreadableImage
from retrieval.pictures import avif, bounds, jpeg, png, raw, tiff
from retrieval.pictures.pixels import rgb
from retrieval.pictures.silence import silence

# Imported by name, or Pillow would load all of its forty plugins at the first picture it does not know.
PLUGINS = (
    *(AvifImagePlugin, BmpImagePlugin, GifImagePlugin, JpegImagePlugin),
    *(MpoImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin),
)
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF", "HEIF")
TURNED_INSIDE = ("AVIF", "HEIF")  # whose container turns the pixels; EXIF says nothing there
pillow_heif.register_heif_opener(thumbnails=False)

KEPT = 32_000_000  # pixels of what is handed out; a larger picture comes smaller
SMALLEST = 8  # times smaller, which is as far as libjpeg goes
ORIENTATION = 0x0112  # the EXIF tag

# What decoders raise for bad bytes: the first line is the list of Pillow's own fuzzing harness (fuzz_pillow.py),
# the second what its plugins let through beside that, the RuntimeError being libheif's.
DAMAGE = (
    *(OSError, SyntaxError, ValueError, NotImplementedError, OverflowError),
    *(RuntimeError, EOFError, TypeError, IndexError, KeyError, AttributeError, ZeroDivisionError, struct.error),
)
BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
QUARTER_TURNS = tuple(UPRIGHT[orientation] for orientation in (5, 6, 7, 8))


@dataclass(frozen=True, slots=True)
class Decoded:
    """`image` is RGB and upright; `width` and `height` are the full photograph's, in pixels.

    `image` may be smaller than that, by `scale` pixels of the photograph to one of its own.
    """

    image: Image.Image
    width: int
    height: int

    @property
    def scale(self) -> float:
        return self.width / self.image.width


class _Loaded(NamedTuple):
    """RGB pixels as they are stored, the full size that they may come smaller than, and how they lie (EXIF)."""

    image: Image.Image
    size: tuple[int, int]
    orientation: int


def decode(data: bytes, *, detail: int | None = None, most: float = SMALLEST, shrink: float = 1) -> Decoded:
    """Pixels of the first frame: upright, sRGB, 8 bits, transparent parts over mid grey.

    With `detail`, a JPEG may come smaller, by a power of two and at `most` so many times, its longest side still at
    least `detail` pixels; with `shrink`, up to so many times smaller: several times faster, and it takes a fraction of
    the memory. A picture of more than KEPT pixels always comes smaller. Raises `UnreadableImage`.
    """
    silence()
    if not data:
        raise UnreadableImage("empty file")
    bounds.check_bytes(len(data))
    with _reasons():
        data, turned = raw.preview(data) if raw.is_raw(data) else (data, None)
        given = _bare(data)
        if given.witness is not None and _seen(given.data) != _seen(given.witness):
            raise UnreadableImage(jpeg.CUT)
        loaded = _load(given.data, detail, most, shrink)
        turn = UPRIGHT.get(turned or loaded.orientation)
        upright = loaded.image if turn is None else loaded.image.transpose(turn)
    return Decoded(upright, *(loaded.size[::-1] if turn in QUARTER_TURNS else loaded.size))


def orientation(data: bytes) -> int:
    """How EXIF says that the stored pixels lie (1 to 8, 1 is upright), and so what `decode` turned them by.

    1 where the container itself turns them, as AVIF and HEIF do: whoever opens such a file gets them upright, and what
    EXIF says in it does not count. Raises `UnreadableImage`.
    """
    silence()
    with _reasons():
        if raw.is_raw(data):
            return raw.preview(data).orientation
        with _opened(_bare(data).data) as image:
            found = 1 if image.format in TURNED_INSIDE else _orientation(image)
    return found if found in UPRIGHT else 1


def _bare(data: bytes) -> jpeg.Jpeg:
    """What the decoder is given."""
    if data.startswith(jpeg.SIGNATURE):
        return jpeg.bare(data)
    checks: tuple[tuple[bytes | tuple[bytes, ...], Callable[[bytes], None]], ...] = (
        (tiff.SIGNATURES, tiff.check),
        (bounds.GIF, bounds.check_gif),
        (bounds.BMP, bounds.check_bmp),
    )
    for signatures, check in checks:
        if data.startswith(signatures):
            check(data)
    if avif.is_avif(data):
        avif.check(data)
    return jpeg.Jpeg(png.bare(data) if data.startswith(png.SIGNATURE) else data)


def _seen(data: bytes) -> bytes:
    """A sum of all pixels of a JPEG."""
    return hashlib.sha256(_load(data, None, 1, 1).image.tobytes()).digest()


def _load(data: bytes, detail: int | None, most: float, shrink: float) -> _Loaded:
    with _opened(data) as image:
        bounds.check_size(image.format or "", *image.size, simple=_is_simple(image))
        if image.mode in ("I", "F"):
            raise UnreadableImage("32 bits a pixel, with no known range of brightness")
        size, factor = image.size, _factor(image, detail, most, shrink)
        if isinstance(image, JpegImagePlugin.JpegImageFile):
            image.draft(None, (max(1, size[0] // factor), max(1, size[1] // factor)))
            factor = 1
        image.load()
        size = size if image.format == "JPEG" else image.size  # only now: HEIF and TIFF may turn while they load
        return _Loaded(rgb(image, factor), size, _orientation(image))


def _is_simple(image: Image.Image) -> bool:
    """Whether it is a HEIF as phones write it."""
    return image.mode == "RGB" and (image.info.get("bit_depth"), image.info.get("chroma")) == (8, 420)


def _factor(image: Image.Image, detail: int | None, most: float, shrink: float) -> int:
    """How many times smaller the picture may be, or has to be."""
    allowed = max(shrink, min(most, max(image.size) / detail) if detail else 1) if image.format == "JPEG" else 1
    factor = 1
    while factor < SMALLEST and (2 * factor <= allowed or image.width * image.height > KEPT * factor**2):
        factor *= 2
    return factor


def _opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data), formats=FORMATS)


@contextmanager
def _reasons() -> Iterator[None]:
    """UnreadableImage for whatever goes wrong with a picture."""
    try:
        yield
    except UnreadableImage:
        raise
    except UnidentifiedImageError:
        raise UnreadableImage("not a picture (no known format)") from None
    except BOMB:
        raise UnreadableImage(bounds.too_large()) from None
    except MemoryError:
        raise UnreadableImage("not enough memory to decode it", passing=True) from None
    except DAMAGE as error:
        raise UnreadableImage(_damage(error)) from error


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except DAMAGE:  # broken EXIF takes nothing from the pixels
        return 1


def _damage(error: BaseException) -> str:
    said = " ".join(str(error).split()) or type(error).__name__
    if "truncated" in said.lower() or isinstance(error, EOFError):
        return jpeg.CUT
    return f"damaged picture ({said[:120]})"
