"""Boxes that are the same thing seen twice: many at once, as one after the other would have it."""

import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.boxes import apart, first, moved, peaks, square

sides = st.floats(0, 100, width=32)
boxes = st.lists(st.tuples(sides, sides, st.floats(1, 60, width=32), st.floats(0, 1, width=32)), max_size=30)


def one_by_one(found: np.ndarray, scores: np.ndarray, limit: float, smaller: bool) -> list[int]:
    """The surest first, each that shares no more than the limit with those before."""
    kept: list[int] = []
    for box in np.argsort(scores, kind="stable")[::-1].tolist():
        if all(shared(found[[box]], found[[other]], smaller)[0, 0] <= limit for other in kept):
            kept.append(box)
    return kept


@settings(max_examples=200, deadline=None)
@given(boxes, st.booleans(), st.sampled_from([0.3, 0.5, 0.7]))
def test_boxes_that_are_kept_are_those_that_one_after_the_other_leaves(
    found: list[tuple[float, ...]], smaller: bool, limit: float
) -> None:
    given = np.array(found, float).reshape(-1, 4)
    made, scores = np.column_stack([given[:, :2], given[:, :2] + given[:, 2:3]]), given[:, 3]
    assert apart(made, scores, one(made), limit, of_smaller=smaller).tolist() == one_by_one(
        made, scores, limit, smaller
    )


@settings(max_examples=200, deadline=None)
@given(boxes, st.booleans(), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_boxes_of_a_picture_are_kept_as_if_there_were_no_others(
    found: list[tuple[float, ...]], smaller: bool, pictures: int, seed: int
) -> None:
    given = np.array(found, float).reshape(-1, 4)
    made, scores = np.column_stack([given[:, :2], given[:, :2] + given[:, 2:3]]), given[:, 3]
    whose = np.random.default_rng(seed).integers(0, pictures, len(made))
    kept = apart(made, scores, whose, 0.5, of_smaller=smaller)
    for picture in range(pictures):
        mine = np.flatnonzero(whose == picture)
        alone = apart(made[mine], scores[mine], one(mine), 0.5, of_smaller=smaller)
        assert kept[whose[kept] == picture].tolist() == mine[alone].tolist()


def one(made: np.ndarray) -> np.ndarray:
    """All of them are one picture's."""
    return np.zeros(len(made), np.intp)


def test_the_first_of_every_picture_are_taken() -> None:
    whose = np.array([2, 0, 2, 2, 0, 1, 0, 2])
    assert first(whose, 2).tolist() == [0, 1, 2, 4, 5]
    assert first(whose, 9).tolist() == list(range(8)) and first(whose[:0], 2).tolist() == []


def shared(one: np.ndarray, other: np.ndarray, smaller: bool = False) -> np.ndarray:
    """Of what two boxes cover, or of the smaller of them, what both do."""
    corner = np.maximum(one[:, None, :2], other[:, :2]), np.minimum(one[:, None, 2:], other[:, 2:])
    both = (corner[1] - corner[0]).clip(0).prod(axis=2)
    areas = [(each[:, 2:] - each[:, :2]).prod(axis=1) for each in (one, other)]
    least = np.minimum(areas[0][:, None], areas[1])
    return both / (least if smaller else areas[0][:, None] + areas[1] - both)


def test_a_box_inside_another_goes_where_the_smaller_counts() -> None:
    nested, scores = np.array([[0.0, 0, 100, 100], [10, 10, 40, 40]]), np.array([0.9, 0.8])
    assert apart(nested, scores, one(nested), 0.7).tolist() == [0, 1]
    assert apart(nested, scores, one(nested), 0.7, of_smaller=True).tolist() == [0]


def test_a_square_keeps_its_centre_and_a_move_is_a_share_of_the_box() -> None:
    box = np.array([[10.0, 20.0, 30.0, 60.0]])
    assert square(box).tolist() == [[0.0, 20.0, 40.0, 60.0]]
    assert moved(np.array([[1.0, 1.0, 20.0, 40.0]]), np.array([[0.1, 0.0, 0.0, -0.1]])).tolist() == [[3, 1, 20, 36]]


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 12))
def test_peaks_are_those_that_no_surer_neighbour_that_is_left_stands_beside(seed: int, rows: int, columns: int) -> None:
    odds = np.random.default_rng(seed).random((rows, columns)).astype(np.float32)
    left: list[tuple[int, int]] = []
    for cell in np.argsort(-odds, axis=None).tolist():
        row, column = divmod(cell, columns)
        if odds[row, column] >= 0.3 and all(max(abs(row - y), abs(column - x)) > 1 for y, x in left):
            left.append((row, column))
    assert [tuple(cell) for cell in peaks(odds, 0.3).tolist()] == left


def test_a_crowd_of_boxes_is_sorted_out_in_seconds() -> None:
    dice = np.random.default_rng(1)
    corners = dice.random((20_000, 2)) * 4000
    start = time.process_time()
    kept = apart(np.column_stack([corners, corners + 40]), dice.random(20_000), one(corners), 0.3)
    assert 1000 < len(kept) < 20_000 and time.process_time() - start < 20
