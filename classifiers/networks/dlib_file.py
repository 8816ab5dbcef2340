"""dlib's face descriptor network of 2017 as it lies in its own file, which is in the public domain and comes inside the
package `face_recognition_models`: read here, so that nobody needs dlib. It knows not what computes it.

King, "High Quality Face Recognition with Deep Metric Learning" (2017): a ResNet of 29 convolutions.
"""

import hashlib
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from classifiers.cards.card import ModelError
from retrieval.errors import shown

PACKAGE, FILE = "face_recognition_models", "dlib_face_recognition_resnet_model_v1.dat"
SHA256 = "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30"
CHIP = 150  # pixels a side of the picture of a face that it looks at
SQUARE = (35.5, 81.0, 143.5, 189.0)  # of the aligned face, and nearly what dlib's own landmarks would have it cut out
MEAN = (122.782, 117.001, 104.298)  # of RGB in 0..255, taken off before all is divided by 256
WIDTH = 128  # numbers of a descriptor
BEGINS = b"\x01\x01\x01\x0dloss_metric_2"
INPUT = b"\x01\x15input_rgb_image_sized"

Floats = NDArray[np.float32]


class Block(NamedTuple):
    """Two convolutions beside what they change: of so many channels, at half the size or at the same."""

    channels: int
    halves: bool


BLOCKS = (
    *[Block(32, False)] * 3,
    *[Block(64, True), *[Block(64, False)] * 3],
    *[Block(128, True), *[Block(128, False)] * 2],
    *[Block(256, True), *[Block(256, False)] * 2],
    Block(256, True),
)


class Convolution(NamedTuple):
    """float32[O, I, K, K] and float32[O], what scaled its output inside them."""

    kernel: Floats
    bias: Floats


class Weights(NamedTuple):
    """The first convolution, then two of each block in order; and the last map, float32[256, 128]."""

    convolutions: tuple[Convolution, ...]
    last: Floats


def installed() -> Path | None:
    """Where the package has the file, without loading anything of it; None where it is not installed."""
    package = find_spec(PACKAGE)
    folders = package.submodule_search_locations if package else None
    return Path(next(iter(folders))) / "models" / FILE if folders else None


def read(path: Path) -> Weights:
    """The network's weights; ModelError for a file that is not dlib's very own."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{shown(str(path))} cannot be read ({error.strerror}).") from error
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise ModelError(
            f"{shown(str(path))} is not dlib's face descriptor network of 2017: install the extra `people` anew."
        )
    return parsed(data)


def parsed(data: bytes) -> Weights:
    """The weights in such a file's bytes; ModelError for bytes of anything else."""
    try:
        reader = _Reader(data)
        found = Weights(tuple(reader.convolution(*shape) for shape in shapes()), reader.last())
    except (ValueError, IndexError) as error:
        raise ModelError(f"These bytes are not dlib's face descriptor network of 2017 ({error}).") from error
    return found


def chip(face: Image.Image) -> Image.Image:
    """What it looks at, 150 x 150, of an aligned face, 178 x 218."""
    return face.resize((CHIP, CHIP), Image.Resampling.BILINEAR, box=SQUARE)


def shapes() -> list[tuple[int, int, int]]:
    """Channels out and in, and the side of its kernel, of each convolution in order."""
    found, channels = [(32, 3, 7)], 32
    for block in BLOCKS:
        found += [(block.channels, channels, 3), (block.channels, block.channels, 3)]
        channels = block.channels
    return found


class _Reader:
    """Goes once through the bytes, from one layer's name to the next. ValueError and IndexError where they end or say
    otherwise.
    """

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0
        self._expect(data.startswith(BEGINS), "it begins otherwise")
        self._find(INPUT)
        means = [self._real() for _ in MEAN]
        self._expect(np.allclose(means, MEAN, atol=1e-3), "other means of colours")
        self._expect([self._whole(), self._whole()] == [CHIP, CHIP], "another size of picture")

    def convolution(self, out: int, into: int, side: int) -> Convolution:
        """Its kernel and bias are one array, what scales and moves its output another."""
        kernel, bias = np.split(self._numbers(b"\x01\x05con_4", out * (into * side * side + 1)), [-out])
        scale, shift = np.split(self._numbers(b"\x01\x07affine_", 2 * out), 2)
        return Convolution(kernel.reshape(out, into, side, side) * scale[:, None, None, None], bias * scale + shift)

    def last(self) -> Floats:
        """The map at the end, which has no bias; nothing else that learned may follow."""
        numbers = self._numbers(b"\x01\x04fc_2", BLOCKS[-1].channels * WIDTH, before=[WIDTH, BLOCKS[-1].channels])
        self._expect(self._data.find(b"con_4", self._at) < 0, "it goes on")
        return numbers.reshape(BLOCKS[-1].channels, WIDTH)

    def _numbers(self, name: bytes, many: int, before: list[int] | None = None) -> Floats:
        """The next array, of the layer of that name."""
        self._find(name)
        said = [self._whole() for _ in range(len(before or ()) + 5)]
        self._expect(said[:-4] == [*(before or ()), 2], f"another {name[2:].decode()}")
        self._expect(int(np.prod(said[-4:])) == many, f"another size of {name[2:].decode()}")
        values = np.frombuffer(self._data, "<f4", many, self._at)
        self._expect(bool(np.isfinite(values).all()), "a number that is none")
        self._at += 4 * many
        return values.astype(np.float32)

    def _find(self, name: bytes) -> None:
        self._at = self._data.index(name, self._at) + len(name)

    def _whole(self) -> int:
        """dlib's whole number: how many bytes, its sign in the highest bit, then those bytes, the lowest first."""
        head = self._data[self._at]
        end = self._at + 1 + (head & 0x0F)
        value = int.from_bytes(self._data[self._at + 1 : end], "little")
        self._at = end
        return -value if head & 0x80 else value

    def _real(self) -> float:
        """Two whole numbers: what is multiplied by a power of two, and the power."""
        value, power = self._whole(), self._whole()
        self._expect(abs(power) < 64, "another mean")
        return value * 2.0**power

    @staticmethod
    def _expect(so: bool, otherwise: str) -> None:
        if not so:
            raise ValueError(otherwise)
