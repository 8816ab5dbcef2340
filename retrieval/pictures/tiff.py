"""The first directory of a TIFF, before any decoder believes it: whether it is a RAW file's, and what decoding costs.

It reads a few numbers of the header and no pixels.
"""

import struct
from typing import NamedTuple

from retrieval.errors import UnreadableImage

SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")  # the last two with addresses of 64 bits
RAW_SIGNATURES = (b"IIRO", b"IIRS", b"MMOR", b"IIU\0")  # Olympus and Panasonic number their TIFFs otherwise
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 6: 1, 7: 1, 8: 2, 9: 4, 13: 4, 16: 8, 17: 8, 18: 8}  # bytes of the types of numbers
SIZES |= {129: 1}  # a text, since EXIF 3.0
LETTERS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 13: "I", 16: "Q", 17: "q", 18: "Q"}

WIDTH, HEIGHT, BITS, COMPRESSION, LIGHT, LIES, SAMPLES, ROWS = 256, 257, 258, 259, 262, 274, 277, 278
STARTS, LENGTHS, TILE_WIDTH, TILE_HEIGHT, TILE_STARTS, TILE_LENGTHS = 273, 279, 322, 323, 324, 325
INNER, DNG = 330, 50706
PLAIN, OLD_JPEG, JPEG = 1, 6, 7  # of COMPRESSION
SENSOR = (32803, 34892)  # what LIGHT is where the pixels are a sensor's

MOST_PIECES = 70_000  # one strip for each row of the highest picture
MOST_MEMORY = 380_000_000  # bytes of the picture and of a strip or tile, which is unpacked as a whole


class Directory(NamedTuple):
    """Where the values of each tag lie: tag -> (type, number of values, position)."""

    data: bytes
    order: str
    tags: dict[int, tuple[int, int, int]]

    def numbers(self, tag: int) -> tuple[int, ...]:
        """A tag's values as far as the file holds them, no more of them than pieces; none if they are no numbers."""
        kind, count, position = self.tags.get(tag, (0, 0, 0))
        if kind not in LETTERS or position > len(self.data):
            return ()
        count = min(count, MOST_PIECES, (len(self.data) - position) // SIZES[kind])
        return struct.unpack_from(f"{self.order}{count}{LETTERS[kind]}", self.data, position)

    def number(self, tag: int, otherwise: int = 0) -> int:
        return next(iter(self.numbers(tag)), otherwise)


def directory(data: bytes, position: int | None = None, most: int = 2**64) -> Directory:
    """The first one, or the one at that position, as far as its first `most` tags."""
    order = "<" if data[:1] == b"I" else ">"
    wide = data[2:3] == b"+" or data[3:4] == b"+"
    entry = struct.Struct(f"{order}HHQ" if wide else f"{order}HHI")
    step, few = (20, 8) if wide else (12, 4)
    address = struct.Struct(f"{order}Q" if wide else f"{order}I")
    tags: dict[int, tuple[int, int, int]] = {}
    try:
        if position is None:
            (position,) = address.unpack_from(data, 8 if wide else 4)
        (number,) = struct.unpack_from(f"{order}Q" if wide else f"{order}H", data, position)
        start = position + (8 if wide else 2)
        for place in range(start, min(start + step * min(number, most), len(data) - step + 1), step):
            tag, kind, count = entry.unpack_from(data, place)
            inside = place + entry.size
            far = count * SIZES.get(kind, 8) > few
            tags.setdefault(tag, (kind, count, address.unpack_from(data, inside)[0] if far else inside))
    except (struct.error, OverflowError):  # behind the end, or farther than any file reaches
        pass  # it is the decoder that says what is broken
    return Directory(data, order, tags)


def is_raw(data: bytes) -> bool:
    """Whether this is a camera's RAW file in the clothes of a TIFF: CR2, NEF, ARW, DNG, ORF, RW2."""
    if data.startswith(RAW_SIGNATURES) or data[8:10] == b"CR":
        return True
    first = directory(data)
    inner = (directory(data, position) for position in first.numbers(INNER)[:8] if position < len(data))
    return DNG in first.tags or any(part.number(LIGHT) in SENSOR for part in (first, *inner))


def check(data: bytes) -> None:
    """UnreadableImage where decoding would take much longer, or much more memory, than the picture's size says."""
    found = directory(data)
    tiled = TILE_STARTS in found.tags
    _, pieces, _ = found.tags.get(TILE_STARTS if tiled else STARTS, (0, 1, 0))
    if pieces > MOST_PIECES:
        raise UnreadableImage(f"a TIFF of more than {MOST_PIECES:,} pieces")
    packing = found.number(COMPRESSION) if COMPRESSION in found.tags else PLAIN
    if _memory(found, 0 if packing == PLAIN else _piece(found, tiled)) > MOST_MEMORY:
        raise UnreadableImage("a TIFF too large to decode in 400 MB of memory")
    if packing == PLAIN:
        return
    lengths = found.numbers(TILE_LENGTHS if tiled else LENGTHS)
    if sum(lengths) > 2 * len(data):
        raise UnreadableImage("a TIFF whose pieces share their bytes")
    starts = found.numbers(TILE_STARTS if tiled else STARTS)
    if packing == OLD_JPEG:  # which may lie elsewhere
        starts, lengths = (0,), (len(data),)
    if packing in (OLD_JPEG, JPEG) and _scans(data, starts, lengths) > 20 + 4 * pieces:
        raise UnreadableImage("a TIFF whose pieces take too many scans to decode")


def _scans(data: bytes, starts: tuple[int, ...], lengths: tuple[int, ...]) -> int:
    """Of all pieces, each of them a JPEG; four are honest, and twenty of a single one."""
    pieces = zip(starts, lengths, strict=False)
    return sum(data.count(b"\xff\xda", start, start + length) for start, length in pieces)


def _memory(found: Directory, piece: int) -> int:
    """Bytes at most: the picture with a piece of it, or with itself where Pillow turns it."""
    picture = 4 * found.number(WIDTH) * found.number(HEIGHT)
    return picture + max(piece, picture if found.number(LIES, 1) != 1 else 0)


def _piece(found: Directory, tiled: bool) -> int:
    """Bytes of a strip or tile once it is unpacked."""
    width, height = found.number(WIDTH), found.number(HEIGHT)
    rows = min(found.number(ROWS, height), height)
    across, down = (found.number(TILE_WIDTH), found.number(TILE_HEIGHT)) if tiled else (width, rows)
    bits = max(found.numbers(BITS)[:8], default=1) * max(1, found.number(SAMPLES, 1))
    return across * down * bits // 8
