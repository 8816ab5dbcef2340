"""A JPEG -> the parts of it that make its pixels, and what decoding them will cost.

Comments, previews and notes are left out, and so is whatever lies behind the last scan: none of it decides about
pixels. Of the metadata stay those that say how the pixels are to be seen. It decodes nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from retrieval.errors import UnreadableImage

SIGNATURE = b"\xff\xd8\xff"
START, END, SCAN = b"\xff\xd8", 0xD9, 0xDA
FINISH = b"\xff\xd9"
CUT = "the file is cut short"
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDC, 0xDD})
PIXELS = FRAMES | TABLES | {SCAN}
NOTES = frozenset(range(0xE0, 0xF0)) | {0xFE}
SEEN_BY = {  # metadata that say how the pixels are to be seen: JFIF, EXIF, XMP, the profile (in parts), Adobe
    0xE0: (b"JFIF",),
    0xE1: (b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"),
    0xE2: (b"ICC_PROFILE\0",),
    0xEE: (b"Adobe",),
}
SEVERAL = b"ICC_PROFILE\0"  # the only one of them that may come more than once

MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")  # in a scan FF 00 and FF D0 to D7 belong to the pixels
MOST_PARTS = 10_000
MOST_VISITS = 30_000_000  # of blocks of 8 x 8 by scans, 43 ns each where nothing is said; honest: up to 20 million
MOST_COEFFICIENTS = 300 * 2**20  # bytes that are kept of a picture that comes in several scans

# Zeros stand for what is missing behind a scan that is cut, unless something else follows. Neither FF nor a rhythm.
FILLER = bytes((k * k * 31 + k * 7 + 11) % 255 for k in range(4096))


class Jpeg(NamedTuple):
    """A JPEG that ends as it should. `witness` is the same with other bytes behind its last scan, where the file
    lacked its end: only if both are the same picture, the scan was whole.
    """

    data: bytes
    witness: bytes | None = None


class _Part(NamedTuple):
    """A marker with what belongs to it, after a scan's marker the scan itself: bytes `start` to `end`."""

    marker: int
    start: int
    end: int


@dataclass(slots=True)
class _Cost:
    """What libjpeg will have to do: it passes over the blocks of a component with each scan that names it."""

    blocks: dict[int, int] = field(default_factory=dict)  # by component
    lacking: dict[int, list[int]] = field(default_factory=dict)  # bits of each of its 64 coefficients
    progressive: bool = False
    scans: int = 0
    visits: int = 0

    def frame(self, marker: int, body: memoryview) -> None:
        height, width, count = (int.from_bytes(body[a:b]) for a, b in ((1, 3), (3, 5), (5, 6)))
        sides = {body[k]: divmod(body[k + 1], 16) for k in range(6, min(6 + 3 * count, len(body) - 2), 3)}
        most_x, most_y = (max((side[axis] for side in sides.values()), default=0) or 1 for axis in (0, 1))
        across, down = -(-width // (8 * most_x)), -(-height // (8 * most_y))
        self.blocks = {name: across * x * down * y for name, (x, y) in sides.items()}
        self.lacking = {name: [8] * 64 for name in sides}
        self.progressive = marker in (0xC2, 0xC6, 0xCA, 0xCE)

    def scan(self, body: memoryview) -> None:
        self.scans += 1
        count = body[0] if len(body) else 0
        names, (first, last, bits) = body[1 : 1 + 2 * count : 2], (bytes(body[1 + 2 * count :][:3]) + bytes(3))[:3]
        self.visits += sum(self.blocks.get(name, 0) for name in names)
        for name in self.lacking.keys() & set(names):
            self.lacking[name][first : last + 1] = [bits % 16] * (last + 1 - first)

    def complete(self) -> bool:
        """Whether the scans say all there is to say, if each of them is whole."""
        return not any(chain(*self.lacking.values()))

    def check(self) -> None:
        if self.visits > MOST_VISITS:
            raise UnreadableImage(f"its {self.scans:,} scans take too long to decode")
        kept = 128 * sum(self.blocks.values())  # 64 coefficients of two bytes
        if (self.progressive or self.scans > 1) and kept > MOST_COEFFICIENTS:
            raise UnreadableImage("a progressive picture too large to decode in 400 MB of memory")


def bare(data: bytes) -> Jpeg:
    """The same picture without what does not belong to it.

    UnreadableImage where it has no scan, or would take much longer, or much more memory, than a picture of that size.
    """
    view, kept, cost, ended, names = memoryview(data), [memoryview(START)], _Cost(), False, set[bytes]()
    for part in _parts(data):
        ended = part.marker == END
        body = view[part.start + 4 : part.end]
        if part.marker in FRAMES and not cost.blocks:
            cost.frame(part.marker, body)
        if part.marker == SCAN:
            cost.scan(body)
        if part.marker in PIXELS or (not cost.scans and _is_seen_by(part.marker, bytes(body[:32]), names)):
            kept.append(view[part.start : part.end])
    if not cost.scans:
        raise UnreadableImage("damaged picture (a JPEG without a scan)" if ended else CUT)
    cost.check()
    if ended:
        return Jpeg(b"".join((*kept, FINISH)))
    if not cost.complete():
        raise UnreadableImage(CUT)
    kept[-1] = _without_padding(kept[-1])
    return Jpeg(b"".join((*kept, FINISH)), b"".join((*kept, FILLER, FINISH)))


def _parts(data: bytes) -> Iterator[_Part]:
    """Up to the end marker, or to the first thing after a scan that is no part of a JPEG."""
    position, scanned = len(START), False
    for _ in range(MOST_PARTS):
        found = MARKER.search(data, position)
        if found is None:
            return
        marker, start = found[1][0], found.start()
        if marker == END:
            yield _Part(END, start, start + 2)
            return
        end = start + 2 + int.from_bytes(data[start + 2 : start + 4])
        if not start + 4 <= end <= len(data) or (scanned and marker not in TABLES | NOTES | {SCAN}):
            return
        if marker == SCAN:
            scanned = True
            after = MARKER.search(data, end)
            end = after.start() if after else len(data)
        yield _Part(marker, start, end)
        position = end
    raise UnreadableImage(f"a JPEG of more than {MOST_PARTS:,} parts")


def _is_seen_by(marker: int, body: bytes, names: set[bytes]) -> bool:
    """Whether a piece of metadata is needed; `names` are those that were before it."""
    name = next((name for name in SEEN_BY.get(marker, ()) if body.startswith(name)), None)
    if name is None or (name in names and name != SEVERAL):
        return False
    names.add(name)
    return True


def _without_padding(scan: memoryview) -> memoryview:
    """Without the zeros that a file system leaves at the end of a file; two may belong to the scan."""
    return scan[: len(bytes(scan).rstrip(b"\0")) + 2]
