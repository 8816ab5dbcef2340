"""A picture at many scales on few sheets, so that a network sees small levels together: it takes longer to begin with
each than to look at it. It knows what the network sees of a level at once, and no network.
"""

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.octaves import Octaves

CELL, STRIDE = 12, 2  # pixels: what is seen at once, and from one cell to the next
ALONE = 2**16  # pixels of a level from which on it has a sheet for itself
ROUND = 32  # pixels: sheets of many levels are as wide as a multiple of it, so that those of many pictures are alike
GREY = 127  # between the levels


class Level(NamedTuple):
    """The picture at a `scale`, so many `columns` and `rows` of pixels, and where on its sheet it begins."""

    scale: float
    columns: int
    rows: int
    left: int = 0
    top: int = 0


class Sheet(NamedTuple):
    """Levels side by side. `of` is the level's number for each cell int[cells down, cells across], or -1 where a cell
    lies in none.
    """

    levels: tuple[Level, ...]
    columns: int
    rows: int
    of: NDArray[np.intp]

    def drawn(self, octaves: Octaves, around: int) -> NDArray[np.uint8]:
        """The pixels [rows, columns, 3]; each level is drawn out by `around` pixels."""
        canvas = np.full((self.rows, self.columns, 3), GREY, np.uint8)
        for level in self.levels:
            seen = np.asarray(octaves.resized((level.columns - 2 * around, level.rows - 2 * around)))
            if around:
                seen = np.pad(seen, ((around, around), (around, around), (0, 0)), mode="edge")
            canvas[level.top : level.top + level.rows, level.left : level.left + level.columns] = seen
        return canvas

    def corners(self, cells: NDArray[np.intp], around: int) -> NDArray[np.float64]:
        """Of cells (down, across) [N, 2] that lie in levels, what they show of the picture [N, 4], in whole pixels
        counted from 1.
        """
        levels = np.array([(level.left, level.top, level.scale) for level in self.levels])[self.of[*cells.T]]
        first = STRIDE * cells[:, ::-1] - levels[:, :2] - around  # columns before rows
        scale = levels[:, 2:]
        return np.concatenate([np.floor((first + 1) / scale), np.floor((first + CELL) / scale)], axis=1)


@lru_cache(64)
def sheets(size: tuple[int, int], scales: tuple[float, ...], around: int) -> tuple[Sheet, ...]:
    """What a picture of that size (width, height) is drawn on at those scales, the largest first."""
    levels = [_level(size, scale, around) for scale in scales]
    large = [level for level in levels if level.columns * level.rows >= ALONE]
    alone = [_sheet([level], level.columns) for level in large]
    small = list(_beside(levels[len(large) :]))
    return (*alone, _sheet(small, ROUND)) if small else tuple(alone)


def _level(size: tuple[int, int], scale: float, around: int) -> Level:
    columns, rows = (math.ceil(side * scale) + 2 * around for side in size)
    return Level(scale, columns, rows)


def _beside(levels: Sequence[Level]) -> Iterator[Level]:
    """One below the other, in columns as high as the first; all begin at even pixels, as cells do."""
    left = top = right = 0
    for level in levels:
        if top + level.rows > levels[0].rows:
            left, top = right, 0
        yield level._replace(left=left, top=top)
        right = max(right, left + _even(level.columns))
        top += _even(level.rows)


def _sheet(levels: Sequence[Level], multiple: int) -> Sheet:
    columns = -(-max(level.left + level.columns for level in levels) // multiple) * multiple
    rows = max(level.top + level.rows for level in levels)
    of = np.full((cells(rows), cells(columns)), -1, np.intp)
    for number, (_, wide, high, left, top) in enumerate(levels):
        down, across = top // STRIDE, left // STRIDE
        of[down : down + cells(high), across : across + cells(wide)] = number
    return Sheet(tuple(levels), columns, rows, of)


def cells(pixels: int) -> int:
    """How many lie beside one another in so many pixels; the last may lack a pixel."""
    return (pixels - CELL + STRIDE + 1) // STRIDE


def _even(pixels: int) -> int:
    return pixels + pixels % STRIDE
