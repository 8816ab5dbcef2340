"""Pictures at many scales on few sheets, so that a network sees small levels together: it takes longer to begin with
each than to look at it. It knows what the network sees of a level at once, and no network.
"""

import math
from collections import defaultdict
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


Size = tuple[int, int]  # width and height
Scales = tuple[float, ...]


class Level(NamedTuple):
    """A picture at a `scale`, so many `columns` and `rows` of pixels, and where on its sheet it begins; `whose` it is
    is the picture's number.
    """

    scale: float
    columns: int
    rows: int
    left: int = 0
    top: int = 0
    whose: int = 0


class Sheet(NamedTuple):
    """Levels side by side. `of` is the level's number for each cell int[cells down, cells across], or -1 where a cell
    lies in none.
    """

    levels: tuple[Level, ...]
    columns: int
    rows: int
    of: NDArray[np.intp]

    def drawn(self, pictures: Sequence[Octaves], around: int) -> NDArray[np.uint8]:
        """The pixels [rows, columns, 3]; each level is drawn out by `around` pixels."""
        canvas = np.full((self.rows, self.columns, 3), GREY, np.uint8)
        for level in self.levels:
            size = level.columns - 2 * around, level.rows - 2 * around
            seen = np.asarray(pictures[level.whose].resized(size))
            if around:
                seen = np.pad(seen, ((around, around), (around, around), (0, 0)), mode="edge")
            canvas[level.top : level.top + level.rows, level.left : level.left + level.columns] = seen
        return canvas

    def corners(self, cells: NDArray[np.intp], around: int) -> NDArray[np.float64]:
        """Of cells (down, across) [N, 2] that lie in levels, what they show of their picture [N, 4], in whole pixels
        counted from 1.
        """
        levels = np.array([(level.left, level.top, level.scale) for level in self.levels])[self.of[*cells.T]]
        first = STRIDE * cells[:, ::-1] - levels[:, :2] - around  # columns before rows
        scale = levels[:, 2:]
        return np.concatenate([np.floor((first + 1) / scale), np.floor((first + CELL) / scale)], axis=1)

    def whose(self, cells: NDArray[np.intp]) -> NDArray[np.intp]:
        """The numbers [N] of the pictures that these cells show."""
        whose: NDArray[np.intp] = np.array([level.whose for level in self.levels], np.intp)[self.of[*cells.T]]
        return whose


def sheets(sizes: Sequence[Size], scales: Sequence[Scales], around: int) -> Iterator[Sheet]:
    """What pictures of those sizes, each at its scales, are drawn on: the small levels of those as wide as one another
    on sheets that they share.
    """
    alike: dict[int, list[Sheet]] = defaultdict(list)
    for whose, each in enumerate(zip(sizes, scales, strict=True)):
        for sheet in own_sheets(*each, around):
            mine = sheet._replace(levels=tuple(level._replace(whose=whose) for level in sheet.levels))
            if _is_large(sheet.levels[0]):
                yield mine
            else:
                alike[sheet.columns].append(mine)
    for several in alike.values():
        yield _beneath(several)


@lru_cache(64)
def own_sheets(size: Size, scales: Scales, around: int) -> tuple[Sheet, ...]:
    """What one picture is drawn on, the largest scale first."""
    levels = [_level(size, scale, around) for scale in scales]
    large = [level for level in levels if _is_large(level)]
    alone = [_sheet([level], level.columns, level.rows) for level in large]
    small = list(_beside(levels[len(large) :]))
    return (*alone, _shared(small)) if small else tuple(alone)


def _beneath(sheets: Sequence[Sheet]) -> Sheet:
    """Sheets that are as wide as one; their levels are seen as on their own."""
    if len(sheets) == 1:
        return sheets[0]
    rows, levels = sum(sheet.rows for sheet in sheets), list[Level]()
    of, top = np.full((cells(rows), sheets[0].of.shape[1]), -1, np.intp), 0
    for sheet in sheets:
        of[top // STRIDE :][: len(sheet.of)] = np.where(sheet.of < 0, -1, sheet.of + len(levels))
        levels += [level._replace(top=level.top + top) for level in sheet.levels]
        top += sheet.rows
    return Sheet(tuple(levels), sheets[0].columns, rows, of)


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


def _is_large(level: Level) -> bool:
    return level.columns * level.rows >= ALONE


def _shared(levels: Sequence[Level]) -> Sheet:
    columns = -(-max(level.left + level.columns for level in levels) // ROUND) * ROUND
    return _sheet(levels, columns, _even(max(level.top + level.rows for level in levels)))


def _sheet(levels: Sequence[Level], columns: int, rows: int) -> Sheet:
    of = np.full((cells(rows), cells(columns)), -1, np.intp)
    for number, (_, wide, high, left, top, _) in enumerate(levels):
        down, across = top // STRIDE, left // STRIDE
        of[down : down + cells(high), across : across + cells(wide)] = number
    return Sheet(tuple(levels), columns, rows, of)


def cells(pixels: int) -> int:
    """How many lie beside one another in so many pixels; the last may lack a pixel."""
    return (pixels - CELL + STRIDE + 1) // STRIDE


def _even(pixels: int) -> int:
    return pixels + pixels % STRIDE
