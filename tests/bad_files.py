"""Files that a folder of photographs should not hold but does, made here so that nothing binary is committed.

Each has a name and what is to become of it: OK, or a piece of the reason.
"""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, PngImagePlugin

OK = ""
UNKNOWN = "not a picture"
CUT = "cut short"
LARGE = "larger than"
BROKEN = "damaged"
ANY = None  # accepted or refused: only not to crash, and not to be lost


class BadFile(NamedTuple):
    name: str
    data: bytes
    verdict: str | None


def picture(seed: int = 0, size: tuple[int, int] = (64, 80)) -> Image.Image:
    """A smooth picture of its own for each seed; never a person."""
    small = np.random.default_rng(seed).integers(0, 256, (5, 4, 3), dtype=np.uint8)
    return Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def bad_files() -> list[BadFile]:
    """The whole corpus, about ninety files."""
    makers: tuple[Callable[[], Iterator[BadFile]], ...] = (_no_pictures, _cut, _broken, _bombs, _modes, _odd)
    return [file for make in makers for file in make()]


def _no_pictures() -> Iterator[BadFile]:
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("a.txt", "text")
    yield BadFile("empty.jpg", b"", "empty file")
    yield BadFile("one_byte.jpg", b"\xff", UNKNOWN)
    yield BadFile("noise.jpg", random.Random(1).randbytes(5000), UNKNOWN)
    yield BadFile("page.jpg", b"<!DOCTYPE html><html><body>404</body></html>", UNKNOWN)
    yield BadFile("text.jpg", b"This is not a picture.\n", UNKNOWN)
    yield BadFile("paper.jpg", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", UNKNOWN)
    yield BadFile("archive.jpg", zipped.getvalue(), UNKNOWN)
    yield BadFile("program.jpg", b"\x7fELF\x02\x01\x01" + bytes(200), UNKNOWN)
    yield BadFile("drawing.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>', UNKNOWN)
    yield BadFile("header.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", UNKNOWN)
    yield BadFile("header.avif", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", ANY)
    yield BadFile("zeros.jpg", bytes(4096), UNKNOWN)


def _cut() -> Iterator[BadFile]:
    whole = picture(2, (178, 218))
    for kind in ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF"):
        data = encoded(whole, kind)
        for percent in (1, 10, 50, 75, 90, 99):
            cut = data[: len(data) * percent // 100]
            verdict = CUT if kind == "JPEG" and percent >= 50 else ANY
            yield BadFile(f"cut_{percent:02}.{kind.lower()}".replace("jpeg", "jpg"), cut, verdict)


def _broken() -> Iterator[BadFile]:
    png = bytearray(encoded(picture(3), "PNG"))
    png[29:33] = b"\0\0\0\0"  # the CRC of IHDR
    yield BadFile("crc_header.png", bytes(png), ANY)
    png = bytearray(encoded(picture(3), "PNG"))
    png[60] ^= 0xFF  # inside the compressed pixels
    yield BadFile("crc_pixels.png", bytes(png), ANY)
    jpeg = bytearray(encoded(picture(4), "JPEG"))
    jpeg[20:40] = bytes(20)
    yield BadFile("tables.jpg", bytes(jpeg), ANY)
    yield BadFile("exif_broken.jpg", encoded(picture(5), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01"), OK)
    yield BadFile("exif_noise.jpg", encoded(picture(5), "JPEG", exif=b"Exif\0\0" + random.Random(5).randbytes(80)), OK)
    yield BadFile("exif_noise.webp", encoded(picture(5), "WEBP", exif=random.Random(5).randbytes(80)), OK)
    yield BadFile("icc_broken.jpg", encoded(picture(6), "JPEG", icc_profile=b"not a profile" * 9), OK)


def _bombs() -> Iterator[BadFile]:
    yield BadFile("bomb_169mp.png", _flat_png(13_000, 13_000), LARGE)
    yield BadFile("bomb_196mp.png", _flat_png(14_000, 14_000), LARGE)
    yield BadFile("bomb_header.png", _flat_png(65_500, 65_500, rows=1), LARGE)
    bmp = bytearray(encoded(picture(7), "BMP"))
    bmp[18:26] = struct.pack("<ii", 65_500, 65_500)
    yield BadFile("bomb.bmp", bytes(bmp), LARGE)
    gif = bytearray(encoded(picture(7), "GIF"))
    gif[6:10] = struct.pack("<HH", 65_500, 65_500)
    yield BadFile("bomb.gif", bytes(gif), LARGE)


def _modes() -> Iterator[BadFile]:
    grey = np.asarray(picture(8).convert("L"))
    yield BadFile("grey16.png", encoded(Image.fromarray(grey.astype(np.uint16) * 257), "PNG"), OK)
    yield BadFile("grey16.tif", encoded(Image.fromarray(grey.astype(np.uint16) * 257), "TIFF"), OK)
    yield BadFile("grey32.tif", encoded(Image.fromarray(grey.astype(np.int32)), "TIFF"), "32 bits")
    yield BadFile("float.tif", encoded(Image.fromarray(grey.astype(np.float32) / 255), "TIFF"), "32 bits")
    yield BadFile("cmyk.jpg", encoded(picture(9).convert("CMYK"), "JPEG"), OK)
    yield BadFile("cmyk.tif", encoded(picture(9).convert("CMYK"), "TIFF"), OK)
    yield BadFile("lab.tif", encoded(Image.new("LAB", (32, 32), (128, 128, 128)), "TIFF"), OK)
    yield BadFile("palette.png", encoded(picture(9).convert("P"), "PNG", transparency=bytes([0, 128, 255])), OK)
    yield BadFile("grey_alpha.png", encoded(picture(9).convert("LA"), "PNG"), OK)
    yield BadFile("one_bit.png", encoded(picture(9).convert("1"), "PNG"), OK)
    yield BadFile("transparent.png", encoded(Image.new("RGBA", (40, 40), (255, 0, 0, 0)), "PNG"), OK)
    yield BadFile("key_colour.png", encoded(picture(9), "PNG", transparency=(1, 2, 3)), OK)


def _odd() -> Iterator[BadFile]:
    frames = [picture(seed) for seed in (20, 21, 22)]
    for kind, suffix in (("GIF", "gif"), ("WEBP", "webp"), ("PNG", "png"), ("TIFF", "tif")):
        yield BadFile(f"moving.{suffix}", encoded(frames[0], kind, save_all=True, append_images=frames[1:]), OK)
    for orientation in (0, 1, 2, 3, 4, 5, 6, 7, 8, 99):
        exif = Image.Exif()
        exif[0x0112] = orientation
        yield BadFile(f"turned_{orientation}.jpg", encoded(picture(23), "JPEG", exif=exif), OK)
    text = PngImagePlugin.PngInfo()
    text.add_text("note", "x" * 2_000_000, zip=True)
    yield BadFile("long_text.png", encoded(picture(24), "PNG", pnginfo=text), ANY)
    yield BadFile("one_pixel.png", encoded(picture(25, (1, 1)), "PNG"), ANY)
    yield BadFile("thread.png", encoded(picture(25, (1, 60_000)), "PNG"), ANY)
    yield BadFile("progressive.jpg", encoded(picture(26), "JPEG", progressive=True), OK)
    yield BadFile("with_archive.jpg", encoded(picture(27), "JPEG") + b"PK\x03\x04" + bytes(100), OK)
    yield BadFile("a_png_named.jpg", encoded(picture(28), "PNG"), OK)
    yield BadFile("photo.heic", encoded(picture(29), "HEIF"), OK)
    yield BadFile("photo.avif", encoded(picture(30), "AVIF"), OK)


def _flat_png(width: int, height: int, rows: int | None = None) -> bytes:
    """A one-bit grey PNG written by hand, since making its pixels would be the very thing to avoid."""
    row = bytes(1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    pixels = b"".join(packer.compress(row) for _ in range(rows or height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
