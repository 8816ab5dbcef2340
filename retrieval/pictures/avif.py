"""How large the pictures inside an AVIF are by their own account, whatever the container says of them; and where the
items of such a container lie.

dav1d makes a frame as large as the stream says, up to 268 megapixels, before anybody compares that with the container.
This reads headers only, by ISO/IEC 14496-12 and section 5.5 of the "AV1 Bitstream & Decoding Process Specification".
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from retrieval.pictures import bounds

BRANDS = (b"avif", b"avis")
MOST_ITEMS = 1000
MOST_UNITS = 20  # before the header of the stream, which comes first or second

STREAM = 1  # the type of the unit that says how large frames are


class _Bits:
    """Numbers of any width out of bytes; beyond the end there are zeros."""

    def __init__(self, data: bytes) -> None:
        self._left = 8 * len(data)
        self._value = int.from_bytes(data)

    def take(self, width: int) -> int:
        self._left -= width
        shifted = self._value >> self._left if self._left >= 0 else self._value << -self._left
        return shifted & ((1 << width) - 1)


def is_avif(data: bytes) -> bool:
    """Whether one of the brands in a file's first box is AVIF's."""
    return data[4:8] == b"ftyp" and any(brand in data[8:256] for brand in BRANDS)


def check(data: bytes) -> None:
    """UnreadableImage where a picture inside is larger than an AVIF may be."""
    for start in _starts(data):
        header = _stream_header(data[start : start + 4096])
        if header is not None:
            bounds.check_size("AVIF", *_frame(_Bits(header)))


def boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(kind, start, end) of what lies in a box."""
    while start + 8 <= end:
        length, kind = struct.unpack_from(">I4s", data, start)
        head = 16 if length == 1 else 8
        if length == 1:
            length = int.from_bytes(data[start + 8 : start + 16])
        stop = end if length == 0 else min(end, start + length)
        if stop < start + head:
            return
        yield kind, start + head, stop
        start = stop


def _starts(data: bytes) -> Iterator[int]:
    """Where each item begins, and each chunk of a track."""
    for kind, start, end in boxes(data, 0, len(data)):
        if kind == b"meta":
            inside = list(boxes(data, start + 4, end))
            here = next((place for name, place, _ in inside if name == b"idat"), 0)
            for name, place, stop in inside:
                if name == b"iloc":
                    yield from (one.start + (here if one.inside else 0) for one in items(data[place:stop]))
        elif kind == b"moov":
            yield from _chunks(data[start:end])


class Item(NamedTuple):
    """Where an item begins, in the file or `inside` the box `idat`, and how long its first piece is (0: to the end)."""

    number: int
    inside: bool
    start: int
    length: int


def items(box: bytes) -> Iterator[Item]:
    """What the table of items (`iloc`) says."""
    if len(box) < 8:
        return
    version, sizes = box[0], _Bits(box[4:6])
    offset, length, base, index = (sizes.take(4) for _ in range(4))
    index = index if version else 0
    position, wide = 6, 4 if version == 2 else 2
    count = int.from_bytes(box[position : position + wide])
    position += wide
    for _ in range(min(count, MOST_ITEMS)):
        number = int.from_bytes(box[position : position + wide])
        position += wide
        inside = version > 0 and int.from_bytes(box[position : position + 2]) & 15 == 1
        position += (2 if version else 0) + 2
        start = int.from_bytes(box[position : position + base])
        extents = int.from_bytes(box[position + base : position + base + 2])
        place = position + base + 2 + index
        size = int.from_bytes(box[place + offset : place + offset + length])
        yield Item(number, inside, start + int.from_bytes(box[place : place + offset]), size)
        position = place + extents * (offset + length) + max(0, extents - 1) * index


def _chunks(box: bytes) -> Iterator[int]:
    """By the tables of a film's tracks."""
    for kind, width in ((b"stco", 4), (b"co64", 8)):
        place = -1
        while (place := box.find(kind, place + 1)) >= 0:
            count = min(MOST_ITEMS, int.from_bytes(box[place + 8 : place + 12]))
            for k in range(count):
                yield int.from_bytes(box[place + 12 + k * width : place + 12 + (k + 1) * width])


def _stream_header(data: bytes) -> bytes | None:
    """The unit in which a stream says how large its frames are."""
    position = 0
    for _ in range(MOST_UNITS):
        if position + 2 > len(data):
            return None
        first = data[position]
        position += 2 if first & 4 else 1
        length = len(data) - position
        if first & 2:
            length, position = _length(data, position)
        if first >> 3 & 15 == STREAM:
            return data[position : position + length]
        position += length
    return None


def _length(data: bytes, position: int) -> tuple[int, int]:
    """A number in groups of seven bits, the lowest first, and the position behind it."""
    length = place = 0
    for place, byte in enumerate(data[position : position + 8]):
        length |= (byte & 127) << 7 * place
        if byte < 128:
            break
    return length, position + place + 1


def _frame(bits: _Bits) -> tuple[int, int]:
    """Width and height of the largest frame."""
    bits.take(4)
    if bits.take(1):  # a still picture, in short
        bits.take(5)
    else:
        _skip_operating_points(bits, *_timing(bits))
    across, down = bits.take(4) + 1, bits.take(4) + 1
    return bits.take(across) + 1, bits.take(down) + 1


def _timing(bits: _Bits) -> tuple[bool, int]:
    """Whether a decoder's model is described, and the width of the numbers that do."""
    if not bits.take(1):
        return False, 0
    bits.take(64)
    if bits.take(1):
        zeros = 0
        while zeros < 32 and not bits.take(1):
            zeros += 1
        bits.take(zeros)
    if not bits.take(1):
        return False, 0
    width = bits.take(5) + 1
    bits.take(42)
    return True, width


def _skip_operating_points(bits: _Bits, described: bool, width: int) -> None:
    delays = bits.take(1)
    for _ in range(bits.take(5) + 1):
        bits.take(12)
        if bits.take(5) > 7:
            bits.take(1)
        if described and bits.take(1):
            bits.take(2 * width + 1)
        if delays and bits.take(1):
            bits.take(4)
