"""Where the photographs of the matching faces were taken: by cells of a grid, so that near ones are one place on a map,
whose zoom decides the grid. It knows no table and no map.
"""

import math
from typing import NamedTuple

import numpy as np

from retrieval.columns.bits import Ids
from retrieval.columns.sayings import Floats64, Sayings, metres
from retrieval.language.nodes import Near

CELL = 90.0  # degrees from west to east of a cell at zoom 0; from south to north half of that
ZOOMS = range(21)  # at the last, a cell has a side of some 10 metres
CELLS = 1 << 16  # of the part that is looked at: numbers of 16 bits are sorted fastest
MOST = 1000  # places, those with the most faces
LEAST = 50.0  # metres: what a place is asked for with, and no less
ROUNDED = 2.0  # metres by which five digits of a degree may be off, both ways, and a little more


class View(NamedTuple):
    """A part of the world, in degrees, at a zoom: each is twice as near as the one before it."""

    south: float = -90.0
    west: float = -180.0
    north: float = 90.0
    east: float = 180.0
    zoom: int = 0


class Spot(NamedTuple):
    """So many `faces` within so many `metres` of a point, in degrees to the north and to the east; perhaps others, of
    another place, too.
    """

    faces: int
    latitude: float
    longitude: float
    metres: float

    @property
    def condition(self) -> str:
        """A query that finds all of them."""
        far = math.ceil(self.metres + ROUNDED)
        here = round(self.latitude, 5), round(self.longitude, 5)
        return str(Near(*here, far / 1000, "km") if far >= 1000 else Near(*here, far, "m"))


class Places(NamedTuple):
    """The places in view, the one with the most faces first; how many faces lie `elsewhere`, and how many nowhere that
    is known.
    """

    places: list[Spot]
    elsewhere: int
    unknown: int


def places(said: Sayings, counts: Ids, view: View) -> Places:
    """Of photographs with so many matching faces each, int64[m]. ValueError for a view that is none, or has too many
    cells.
    """
    grid = _Grid.of(view)
    norths, easts = said.table[2:]
    inside = (norths >= view.south) & (norths <= view.north) & (easts >= view.west) & (easts <= view.east)
    at = np.flatnonzero(inside & (counts > 0))
    found = _places(grid, norths[at], easts[at], counts[at])
    known = int(counts[~np.isnan(norths)].sum())
    here = sum(place.faces for place in found)
    return Places(found, known - here, int(counts.sum()) - known)


class _Grid(NamedTuple):
    """The first cell of a view and how many there are in a row."""

    row: int
    column: int
    width: int
    high: float
    wide: float

    @classmethod
    def of(cls, view: View) -> "_Grid":
        if not (-90 <= view.south <= view.north <= 90 and -180 <= view.west <= view.east <= 180):
            raise ValueError("A part of the world lies between 90 degrees south and north, and 180 west and east.")
        if view.zoom not in ZOOMS:
            raise ValueError(f"A zoom is from 0 to {ZOOMS[-1]}, not {view.zoom}.")
        wide = CELL / 2**view.zoom
        high = wide / 2
        row, column = math.floor(view.south / high), math.floor(view.west / wide)
        rows, width = math.floor(view.north / high) - row + 1, math.floor(view.east / wide) - column + 1
        if rows * width > CELLS:
            raise ValueError(f"At zoom {view.zoom} that part of the world has too many places; look at less of it.")
        return cls(row, column, width, high, wide)

    def cells(self, norths: Floats64, easts: Floats64) -> Ids:
        rows = np.floor(norths / self.high).astype(np.int64) - self.row
        return rows * self.width + np.floor(easts / self.wide).astype(np.int64) - self.column


def _places(grid: _Grid, norths: Floats64, easts: Floats64, counts: Ids) -> list[Spot]:
    if not len(counts):
        return []
    cells = grid.cells(norths, easts).astype(np.uint16)
    order = np.argsort(cells, kind="stable")
    begins = np.flatnonzero(np.diff(cells[order].astype(np.int64), prepend=-1))
    faces = np.add.reduceat(counts[order], begins)
    (south, north), (west, east) = (_ends(values[order], begins) for values in (norths, easts))
    latitudes, longitudes = (south + north) / 2, (west + east) / 2
    radii = np.maximum(metres(latitudes, longitudes, south, east), metres(latitudes, longitudes, north, east))
    most = np.argsort(-faces, kind="stable")[:MOST]
    columns = (faces, latitudes, longitudes, np.maximum(radii, LEAST))
    return [Spot(*row) for row in zip(*(column[most].tolist() for column in columns), strict=True)]


def _ends(values: Floats64, begins: Ids) -> tuple[Floats64, Floats64]:
    return np.minimum.reduceat(values, begins), np.maximum.reduceat(values, begins)
