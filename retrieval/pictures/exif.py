"""Where a picture keeps its EXIF, by format: the directories of it, found by small reads at a bounded cost.

EXIF is a TIFF inside of the picture, and of a TIFF and most RAW files a part. No pixel is decoded, and of a large file
only the headers are read; what is broken is not there.
"""

import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

from retrieval.pictures import avif, jpeg, png, raw
from retrieval.pictures.tiff import Directory, directory

Read = Callable[[int, int], bytes]
"""So many bytes of a file from a position on; fewer at its end, and none behind it."""

CAMERA, PLACE = 34665, 34853  # tags of the first directory: where the other two lie
BOXED = b"ftyp"  # how a file of boxes begins
NAME = b"Exif\0\0"
MOST_BYTES = 2**20  # of EXIF and of what lists the parts of a file; only a TIFF or a RAW file is read as a whole
MOST_PARTS = 1000  # of a file, until its EXIF must have come
MOST_TAGS = 1000
RAW_PARTS = (b"CMT1", b"CMT2", b"CMT4")  # of Canon's CR3, a TIFF each
UUID = 16  # bytes before what a box of its own kind holds


class Exif(NamedTuple):
    """Its three directories: of the picture, of how it was taken, and where; empty where they are not. `boxed` in a
    HEIF or an AVIF, which turns its pixels itself, so that it is not said here how they lie.
    """

    main: Directory
    camera: Directory
    place: Directory
    boxed: bool = False


def exif(read: Read, size: int) -> Exif:
    """What is found in a file of `size` bytes."""
    head = read(0, 64)
    if head[4:].startswith(raw.CANON):
        main, camera, place = map(_directory, _canon(read, size))
        return Exif(main, camera, place)
    block = _block(read, size, head)
    main = _directory(block)
    inner = (main.numbers(tag)[:1] for tag in (CAMERA, PLACE))
    camera, place = (_directory(block, *at) if at else _directory(b"") for at in inner)
    return Exif(main, camera, place, boxed=head[4:8] == BOXED)


def _directory(block: bytes, position: int | None = None) -> Directory:
    return directory(block, position, MOST_TAGS)


def _block(read: Read, size: int, head: bytes) -> bytes:
    if head.startswith(jpeg.SIGNATURE):
        return _jpeg(read, 0)
    if head.startswith(png.SIGNATURE):
        return _chunked(read, len(png.SIGNATURE), b"eXIf")
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return _chunked(read, 12, b"EXIF")
    if head.startswith(raw.FUJI):
        return _jpeg(read, int.from_bytes(read(84, 4)))
    if head[4:8] == BOXED:
        return _item(next((box for kind, box in _boxes(read, size) if kind == b"meta"), b""), read)
    return read(0, size) if head.startswith(raw.TIFFS) else b""


def _jpeg(read: Read, position: int) -> bytes:
    """Of a JPEG that begins there."""
    position += len(jpeg.START)
    for _ in range(MOST_PARTS):
        head = read(position, 4 + len(NAME))
        if len(head) < 4 or head[0] != 0xFF or head[1] in (jpeg.SCAN, jpeg.END):
            return b""
        if head[1] == 0xFF:  # a filling byte
            position += 1
            continue
        length = int.from_bytes(head[2:4])
        if head[1] == 0xE1 and head[4:] == NAME:
            return read(position + len(head), max(0, length - 2 - len(NAME)))
        position += 2 + max(2, length)
    return b""


def _chunked(read: Read, position: int, wanted: bytes) -> bytes:
    """The chunk of that kind: of a PNG, where a chunk's length stands before its kind, or of a WebP."""
    is_png = wanted == b"eXIf"
    for _ in range(MOST_PARTS):
        head = read(position, 8)
        if len(head) < 8:
            return b""
        kind = head[4:] if is_png else head[:4]
        length = int.from_bytes(head[:4]) if is_png else int.from_bytes(head[4:], "little")
        if kind == wanted:
            return read(position + 8, min(length, MOST_BYTES)).removeprefix(NAME)
        position += 8 + length + (4 if is_png else length % 2)  # a checksum, or what makes it even
    return b""


def _boxes(read: Read, size: int) -> Iterator[tuple[bytes, bytes]]:
    """(kind, content) of what a file of boxes consists of (ISO/IEC 14496-12), as far as it says something of others."""
    position = 0
    for _ in range(MOST_PARTS):
        head = read(position, 16)
        if len(head) < 8:
            return
        length, kind = struct.unpack_from(">I4s", head)
        start = 16 if length == 1 else 8
        length = int.from_bytes(head[8:16]) if length == 1 else length or size - position
        if length < start:
            return
        if kind in (b"meta", b"moov"):
            yield kind, read(position + start, min(length - start, MOST_BYTES))
        position += length


def _canon(read: Read, size: int) -> list[bytes]:
    film = next((box for kind, box in _boxes(read, size) if kind == b"moov"), b"")
    own = [(start + UUID, end) for kind, start, end in avif.boxes(film, 0, len(film)) if kind == b"uuid"]
    parts = {kind: film[start:end] for place in own for kind, start, end in avif.boxes(film, *place)}
    return [parts.get(kind, b"") for kind in RAW_PARTS]


def _item(meta: bytes, read: Read) -> bytes:
    """Of a HEIF or an AVIF, by what its `meta` lists (ISO/IEC 23008-12, annex A)."""
    inside = {kind: meta[start:end] for kind, start, end in avif.boxes(meta, 4, len(meta))}
    number = _number(inside.get(b"iinf", b""))
    place = next((one for one in avif.items(inside.get(b"iloc", b"")) if one.number == number), None)
    if number is None or place is None:
        return b""
    length = min(place.length or MOST_BYTES, MOST_BYTES)
    item = inside.get(b"idat", b"")[place.start :][:length] if place.inside else read(place.start, length)
    return item[4 + int.from_bytes(item[:4]) :].removeprefix(NAME)


def _number(listed: bytes) -> int | None:
    """Which item is EXIF."""
    wide = listed[:1] != b"\0"
    for kind, start, end in avif.boxes(listed, 8 if wide else 6, len(listed)):
        entry = listed[start:end]
        long = entry[:1] == b"\3"
        if kind == b"infe" and entry[10 if long else 8 :][:4] == b"Exif":
            return int.from_bytes(entry[4 : 8 if long else 6])
    return None
