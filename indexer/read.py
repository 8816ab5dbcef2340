"""A file -> its bytes, their sha256, and an upright RGB picture; or one short sentence why not.

The bytes are read once, and the very bytes that were hashed are decoded. Only listed formats are ever tried, and
a picture's size is looked at before its pixels are made. It knows nothing of faces, folders and the library.
"""

import errno
import hashlib
import logging
import os
import re
import stat
import struct
import warnings
from dataclasses import dataclass
from io import BytesIO

import numpy as np
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

from indexer.scan import KINDS, cause, changed
from retrieval.errors import FacequeryError

# Imported by name, or Pillow would load all of its forty plugins at the first picture it does not know.
PLUGINS = (
    *(AvifImagePlugin, BmpImagePlugin, GifImagePlugin, JpegImagePlugin),
    *(MpoImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin),
)
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF", "HEIF")
pillow_heif.register_heif_opener(thumbnails=False)
logging.getLogger("PIL").addHandler(logging.NullHandler())  # or Python would print Pillow's remarks on stderr

FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
MAX_BYTES = 64 * 2**20
MAX_PIXELS = 64_000_000  # 192 MB as RGB; the cameras that make more are few, the bombs many
GREY = (128, 128, 128)  # what shows through transparent pixels
ORIENTATION = 0x0112  # the EXIF tag

QUIET = ("ignore", None, Warning, re.compile(r"PIL\."), 0)  # a rule as `warnings.filters` holds it

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


class UnreadableImage(FacequeryError):
    """A picture that cannot be had; `reason` is one short sentence without a full stop.

    `passing` says that the bytes were not judged (no permission, no memory, a failing disk): trying again later
    may well succeed.
    """

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.passing = passing


class VanishedImage(UnreadableImage):
    """There is no such file (any more)."""


@dataclass(frozen=True, slots=True)
class Bytes:
    """A file's content; size and mtime are of the moment before it was read, so a later change shows."""

    data: bytes
    sha256: str
    size: int
    mtime_ns: int


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


@dataclass(frozen=True, slots=True)
class Picture:
    """One file, read and decoded from the same bytes at full size."""

    sha256: str
    image: Image.Image
    size: int
    mtime_ns: int


def read(path: str) -> Picture:
    """Bytes and pixels of one file; raises `UnreadableImage`."""
    content = read_bytes(path)
    return Picture(content.sha256, decode(content.data).image, content.size, content.mtime_ns)


def read_bytes(path: str) -> Bytes:
    """The content of a regular file of at most 64 MiB; never waits for a pipe. Raises `UnreadableImage`."""
    try:
        handle = os.open(path, FLAGS)
        try:
            info = os.fstat(handle)
            data = _content(handle, info)
        finally:
            os.close(handle)
    except (FileNotFoundError, NotADirectoryError):
        raise VanishedImage("there is no such file", passing=True) from None
    except OSError as error:
        if error.errno == errno.ENXIO:  # a socket
            raise UnreadableImage("not a file but a socket", passing=True) from None
        raise UnreadableImage(f"cannot be read: {cause(error)}", passing=True) from error
    except ValueError:
        raise VanishedImage("a file's name cannot hold a NUL", passing=True) from None
    except MemoryError:
        raise UnreadableImage("not enough memory to read it", passing=True) from None
    return Bytes(data, hashlib.sha256(data).hexdigest(), info.st_size, changed(info))


def decode(data: bytes, *, detail: int | None = None) -> Decoded:
    """Pixels of the first frame: upright, RGB, 8 bits, transparent parts over mid grey.

    With `detail`, a JPEG may come smaller, by a power of two, its longest side still at least `detail` pixels:
    several times faster, and it takes a fraction of the memory. Raises `UnreadableImage`.
    """
    _silence_pillow()
    if not data:
        raise UnreadableImage("empty file")
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            return _decode(image, detail)
    except UnreadableImage:
        raise
    except UnidentifiedImageError:
        raise UnreadableImage("not a picture (no known format)") from None
    except BOMB:
        raise UnreadableImage(_too_large()) from None
    except MemoryError:
        raise UnreadableImage("not enough memory to decode it", passing=True) from None
    except DAMAGE as error:
        raise UnreadableImage(_damage(error)) from error


def orientation(data: bytes) -> int:
    """How the stored pixels lie, as EXIF numbers it (1 to 8, 1 is upright): what `decode` turned them by.

    Raises `UnreadableImage`.
    """
    _silence_pillow()
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            found = _orientation(image)
    except (*BOMB, *DAMAGE) as error:
        raise UnreadableImage(_damage(error)) from error
    return found if found in UPRIGHT else 1


def _content(handle: int, info: os.stat_result) -> bytes:
    if not stat.S_ISREG(info.st_mode):
        kind = KINDS.get(stat.S_IFMT(info.st_mode), "something else")
        raise UnreadableImage(f"not a file but {kind}", passing=True)
    data = b""
    if info.st_size <= MAX_BYTES:
        with open(handle, "rb", closefd=False) as file:
            data = file.read(info.st_size + 1)
            if len(data) > info.st_size:  # it is growing
                data += file.read(MAX_BYTES + 1 - len(data))
    if max(info.st_size, len(data)) > MAX_BYTES:
        raise UnreadableImage(f"larger than {MAX_BYTES // 2**20} MiB", passing=True)
    return data


def _decode(image: Image.Image, detail: int | None) -> Decoded:
    if image.width * image.height > MAX_PIXELS:
        raise UnreadableImage(_too_large())
    size = _shrink(image, detail) or _load(image)
    turn = UPRIGHT.get(_orientation(image))
    upright = _rgb(image)
    if turn is not None:
        upright = upright.transpose(turn)
    return Decoded(upright, *(size[::-1] if turn in QUARTER_TURNS else size))


def _shrink(image: Image.Image, detail: int | None) -> tuple[int, int] | None:
    """Loads a JPEG at a half, a quarter or an eighth, where that is enough, and returns its full size."""
    if detail is None or not isinstance(image, JpegImagePlugin.JpegImageFile):
        return None
    size, longest = image.size, max(image.size)
    width, height = (max(1, side * detail // longest) for side in size)
    image.draft(None, (width, height))
    image.load()
    return size


def _load(image: Image.Image) -> tuple[int, int]:
    image.load()
    return image.size  # only now: HEIF and TIFF may turn while they load


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except DAMAGE:  # broken EXIF takes nothing from the pixels
        return 1


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode in ("I", "F"):
        raise UnreadableImage("32 bits a pixel, with no known range of brightness")
    if image.mode.startswith("I;16"):  # Pillow's own conversion clips at 255
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    rgba = image.convert("RGBA")
    canvas = Image.new("RGB", image.size, GREY)
    canvas.paste(rgba, mask=rgba)
    return canvas


def _too_large() -> str:
    return f"larger than {MAX_PIXELS // 1_000_000} megapixels"


def _damage(error: BaseException) -> str:
    said = cause(error)
    if "truncated" in said.lower() or isinstance(error, EOFError):
        return "the file is cut short"
    return f"damaged picture ({said[:120]})"


def _silence_pillow() -> None:
    """Keeps Pillow's remarks about odd metadata off everybody's terminal, whatever the filters are now.

    `warnings.catch_warnings` swaps the filters of all threads; adding one filter for one package, once, does not.
    """
    if warnings.filters[:1] != [QUIET]:
        warnings.filterwarnings("ignore", module=QUIET[3].pattern)
