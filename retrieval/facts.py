"""What a photograph can say of itself, and within which bounds: when, where and with what it was taken. It knows no
pictures and no tables.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

EARLIEST, LATEST = -5_364_662_400, 253_402_300_799  # the years 1800 to 9999, in seconds since 1970
DAY = 86_400  # seconds
NAME = 100  # characters that a camera's name may have, or a lens's

SAID = ("taken", "dated", "camera", "lens", "latitude", "longitude")
"""What a photograph says of itself, as it is called wherever faces are written out."""

Dated = Literal["picture", "file"]
"""Whose word a date is: the photograph's own, or, where it says none, that its file was changed then."""


@dataclass(frozen=True, slots=True)
class Facts:
    """`taken` is what a clock on the wall showed where it was taken, in seconds as if that were UTC since 1970, and
    `utc_offset` how many seconds it was ahead of UTC, where that is known: people look for the day that they remember.
    `latitude` and `longitude` are in degrees (WGS 84), both or neither; `orientation` is EXIF's, 1 to 8. ValueError for
    anything else.
    """

    taken: int | None = None
    utc_offset: int | None = None
    camera: str | None = None
    lens: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    orientation: int | None = None

    @property
    def when(self) -> datetime | None:
        """What the clock on the wall showed, with its distance from UTC where that is known."""
        if self.taken is None:
            return None
        shown = datetime.fromtimestamp(self.taken, UTC)
        if self.utc_offset is None:
            return shown.replace(tzinfo=None)
        return shown.replace(tzinfo=timezone(timedelta(seconds=self.utc_offset)))

    def __post_init__(self) -> None:
        if not _within(self.taken, EARLIEST, LATEST) or not _within(self.utc_offset, 1 - DAY, DAY - 1):
            raise ValueError("A photograph was taken between the years 1800 and 9999, less than a day from UTC.")
        if not _within(self.latitude, -90, 90) or not _within(self.longitude, -180, 180):
            raise ValueError("A place has a latitude of at most 90 degrees and a longitude of at most 180.")
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("A place has both a latitude and a longitude.")
        if not _within(self.orientation, 1, 8):
            raise ValueError("An orientation is one of eight.")
        if not all(name is None or _is_name(name) for name in (self.camera, self.lens)):
            raise ValueError(f"The name of a camera or a lens has 1 to {NAME} characters.")


def _within(number: float | None, least: float, most: float) -> bool:
    return number is None or least <= number <= most  # a NaN is not


def _is_name(name: str) -> bool:
    return 1 <= len(name) <= NAME and "\0" not in name


NOTHING = Facts()
