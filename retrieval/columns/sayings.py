"""What photographs say of themselves, as columns: when, where and with what they were taken. Cameras are few and
photographs many, so a camera is a place among the names of all. No SQL, no words of a query.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from retrieval.columns.bits import Ids, Mask
from retrieval.columns.paths import Octets

RADIUS = 6_371_008.8  # metres: the mean radius of the earth (IUGG), so that distances are off by 0.5 % at most
DEGREE = np.pi / 180 * RADIUS  # metres of a degree of latitude

Floats64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Sayings:
    """Of m photographs, `table` float64[4, m]: what a clock on the wall showed, in seconds since 1970; a place among
    the `names` of cameras; degrees to the north and to the east. NaN for what is not known.
    """

    table: Floats64
    names: tuple[str, ...]

    @classmethod
    def nothing(cls, m: int) -> Self:
        """Of m photographs that say nothing."""
        return cls(np.full((4, m), np.nan), ())

    def joined(self, others: "Sayings", at: Ids) -> "Sayings":
        """These, and before each of the photographs `at`, which rise, one of the others."""
        names = (*self.names, *(name for name in others.names if name not in self.names))
        table = others.table.copy()
        known = ~np.isnan(table[1])
        places = np.array([names.index(name) for name in others.names], np.float64)
        table[1, known] = places[table[1, known].astype(np.int64)]
        return Sayings(np.insert(self.table, at, table, axis=1), names)

    @property
    def taken(self) -> Floats64:
        """float64[m], whole numbers and NaN."""
        row: Floats64 = self.table[0]
        return row

    @property
    def by_camera(self) -> Floats64:
        """float64[m], places among the names, and NaN."""
        row: Floats64 = self.table[1]
        return row

    def between(self, start: int, stop: int) -> Mask:
        """bool[m]: taken from `start` on, and before `stop`."""
        return (self.taken >= start) & (self.taken < stop)

    def by(self, wanted: Callable[[str], bool]) -> Mask:
        """bool[m]: taken by a camera whose name is wanted."""
        found: Mask = np.isin(self.by_camera, [at for at, name in enumerate(self.names) if wanted(name)])
        return found

    def near(self, latitude: float, longitude: float, most: float) -> Mask:
        """bool[m]: taken so many metres from there, or fewer."""
        found, (north, east) = np.zeros(self.table.shape[1], np.bool_), self.table[2:]
        likely = np.flatnonzero(np.abs(north - latitude) <= most / DEGREE + 1e-6)
        found[likely] = metres(latitude, longitude, north[likely], east[likely]) <= most
        return found


def metres(
    latitude: float | Floats64, longitude: float | Floats64, latitudes: Floats64, longitudes: Floats64
) -> Floats64:
    """How far it is from one place, or from each, to each of the others, all in degrees, along a great circle.

    By the haversine formula (R. W. Sinnott, Virtues of the haversine, 1984), which is exact for small distances too.
    """
    one, others = np.radians(latitude), np.radians(latitudes)
    across = np.sin((others - one) / 2) ** 2
    along = np.sin(np.radians(longitudes - longitude) / 2) ** 2
    half: Floats64 = np.sqrt(np.clip(across + np.cos(one) * np.cos(others) * along, 0, 1))
    return 2 * RADIUS * np.arcsin(half)


def listed(names: tuple[str, ...]) -> Octets:
    """The names as one array, a NUL behind each."""
    return np.frombuffer(b"".join(name.encode() + b"\0" for name in names), np.uint8)


def names(octets: Octets) -> tuple[str, ...]:
    """The inverse of `listed`."""
    return tuple(octets.tobytes().decode().split("\0")[:-1])
