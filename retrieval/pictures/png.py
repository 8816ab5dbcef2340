"""A PNG -> the chunks of it that make its pixels, and those that say how they are to be seen, if they are sound.

Texts, times, further frames and whatever is broken beside the pixels are left out: none of it decides about pixels. It
decodes nothing.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import chain
from typing import NamedTuple

from retrieval.errors import UnreadableImage

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_CHUNKS = 100_000
MOST_BESIDE = 2**20  # bytes, unpacked, of a chunk beside the pixels
TURNING = (b"XML:com.adobe.xmp", b"Raw profile type exif")  # texts that may say how the pixels lie


class _Chunk(NamedTuple):
    kind: bytes
    body: memoryview
    sound: bool  # its checksum is right; that of pixels is not looked at, they have one of their own


def bare(data: bytes) -> bytes:
    """The same picture without what does not belong to it; as it is where it lacks a header or pixels."""
    before, pixels = dict[bytes, list[bytes | memoryview]](), list[memoryview]()
    for chunk in _chunks(data):
        if chunk.kind == b"IDAT":
            pixels.append(chunk.body)
        elif chunk.kind in (b"IHDR", b"PLTE") or (chunk.sound and _says_how(chunk)):
            before.setdefault(chunk.kind, _written(chunk.kind, [chunk.body], sound=chunk.sound))
    if not pixels or b"IHDR" not in before:
        return data
    return b"".join((SIGNATURE, *chain(*before.values()), *_written(b"IDAT", pixels), *_written(b"IEND", [])))


def _chunks(data: bytes) -> Iterator[_Chunk]:
    """Up to the end; the last may be cut."""
    view, position = memoryview(data), len(SIGNATURE)
    for _ in range(MOST_CHUNKS):
        if position + 8 > len(data):
            return
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 8 + length
        sound = kind == b"IDAT" or view[end : end + 4] == struct.pack(">I", zlib.crc32(view[position + 4 : end]))
        yield _Chunk(kind, view[position + 8 : end], sound)
        if kind == b"IEND":
            return
        position = end + 4
    raise UnreadableImage(f"a PNG of more than {MOST_CHUNKS:,} parts")


def _says_how(chunk: _Chunk) -> bool:
    """Whether a chunk says how the pixels are to be seen, and can be read at a small cost."""
    if len(chunk.body) > MOST_BESIDE or chunk.kind not in (b"tRNS", b"eXIf", b"iCCP", b"zTXt", b"iTXt", b"tEXt"):
        return False
    if chunk.kind in (b"tRNS", b"eXIf"):
        return True
    name, _, rest = bytes(chunk.body).partition(b"\0")
    if chunk.kind == b"iCCP":
        return _unpacks(rest)
    if name not in TURNING:
        return False
    if chunk.kind == b"zTXt":
        return _unpacks(rest)
    return not rest.startswith(b"\1")  # where texts may be packed or not, one that turns a picture is not


def _unpacks(rest: bytes) -> bool:
    """Whether what follows a name and its NUL, a method and then zlib, is whole and not too long."""
    stream = zlib.decompressobj()
    try:
        stream.decompress(rest[1:], MOST_BESIDE)
    except zlib.error:
        return False
    return rest.startswith(b"\0") and stream.eof


def _written(kind: bytes, bodies: Sequence[memoryview], *, sound: bool = True) -> list[bytes | memoryview]:
    """The pieces of a chunk, its checksum as right or as wrong as it was."""
    checksum = reduce(lambda so_far, body: zlib.crc32(body, so_far), bodies, zlib.crc32(kind))
    length = struct.pack(">I", sum(map(len, bodies)))
    return [length, kind, *bodies, struct.pack(">I", checksum ^ (not sound))]
