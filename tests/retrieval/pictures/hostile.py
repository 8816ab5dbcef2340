"""Small files that ask for much: time, memory, or patience. Each was made to hurt one decoder; none is large."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import numpy as np
from PIL import Image

from tests.bad_files import encoded, picture


def flat(width: int, height: int, mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (width, height), 128 if mode == "L" else "gray")


def scans(times: int, size: tuple[int, int] = (4000, 4000)) -> bytes:
    """A progressive JPEG whose last scan comes again and again."""
    data = encoded(flat(*size), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * times + data[-2:]


def plain_scans(times: int) -> bytes:
    """A sequential JPEG whose one scan comes again and again."""
    data = encoded(flat(4000, 4000, "L"), "JPEG")
    only = data.rindex(b"\xff\xda")
    return data[:-2] + data[only:-2] * times + data[-2:]


def notes(count: int) -> bytes:
    data = encoded(picture(1), "JPEG")
    return data[:2] + b"\xff\xfe\0\2" * count + data[2:]


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *before: bytes, bits: int = 8, colour: int = 0) -> bytes:
    """Black."""
    channels = {0: 1, 2: 3, 6: 4}[colour]
    row, packer = bytes(1 + (width * bits * channels + 7) // 8), zlib.compressobj(9)
    pixels = b"".join(packer.compress(row * min(4096, height - top)) for top in range(0, height, 4096))
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    packed = chunk(b"IDAT", pixels + packer.flush())
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(before) + packed + chunk(b"IEND", b"")


def tiff(entries: dict[int, list[int]], body: bytes) -> bytes:
    """A TIFF with these tags, each a list of 32-bit numbers, and then those bytes; ADDRESS is where they begin."""
    longs = sum(4 * len(values) for values in entries.values() if len(values) > 1)
    far = 8 + 2 + 12 * len(entries) + 4
    directory, beyond = struct.pack("<H", len(entries)), b""
    for tag, values in sorted(entries.items()):
        values = [far + longs if value == ADDRESS else value for value in values]
        numbers = struct.pack(f"<{len(values)}I", *values)
        where = numbers if len(values) == 1 else struct.pack("<I", far + len(beyond))
        beyond += numbers if len(values) > 1 else b""
        directory += struct.pack("<HHI", tag, 4, len(values)) + where
    return b"II*\0\x08\0\0\0" + directory + bytes(4) + beyond + body


ADDRESS = 0xFFFFFFFF


def strips(side: int, number: int, body: bytes, compression: int) -> bytes:
    """A grey TIFF of `number` strips that are all the same bytes."""
    rows = side // number
    tags = {256: [side], 257: [side], 258: [8], 259: [compression], 262: [1], 277: [1], 278: [rows]}
    return tiff({**tags, 273: [ADDRESS] * number, 279: [len(body)] * number}, body)


def nothing_and_then(rows: int, width: int, blocks: int) -> bytes:
    """A deflate stream that first says nothing, many times."""
    return b"\x78\x01" + b"\0\0\0\xff\xff" * blocks + zlib.compress(bytes(rows * width))[2:]


def one_tile(side: int) -> bytes:
    """A TIFF of 100 x 100 pixels in one deflated tile that is much larger."""
    tags = {256: [100], 257: [100], 258: [8], 259: [8], 262: [1], 277: [1], 322: [side], 323: [side]}
    body = zlib.compress(bytes(10**6))
    return tiff({**tags, 324: [ADDRESS], 325: [len(body)]}, body)


def many_tiles(number: int) -> bytes:
    tags = {256: [8000], 257: [8000], 258: [8], 259: [1], 262: [1], 277: [1], 322: [1], 323: [1]}
    return tiff({**tags, 324: [ADDRESS] * number, 325: [1] * number}, bytes(64))


def gif(*before: bytes) -> bytes:
    data = encoded(picture(1).convert("P"), "GIF")
    start = 13 + (3 << (data[10] % 8 + 1))
    return data[:start] + b"".join(before) + data[start:]


def runs(megabytes: int) -> bytes:
    """A BMP of 64 megapixels in runs of one pixel."""
    header = struct.pack("<IiiHHIIiiII", 40, 8000, 8000, 1, 8, 1, 0, 0, 0, 256, 0)
    offset = 14 + len(header) + 1024
    return b"BM" + struct.pack("<IHHI", 0, 0, 0, offset) + header + bytes(1024) + b"\1\2" * (megabytes * 2**19)


def webp(width: int, height: int) -> bytes:
    return encoded(flat(width, height), "WEBP", lossless=True, method=0)


def lying(width: int, height: int) -> bytes:
    """An AVIF of that size whose container says that it has 64 x 64 pixels."""
    data = encoded(flat(width, height), "AVIF", speed=10)
    size = data.index(b"ispe") + 8
    return data[:size] + struct.pack(">II", 64, 64) + data[size + 8 :]


def moving(kind: str, frames: int) -> bytes:
    pictures = [Image.fromarray(np.full((8, 8, 3), k % 256, np.uint8)) for k in range(frames)]
    return encoded(pictures[0], kind, save_all=True, append_images=pictures[1:])


def exif_of_shared_values() -> bytes:
    """EXIF whose thousands of tags all point to the same 40 KB."""
    number, far = 2000, 8 + 2 + 2000 * 12 + 4
    entries = b"".join(struct.pack("<HHII", 0x9000 + k, 7, 40_000 - far, far) for k in range(number))
    block = b"II*\0\x08\0\0\0" + struct.pack("<H", number) + entries + bytes(4)
    return encoded(picture(1), "JPEG", exif=b"Exif\0\0" + block.ljust(40_000, b"\0"))


def profile_of_many_steps() -> bytes:
    """A profile of four million bytes that names processing elements."""
    file = BytesIO()
    picture(1).save(file, "PNG", icc_profile=b"mpet" * 250_000)
    return file.getvalue()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "scans": lambda: scans(20_000),
    "many_scans": lambda: scans(9_000),
    "plain_scans": lambda: plain_scans(110),
    "large_progressive": lambda: scans(0, (8000, 8000)),
    "notes": lambda: notes(3_000_000),
    "fill": lambda: b"\xff\xd8\xff" + b"\xff" * 30_000_000 + b"\0" * 10,
    "exif": exif_of_shared_values,
    "column": lambda: png(1, 64_000_000),
    "row": lambda: png(64_000_000, 1),
    "square": lambda: png(8000, 8000, colour=6),
    "square_of_16_bits": lambda: png(8000, 8000, bits=16, colour=2),
    "texts": lambda: png(8, 8, chunk(b"tEXt", b"") * 3_000_000),
    "empty_pixels": lambda: png(8, 8, chunk(b"IDAT", b"") * 3_000_000),
    "text_bomb": lambda: png(8, 8, chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(bytes(50_000_000)))),
    "profile_bomb": lambda: png(8, 8, chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(50_000_000)))),
    "profile": profile_of_many_steps,
    "webp": lambda: webp(16_000, 4000),
    "webp_25": lambda: webp(5000, 5000),
    "moving.webp": lambda: moving("WEBP", 2000),
    "moving.png": lambda: moving("PNG", 2000),
    "lying.avif": lambda: lying(6000, 5500),
    "comments.gif": lambda: gif(b"!\xfe" + b"\1x" * 5_000_000 + b"\0"),
    "extensions.gif": lambda: gif(b"!\xfe\0" * 5_000_000),
    "junk.gif": lambda: gif(bytes(20_000_000)),
    "runs.bmp": lambda: runs(16),
    "shared.tif": lambda: strips(4000, 4000, nothing_and_then(1, 4000, 200_000), 8),
    "tile.tif": lambda: one_tile(30_000),
    "tiles.tif": lambda: many_tiles(4_000_000),
    "one_strip.tif": lambda: strips(8000, 1, zlib.compress(bytes(64_000_000)), 8),
}
