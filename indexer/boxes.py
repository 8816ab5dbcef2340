"""Boxes in pictures, many at once: which of them are the same thing seen twice. It knows no network."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float64]  # [N, 4]: left, top, right, bottom
Scores = NDArray[np.float64]
Numbers = NDArray[np.intp]

TOGETHER = 256  # boxes that are compared with the others at once
AROUND = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1) if (y, x) != (0, 0)]


def apart(boxes: Boxes, scores: Scores, whose: Numbers, limit: float, *, of_smaller: bool = False) -> Numbers:
    """Which boxes are left, the surest first and of two as sure the later, where none shares more than `limit` with a
    surer one of the same picture that is left: of what both cover, or of the smaller of the two. `whose` they are are
    the pictures' numbers.
    """
    order = np.argsort(scores, kind="stable")[::-1]
    rank = np.empty(len(order), np.intp)
    rank[order] = np.arange(len(order))
    pairs = np.concatenate([np.empty((2, 0), np.intp), *_sharing(boxes, whose, limit, of_smaller)], axis=1)
    return order[_left(np.sort(rank[pairs], axis=0), len(order))]


def peaks(odds: NDArray[np.float32], least: float) -> Numbers:
    """Rows and columns [N, 2] of the cells from `least` on that are left, the surest first, where none lies beside a
    surer one that is left. Squares of six cells a side share more than a half with just those beside them.
    """
    cells = np.argwhere(odds >= least)
    order = np.argsort(-odds[*cells.T], kind="stable")
    cells = cells[order]
    number = np.full((odds.shape[0] + 2, odds.shape[1] + 2), -1, np.intp)
    rows, columns = cells.T + 1
    number[rows, columns] = np.arange(len(cells))
    beside = np.concatenate([number[rows + y, columns + x] for y, x in AROUND])
    pairs = np.stack([np.tile(np.arange(len(cells)), len(AROUND)), beside])
    return cells[_left(pairs[:, pairs[0] < pairs[1]], len(cells))]


def first(whose: Numbers, most: int) -> Numbers:
    """Which are among the first `most` of their picture, in their order."""
    order = np.argsort(whose, kind="stable")
    begin = np.searchsorted(whose, whose, sorter=order)
    place = np.empty(len(order), np.intp)
    place[order] = np.arange(len(order))
    return np.flatnonzero(place - begin < most)


def moved(boxes: Boxes, moves: Boxes, edge: int = 1) -> Boxes:
    """Boxes, each side moved by that share of the box's own, which is an `edge` longer than from corner to corner."""
    sides = boxes[:, 2:] - boxes[:, :2] + edge
    change: Boxes = moves * np.concatenate([sides, sides], axis=1)
    return boxes + change


def square(boxes: Boxes) -> Boxes:
    """Squares around the same centres, as long as the longer side."""
    sides = boxes[:, 2:] - boxes[:, :2]
    longer = sides.max(axis=1, keepdims=True)
    corners = boxes[:, :2] + (sides - longer) / 2
    return np.concatenate([corners, corners + longer], axis=1)


def _left(pairs: Numbers, count: int) -> Numbers:
    """Those of 0 to `count` that are left, where of each pair [2, M] the second goes if the first is left; the first is
    the smaller. In rounds: whoever is second to nobody stays, and takes those that are second to it away.
    """
    gone = np.zeros(count, bool)
    while pairs.size:
        second = np.zeros(count, bool)
        second[pairs[1]] = True
        gone[pairs[1, ~second[pairs[0]]]] = True
        pairs = pairs[:, second[pairs[0]] & ~gone[pairs].any(axis=0)]
    return np.flatnonzero(~gone)


def _sharing(boxes: Boxes, whose: Numbers, limit: float, of_smaller: bool) -> Iterator[Numbers]:
    """Pairs of boxes [2, M] that share more than the limit; found picture by picture from left to right, so that few
    are compared.
    """
    order = np.lexsort((boxes[:, 0], whose))
    left, top, right, bottom = boxes[order].T
    areas = (right - left) * (bottom - top)
    away = whose[order] * (np.ptp(boxes[:, ::2]) + 1 if len(boxes) else 1)  # pictures side by side, only to compare few
    for start in range(0, len(order), TOGETHER):
        some = slice(start, start + TOGETHER)
        others = slice(start, int(np.searchsorted(left + away, (right + away)[some].max())))
        across = np.minimum(right[some, None], right[others]) - np.maximum(left[some, None], left[others])
        down = np.minimum(bottom[some, None], bottom[others]) - np.maximum(top[some, None], top[others])
        shared = across.clip(0) * down.clip(0)
        sums, least = areas[some, None] + areas[others], np.minimum(areas[some, None], areas[others])
        one, other = np.nonzero(shared > limit * (least if of_smaller else sums - shared))
        kept = (one < other) & (away[some][one] == away[others][other])
        yield np.stack([order[some][one[kept]], order[others][other[kept]]])
