"""Small colour profiles, written by hand: a matrix and a gamma, or a table."""

import struct
from itertools import product

SPACES = {  # the colours of red, green and blue for an eye at D50, and the gamma
    "Adobe RGB": (((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)), 2.2),
    "Display P3": (((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407)), 2.2),
    "ProPhoto": (((0.79767, 0.28804, 0.0), (0.13519, 0.71187, 0.0), (0.03135, 0.00009, 0.82491)), 1.8),
}
WHITE = (0.9642, 1.0, 0.8249)


def rgb(space: str) -> bytes:
    colours, gamma = SPACES[space]
    curves = {name: _curve(gamma) for name in (b"rTRC", b"gTRC", b"bTRC")}
    return _profile(b"RGB ", dict(zip((b"rXYZ", b"gXYZ", b"bXYZ"), map(_xyz, colours), strict=True)) | curves)


def grey(gamma: float) -> bytes:
    return _profile(b"GRAY", {b"kTRC": _curve(gamma)})


def inks() -> bytes:
    """Of a printer whose inks are all grey: any of them in full is black."""
    straight = bytes(range(256))
    corners = b"".join(bytes([0 if any(corner) else 255, 128, 128]) for corner in product((0, 1), repeat=4))
    matrix = b"".join(map(_fixed, (1, 0, 0, 0, 1, 0, 0, 0, 1)))
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + matrix + straight * 4 + corners + straight * 3
    return _profile(b"CMYK", {b"A2B0": table + bytes(-len(table) % 4)}, "prtr", "Lab ")


def _profile(space: bytes, tags: dict[bytes, bytes], device: str = "mntr", through: str = "XYZ ") -> bytes:
    named = b"made"
    text = b"desc\0\0\0\0" + struct.pack(">I", len(named) + 1) + named + bytes(1 + 12 + 67 + 3)
    tags = {b"desc": text + bytes(-len(text) % 4), b"cprt": b"text\0\0\0\0none", b"wtpt": _xyz(WHITE), **tags}
    start, table, body = 128 + 4 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, value in tags.items():
        table += name + struct.pack(">II", start + len(body), len(value))
        body += value
    kinds = (device.encode(), space, through.encode())
    head = struct.pack(">I4xI4s4s4s6H4s28x", start + len(body), 0x02400000, *kinds, *DATE, b"acsp")
    return (head + b"".join(map(_fixed, WHITE))).ljust(128, b"\0") + table + body


DATE = (2024, 1, 1, 0, 0, 0)


def _xyz(value: tuple[float, ...]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(map(_fixed, value))


def _curve(gamma: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IHxx", 1, round(gamma * 256))


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))
