"""A small DNG, written by hand: a sensor's pixels and the preview that a camera would have made of them."""

import struct

SHORT, LONG, BYTE, ASCII, RATIONAL, SIGNED = 3, 4, 1, 2, 5, 10
SIZES = {BYTE: 1, ASCII: 1, SHORT: 2, LONG: 4, RATIONAL: 8, SIGNED: 8}

Tags = dict[int, tuple[int, bytes]]


def shorts(*values: int) -> tuple[int, bytes]:
    return SHORT, struct.pack(f"<{len(values)}H", *values)


def longs(*values: int) -> tuple[int, bytes]:
    return LONG, struct.pack(f"<{len(values)}I", *values)


def dng(preview: bytes, size: tuple[int, int], orientation: int = 1) -> bytes:
    """`size` is the preview's; the sensor has 64 x 48 pixels."""
    width, height = 64, 48
    sensor = struct.pack(f"<{width * height}H", *(k * 13 % 4096 for k in range(width * height)))
    inner = {
        **{254: longs(1), 256: longs(size[0]), 257: longs(size[1]), 258: shorts(8, 8, 8), 259: shorts(7)},
        **{262: shorts(6), 273: longs(0), 277: shorts(3), 278: longs(size[1]), 279: longs(len(preview))},
    }
    first: Tags = {
        **{254: longs(0), 256: longs(width), 257: longs(height), 258: shorts(16), 259: shorts(1), 262: shorts(32803)},
        **{271: (ASCII, b"Made\0"), 272: (ASCII, b"Up\0"), 273: longs(0), 274: shorts(orientation), 277: shorts(1)},
        **{278: longs(height), 279: longs(len(sensor)), 330: longs(0), 33421: shorts(2, 2), 33422: (BYTE, b"\0\1\1\2")},
        **{50706: (BYTE, b"\1\4\0\0"), 50708: (ASCII, b"Made Up\0"), 50717: longs(4095)},
        50721: (SIGNED, struct.pack("<18i", *(1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1))),
    }
    sub_at = 8 + len(directory(first, 8))
    body_at = sub_at + len(directory(inner, sub_at))
    first |= {330: longs(sub_at), 273: longs(body_at)}
    inner |= {273: longs(body_at + len(sensor))}
    return b"II*\0\x08\0\0\0" + directory(first, 8) + directory(inner, sub_at) + sensor + preview


def directory(tags: Tags, position: int) -> bytes:
    far = position + 2 + 12 * len(tags) + 4
    entries, beyond = struct.pack("<H", len(tags)), b""
    for tag, (kind, value) in sorted(tags.items()):
        where = value.ljust(4, b"\0") if len(value) <= 4 else struct.pack("<I", far + len(beyond))
        beyond += b"" if len(value) <= 4 else value + bytes(len(value) % 2)
        entries += struct.pack("<HHI", tag, kind, len(value) // SIZES[kind]) + where
    return entries + bytes(4) + beyond
