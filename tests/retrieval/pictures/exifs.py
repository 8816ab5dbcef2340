"""Pictures that say something of themselves, and EXIF written by hand: what no honest program writes."""

import struct
from typing import Any

import pillow_heif
from PIL import Image

from tests.bad_files import encoded, picture
from tests.retrieval.pictures.hostile import chunk

pillow_heif.register_heif_opener()

Entry = tuple[int, int, bytes]  # type, number of values, and these
MAIN, CAMERA, PLACE = 0, 34665, 34853
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "MPO")


def written(value: str | bytes, kind: int = 2) -> Entry:
    octets = value if isinstance(value, bytes) else value.encode() + b"\0"
    return kind, len(octets), octets


def short(value: int) -> Entry:
    return 3, 1, struct.pack("<H", value)


def rationals(*parts: tuple[int, int]) -> Entry:
    return 5, len(parts), b"".join(struct.pack("<II", *part) for part in parts)


def degrees(*values: int) -> Entry:
    return rationals(*((value, 1) for value in values))


Tags = dict[int, Entry]


def block(main: Tags | None = None, camera: Tags | None = None, place: Tags | None = None) -> bytes:
    """EXIF as a TIFF, little end first, of these three directories."""
    main, parts = dict(main or {}), {CAMERA: camera, PLACE: place}
    start = 8 + 2 + 12 * (len(main) + sum(map(bool, parts.values()))) + 4
    beyond, inner = b"", {}
    for tag, tags in parts.items():
        if tags:
            inner[tag] = (4, 1, struct.pack("<I", start + len(beyond)))
            beyond += _directory(tags, start + len(beyond))
    own = _directory(main | inner, 8, start + len(beyond))
    return b"II*\0\x08\0\0\0" + own[: start - 8] + beyond + own[start - 8 :]


def _directory(tags: Tags, at: int, far: int | None = None) -> bytes:
    """At that place, its larger values from `far` on, or just behind it."""
    far = at + 2 + 12 * len(tags) + 4 if far is None else far
    entries, beyond = struct.pack("<H", len(tags)), b""
    for tag, (kind, count, octets) in sorted(tags.items()):
        inside = octets.ljust(4, b"\0") if len(octets) <= 4 else struct.pack("<I", far + len(beyond))
        beyond += octets if len(octets) > 4 else b""
        entries += struct.pack("<HHI", tag, kind, count) + inside
    return entries + bytes(4) + beyond


def jpeg(*directories: Tags | None) -> bytes:
    """A small JPEG with that EXIF."""
    return encoded(picture(1), "JPEG", exif=b"Exif\0\0" + block(*directories))


def spoken(kind: str) -> bytes:
    """A picture of that format with all that one can say, by Pillow."""
    said = Image.Exif()
    said.update({271: "FUJIFILM", 272: "X100V", 274: 6, 306: "2024:01:01 00:00:00"})
    said.get_ifd(CAMERA).update({36867: "2023:05:06 07:08:09", 36881: "+02:00", 42036: "23mm f/2"})
    said.get_ifd(PLACE).update({1: "N", 2: (48.0, 51.0, 24.0), 3: "W", 4: (2.0, 21.0, 7.2)})
    options: dict[str, Any] = {"exif": said}
    return encoded(picture(1, (160, 120)), kind, **options)


def box(kind: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return struct.pack(">I4s", 8 + len(inside), kind) + inside


def cr3(main: Tags, camera: Tags, place: Tags) -> bytes:
    """As Canon's: each directory is the first of a TIFF of its own."""
    parts = zip((b"CMT1", b"CMT2", b"CMT4"), (main, camera, place), strict=True)
    own = box(b"uuid", bytes(16), *(box(kind, block(tags)) for kind, tags in parts))
    return box(b"ftyp", b"crx ", bytes(8)) + box(b"moov", own) + box(b"mdat", bytes(100))


def raf(inside: bytes) -> bytes:
    """As Fuji's: a JPEG somewhere in it."""
    return b"FUJIFILMCCD-RAW ".ljust(84, b"\0") + struct.pack(">II", 200, len(inside)) + bytes(108) + inside


def png_with(block_of_exif: bytes, *, behind: bool) -> bytes:
    """A PNG with its EXIF before or behind the pixels."""
    data = encoded(picture(1), "PNG")
    at = len(data) - 12 if behind else 33
    return data[:at] + chunk(b"eXIf", block_of_exif) + data[at:]
