import numpy as np
import pytest

from indexer.octaves import Octaves
from indexer.sheets import ALONE, CELL, STRIDE, Level, Sheet, cells, own_sheets, sheets
from tests.bad_files import picture

SCALES = (0.5, 0.3545, 0.2513, 0.1782, 0.1263, 0.0896, 0.0635)
SIZES = [(224, 224), (300, 900), (1011, 250), (700, 702)]


@pytest.mark.parametrize("around", [0, 6])
@pytest.mark.parametrize("size", SIZES)
def test_every_level_has_its_place_on_a_sheet_and_large_ones_have_it_for_themselves(
    size: tuple[int, int], around: int
) -> None:
    made = own_sheets(size, SCALES, around)
    assert [level.scale for sheet in made for level in sheet.levels] == list(SCALES)
    for sheet in made:
        taken = np.zeros((sheet.rows, sheet.columns), int)
        for level in sheet.levels:
            assert (level.left % STRIDE, level.top % STRIDE) == (0, 0), "where cells begin"
            part = taken[level.top : level.top + level.rows, level.left : level.left + level.columns]
            assert part.shape == (level.rows, level.columns)
            part += 1
        assert taken.max() == 1
        assert len(sheet.levels) == 1 or all(level.columns * level.rows < ALONE for level in sheet.levels)


@pytest.mark.parametrize("size", SIZES)
def test_a_cell_is_one_level_s_or_nobody_s(size: tuple[int, int]) -> None:
    for sheet in own_sheets(size, SCALES, 0):
        assert sheet.of.shape == (cells(sheet.rows), cells(sheet.columns))
        for number, level in enumerate(sheet.levels):
            assert (sheet.of == number).sum() == cells(level.rows) * cells(level.columns)
            down, across = np.argwhere(sheet.of == number).max(axis=0) * STRIDE
            assert level.top + level.rows - CELL <= down <= level.top + level.rows - CELL + 1
            assert level.left + level.columns - CELL <= across <= level.left + level.columns - CELL + 1


def test_what_a_cell_shows_is_told_in_pixels_of_the_picture() -> None:
    sheet = Sheet((Level(0.5, 40, 30), Level(0.25, 20, 15, 40, 2)), 60, 30, np.full((10, 25), 0, np.intp))
    sheet.of[1:, 20:] = 1
    shown = sheet.corners(np.array([[0, 0], [2, 3], [1, 20], [4, 22]]), 0)
    assert shown.tolist() == [[2, 2, 24, 24], [14, 10, 36, 32], [4, 4, 48, 48], [20, 28, 64, 72]]
    assert (sheet.corners(np.array([[0, 0]]), 6) == [[-10, -10, 12, 12]]).all(), "what was drawn out lies outside"


@pytest.mark.parametrize("around", [0, 6])
def test_a_level_is_drawn_where_it_has_its_place_and_drawn_out_by_its_edge(around: int) -> None:
    octaves = Octaves(picture(1, (224, 180)))
    (sheet,) = own_sheets((224, 180), SCALES, around)
    drawn = sheet.drawn([octaves], around)
    for level in sheet.levels:
        here = drawn[level.top : level.top + level.rows, level.left : level.left + level.columns]
        inside = here[around : level.rows - around, around : level.columns - around]
        assert (inside == np.asarray(octaves.resized(inside.shape[1::-1]))).all()
        assert (here[0] == here[around]).all() and (here[:, -1] == here[:, -1 - around]).all()


@pytest.mark.parametrize("around", [0, 6])
def test_pictures_on_a_sheet_together_are_drawn_as_alone_and_every_cell_knows_whose_it_is(around: int) -> None:
    sizes = [(224, 224), (300, 900), (224, 181), (90, 90), (224, 224)]
    pictures = [Octaves(picture(seed, size)) for seed, size in enumerate(sizes)]
    made = list(sheets(sizes, [SCALES] * len(sizes), around))
    assert len(made) < sum(len(own_sheets(size, SCALES, around)) for size in sizes)
    alone = {number: sheet for number, size in enumerate(sizes) for sheet in own_sheets(size, SCALES, around)}
    told = set()
    for sheet in made:
        drawn, inside = sheet.drawn(pictures, around), np.argwhere(sheet.of >= 0)
        for whose in np.unique(sheet.whose(inside)):
            mine = inside[sheet.whose(inside) == whose]
            own = next(
                own for own in own_sheets(sizes[whose], SCALES, around) if len(own.levels) == _levels(sheet, whose)
            )
            top = min(level.top for level in sheet.levels if level.whose == whose)
            assert (drawn[top : top + own.rows] == own.drawn([pictures[whose]], around)).all()
            moved = mine - np.array([top // STRIDE, 0])
            assert (sheet.corners(mine, around) == own.corners(moved, around)).all()
            told.add(whose)
    assert told == set(alone)


def _levels(sheet: Sheet, whose: int) -> int:
    return sum(level.whose == whose for level in sheet.levels)
