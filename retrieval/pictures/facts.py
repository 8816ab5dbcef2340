"""A picture's EXIF -> what it says of itself, as far as that can be meant. Cameras, phones and programs write what they
like: a date that there is not, a place without a sign, a name with what is unseen in it are not said.
"""

import calendar
import datetime
import re
import struct
import unicodedata

from retrieval.facts import EARLIEST, LATEST, NAME, Facts
from retrieval.pictures.exif import Exif, Read, exif
from retrieval.pictures.tiff import Directory
from retrieval.spelling import composed

MAKE, MODEL, LIES, CHANGED = 271, 272, 274, 306  # tags of the picture
TAKEN, DIGITIZED, OFFSET, OFFSET_TAKEN, OFFSET_DIGITIZED, LENS = 36867, 36868, 36880, 36881, 36882, 42036
NORTH, LATITUDE, EAST, LONGITUDE = 1, 2, 3, 4
DATES = (("camera", TAKEN, OFFSET_TAKEN), ("camera", DIGITIZED, OFFSET_DIGITIZED), ("main", CHANGED, OFFSET))
TEXTS = (1, 2, 7, 129)  # types: bytes, ASCII, unknown, UTF-8
SIGNS = {b"N": 1, b"E": 1, b"S": -1, b"W": -1}
FARTHEST = 14 * 3600  # seconds from UTC, on Kiribati's Line Islands

_DATE = re.compile(r"(\d{4})[:/. -](\d\d?)[:/. -](\d\d?)(?:[T ]+(\d\d?):(\d\d)(?::(\d\d))?)?(?!\d)", re.ASCII)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)|Z", re.ASCII)
_FIRM = re.compile(  # what a maker's name has beside what people call it
    r"(?:corporation|corp|company|co|ltd|inc|gmbh|ag|kg|electronics|imaging|optical|international|technologies|camera)"
    r"[.,]*",
    re.IGNORECASE,
)


def of(data: bytes) -> Facts:
    """What the picture in these bytes says of itself; nothing of what is no picture. Nothing is raised."""
    return read(lambda at, count: data[at : at + count], len(data))


def read(source: Read, size: int) -> Facts:
    """The same of a file of that size, of which the headers are read alone. What `source` raises is raised."""
    said = exif(source, size)
    taken, utc_offset = _taken(said)
    latitude, longitude = _place(said.place)
    lies = said.main.number(LIES)
    return Facts(
        taken, utc_offset, _camera(said.main), _named(said.camera, LENS), latitude, longitude,
        lies if 1 <= lies <= 8 and not said.boxed else None,
    )  # fmt: skip


def _taken(said: Exif) -> tuple[int | None, int | None]:
    """By the first date that can be meant: when it was taken, made digital, or changed last."""
    for where, date, offset in DATES:
        taken = _seconds(_text(getattr(said, where), date))
        if taken is not None:
            return taken, _offset(_text(said.camera, offset) or _text(said.camera, OFFSET))
    return None, None


def _seconds(text: str) -> int | None:
    found = _DATE.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        moment = datetime.datetime(year, month, day, hour, minute, 59 if second == 60 else second)
    except ValueError:
        return None
    taken = calendar.timegm(moment.timetuple())
    return taken if EARLIEST <= taken <= LATEST else None


def _offset(text: str) -> int | None:
    found = _OFFSET.fullmatch(text)
    if found is None:
        return None
    sign, hours, minutes = found.groups(default="0")
    seconds = int(hours) * 3600 + int(minutes) * 60
    if int(minutes) > 59 or seconds > FARTHEST:
        return None
    return -seconds if sign == "-" else seconds


def _camera(main: Directory) -> str | None:
    """Make and model as people say them: the make is not said twice, nor what kind of firm it is."""
    make, model = _named(main, MAKE) or "", _named(main, MODEL) or ""
    first, *others = make.split() or [""]
    make = " ".join([first, *[word for word in others if not _FIRM.fullmatch(word)]]).rstrip(",")
    begins = re.split(r"[\W_]", model.lower(), maxsplit=1)[0]
    if begins and begins in (word.lower() for word in re.split(r"[\W_]", make)):
        return model
    return f"{make} {model}".strip()[:NAME].rstrip() or None


def _named(found: Directory, tag: int) -> str | None:
    """A name of at most NAME characters; None if it has no letter and no digit."""
    seen = (" " if unicodedata.category(one)[0] in "CZ" else one for one in composed(_text(found, tag)))
    name = " ".join("".join(seen).split())[:NAME].rstrip()
    return name if any(map(str.isalnum, name)) else None


def _text(found: Directory, tag: int) -> str:
    """Up to the first NUL; empty if it is none, or not all there."""
    kind, count, position = found.tags.get(tag, (0, 0, 0))
    count = min(count, 4 * NAME)
    if kind not in TEXTS or position + count > len(found.data):
        return ""
    octets = found.data[position : position + count].partition(b"\0")[0].strip()
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def _place(found: Directory) -> tuple[float | None, float | None]:
    """Degrees to the north and to the east; neither where one is not known. At 0, 0 are receivers that do not know."""
    latitude, longitude = _degrees(found, LATITUDE, NORTH, 90), _degrees(found, LONGITUDE, EAST, 180)
    if latitude is None or longitude is None or latitude == longitude == 0:
        return None, None
    return latitude, longitude


def _degrees(found: Directory, tag: int, sign: int, most: int) -> float | None:
    kind, count, position = found.tags.get(tag, (0, 0, 0))
    _, _, letter = found.tags.get(sign, (0, 0, len(found.data)))
    towards = SIGNS.get(found.data[letter : letter + 1].upper())
    if kind not in (5, 10) or not 1 <= count <= 3 or towards is None:
        return None
    try:
        numbers = struct.unpack_from(f"{found.order}{2 * count}{'I' if kind == 5 else 'i'}", found.data, position)
        parts = [above / below for above, below in zip(numbers[::2], numbers[1::2], strict=True)]
        degrees, minutes, seconds = (*parts, 0.0, 0.0)[:3]
    except (struct.error, OverflowError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    within = degrees >= 0 and 0 <= minutes <= 60 and 0 <= seconds <= 60 and value <= most
    return towards * value if within else None
