"""A picture, and copies of it that are two, four, eight times smaller: what is seen small is cut from the smallest
that shows enough, so that a large face costs as little as a small one. It knows nothing of faces.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FILTER = Image.Resampling.HAMMING
NEARLY = 1.02  # times: a copy that is smaller than wanted by less will do


class Octaves:
    """For one thread: a copy is made when it is first needed."""

    def __init__(self, image: Image.Image) -> None:
        image.load()
        self.size = image.size
        self._copies = [image]

    def resized(self, size: tuple[int, int]) -> Image.Image:
        """The whole picture at that size."""
        copy, times = self._near(min(self.size[0] / size[0], self.size[1] / size[1]))
        return copy.resize(size, FILTER, box=(0, 0, self.size[0] / times, self.size[1] / times))

    def part(self, box: list[int], size: int) -> Any:
        """What is in the box, as a square: Pillow's own pixels, since what it makes around them takes half as long as
        they do.
        """
        copy, times = self._near(min(box[2] - box[0], box[3] - box[1]) / size)
        left, top, right, bottom = (side / times for side in box)
        return copy.im.resize((size, size), FILTER, (left, top, right, bottom))

    def _near(self, shrink: float) -> tuple[Image.Image, int]:
        """The copy from which so many times smaller is not more than half of what it shows, and how small it is."""
        octave = 0
        while 2 ** (octave + 1) <= NEARLY * shrink and min(self._copies[octave].size) > 1:
            octave += 1
            if octave == len(self._copies):
                self._copies.append(self._copies[-1].reduce(2))
        return self._copies[octave], 2**octave


def cut(parts: Sequence[tuple[Octaves, list[int]]], size: int, filled: int) -> NDArray[np.uint8]:
    """Parts of pictures in boxes, uint8[N, size, size, 3], `filled` up with black ones to so many."""
    column = Image.new("RGB", (size, size * filled))  # one array of it is had sooner than one of each part
    for row, (picture, box) in enumerate(parts):
        column.im.paste(picture.part(box, size), (0, row * size, size, (row + 1) * size))
    return np.asarray(column).reshape(filled, size, size, 3)
