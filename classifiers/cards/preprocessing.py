"""From an aligned face to the numbers a network sees, the same way for training, evaluation and indexing.

Knows nothing of torch, so that scanning folders and showing faces need not load it.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PIL import Image

ALIGNED = (178, 218)  # width and height of CelebA's aligned faces, in pixels
CROP = (9, 22, 169, 218)  # left, top, right, bottom inside them: the face, its hair and its neck, less background
IMAGENET_MEAN = (0.485, 0.456, 0.406)  # torchvision's preset for ImageNet weights, of RGB in 0..1
IMAGENET_STD = (0.229, 0.224, 0.225)
REACH = 2  # pixels of the smaller picture, to each side: Pillow's BICUBIC
LARGEST_INPUT = 1024  # pixels a side; more is damage or a mistake

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How an aligned face becomes a network's input: cut to `crop` (pixels of a 178x218 face), resized to
    `size` x `size`, scaled to 0..1, less `mean`, by `std` (RGB). ValueError for a size or a crop that cannot be meant.
    """

    size: int = 64
    crop: Box = CROP
    mean: tuple[float, float, float] = IMAGENET_MEAN
    std: tuple[float, float, float] = IMAGENET_STD

    def __post_init__(self) -> None:
        left, top, right, bottom = self.crop
        if not (isinstance(self.size, int) and 1 <= self.size <= LARGEST_INPUT):
            raise ValueError(f"an input of {self.size!r} pixels: 1 to {LARGEST_INPUT} can be used")
        if not (0 <= left < right <= ALIGNED[0] and 0 <= top < bottom <= ALIGNED[1]):
            raise ValueError(f"a crop of {self.crop}, which does not lie inside {ALIGNED[0]} x {ALIGNED[1]} pixels")

    @property
    def shown(self) -> Box:
        """The part of a 178x218 face on which `prepare` depends: the crop, and as far around it as its filter looks."""
        left, top, right, bottom = self.crop
        across, down = (ceil(REACH * max(1, side / self.size)) for side in (right - left, bottom - top))
        return (
            max(0, left - across),
            max(0, top - down),
            min(ALIGNED[0], right + across),
            min(ALIGNED[1], bottom + down),
        )

    def prepare(self, face: Image.Image) -> NDArray[np.uint8]:
        """uint8[size, size, 3] of an aligned face; a face of another size is read as if scaled to 178x218."""
        across, down = face.width / ALIGNED[0], face.height / ALIGNED[1]
        left, top, right, bottom = self.crop
        box = (left * across, top * down, right * across, bottom * down)
        resized = face.convert("RGB").resize((self.size, self.size), Image.Resampling.BICUBIC, box=box)
        return np.asarray(resized)
