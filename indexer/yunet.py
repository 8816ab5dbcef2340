"""YuNet (Wu et al., "YuNet: A Tiny Millisecond-level Face Detector", Machine Intelligence Research 20, 2023): where
faces lie in a picture. Its weights are a file of the user's own; the landmarks are those of MTCNN's third network.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from classifiers.networks.processor import Model, Processor, ops, read
from indexer.boxes import Boxes, Scores, apart
from indexer.mtcnn import Look, Pictures, Seen, Squares, Third
from indexer.octaves import Octaves

STRIDES = (8, 16, 32)  # pixels from one place that it speaks of to the next
ANSWERS = [f"{kind}_{stride}" for stride in STRIDES for kind in ("cls", "obj", "bbox")]
SIDE = 20  # pixels: how large it sees the smallest face
FEWER = 4  # times smaller is each copy than the one before; it sees faces of up to twenty times SIDE
USUAL = 640  # pixels of the longer side of a copy, from which on it sees the largest faces too
TILE, OVERLAP = 1024, 256  # pixels: a face that is not seen whole in one tile is, in the next or in a smaller copy
LIMIT = 0.6  # of what two boxes share, of the smaller
WORTH = 0.3  # the score from which on a box is looked at


class WrongWeights(Exception):
    """The file does not hold a YuNet that this knows."""


class Yunet:
    """Holds the networks. Safe to call from threads."""

    def __init__(self, weights: str) -> None:
        self._network, self._third = Processor(_graph(weights)), Third()

    @property
    def looks(self) -> tuple[Look]:
        """The only one."""
        return (self._look,)

    def _look(self, pictures: Pictures, smallest: Sequence[float]) -> list[Seen]:
        return [self._seen(octaves, least) for octaves, least in zip(pictures, smallest, strict=True)]

    def _seen(self, octaves: Octaves, smallest: float) -> Seen:
        found = [self._at(octaves, scale) for scale in _scales(max(octaves.size), SIDE / smallest)]
        boxes, scores = (np.concatenate(parts) for parts in zip(*found, strict=True))
        boxes = np.column_stack([boxes[:, :2].clip(0), np.minimum(boxes[:, 2:], octaves.size)])
        shown = (boxes[:, 2:] - boxes[:, :2] >= 2).all(axis=1)
        boxes, scores = boxes[shown], scores[shown]
        only = np.zeros(len(boxes), np.intp)
        kept = apart(boxes, scores, only, LIMIT, of_smaller=True)
        boxes, scores = boxes[kept], scores[kept]
        seen, _ = self._third([octaves], Squares(boxes + 1, only[kept]))  # that one counts pixels from 1
        return Seen(boxes, scores, seen.points)

    def _at(self, octaves: Octaves, scale: float) -> tuple[Boxes, Scores]:
        """Boxes and scores in one copy of the picture, tile by tile."""
        size = max(1, round(octaves.size[0] * scale)), max(1, round(octaves.size[1] * scale))
        level = np.asarray(octaves.resized(size))
        found = [
            self._in(level[top : top + TILE, left : left + TILE], (left, top))
            for top in _starts(size[1])
            for left in _starts(size[0])
        ]
        boxes, scores = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return boxes * np.tile(np.divide(octaves.size, size), 2), scores

    def _in(self, tile: NDArray[np.uint8], corner: tuple[int, int]) -> tuple[Boxes, Scores]:
        height, width = (-(-side // STRIDES[-1]) * STRIDES[-1] for side in tile.shape[:2])
        whole = np.zeros((1, height, width, 3), np.uint8)
        whole[0, : tile.shape[0], : tile.shape[1]] = tile
        answers = [answer[0].astype(float) for answer in self._network(whole)]
        parts = [decoded(answers[3 * k : 3 * k + 3], stride, width) for k, stride in enumerate(STRIDES)]
        boxes, scores = (np.concatenate(each) for each in zip(*parts, strict=True))
        return boxes + np.tile(corner, 2), scores


def decoded(answers: Sequence[NDArray[np.float64]], stride: int, width: int) -> tuple[Boxes, Scores]:
    """Boxes and scores of what is worth looking at, of three answers for every place, row by row: it is a face [N, 1],
    it is a thing [N, 1], and how far away its middle is and how large it is [N, 4], in strides and their logarithms.
    """
    cls, obj, box = answers
    scores = np.sqrt(cls.clip(0, 1) * obj.clip(0, 1))[:, 0]
    worth = np.flatnonzero(scores >= WORTH)
    place = np.column_stack([worth % (width // stride), worth // (width // stride)])
    middle, half = (place + box[worth, :2]) * stride, np.exp(box[worth, 2:]) * stride / 2
    return np.concatenate([middle - half, middle + half], axis=1), scores[worth]


def _scales(longer: int, first: float) -> Iterator[float]:
    yield first
    while longer * first > USUAL:
        first = max(first / FEWER, USUAL / longer)
        yield first


def _starts(side: int) -> list[int]:
    """Where tiles begin along a side: as few as cover it, spread evenly."""
    count = 1 + max(0, -(-(side - TILE) // (TILE - OVERLAP)))
    return [round(k * (side - TILE) / (count - 1)) for k in range(count)] if count > 1 else [0]


def _graph(weights: str) -> Model:
    """The network for pixels as they are, RGB uint8[1, rows, columns, 3]; it was written for blue before red."""
    try:
        graph = read(weights)
        answers = [graph.output(name).get_node().input_value(0) for name in ANSWERS]
        (given,) = graph.get_parameters()
    except (RuntimeError, ValueError) as error:
        raise WrongWeights(str(error)) from error
    pixels = ops.parameter([1, -1, -1, 3], np.uint8)
    turned = ops.transpose(ops.convert(pixels, "f32"), np.array([0, 3, 1, 2]))
    given.output(0).replace(ops.gather(turned, np.array([2, 1, 0]), np.array(1)).output(0))
    return Model(answers, [pixels], "yunet")
