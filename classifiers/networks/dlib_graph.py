"""dlib's face descriptor network as OpenVINO's graph: pictures of faces in, descriptors out. It knows no files."""

import numpy as np

from classifiers.networks.dlib_file import BLOCKS, CHIP, MEAN, Block, Convolution, Weights
from classifiers.networks.processor import Model, Node, ops


def graph(weights: Weights) -> Model:
    """uint8[N, 150, 150, 3], RGB -> float32[N, 128]."""
    chips = ops.parameter([-1, CHIP, CHIP, 3], np.uint8, name="chips")
    first, *rest = weights.convolutions
    found = ops.relu(_convolved(_planes(chips), first, stride=2, padding=0))
    found = ops.max_pool(found, [2, 2], [1, 1], [0, 0], [0, 0], [3, 3]).output(0)
    size = ((CHIP - 7) // 2 + 1 - 3) // 2 + 1
    for block, one, other in zip(BLOCKS, rest[::2], rest[1::2], strict=True):
        found, size = _block(found, size, block, one, other)
    mean = ops.reduce_mean(found, [2, 3], False)
    return Model([ops.matmul(mean, ops.constant(weights.last), False, False)], [chips], "dlib")


def _planes(chips: Node) -> Node:
    mean = np.array(MEAN, np.float32).reshape(1, 3, 1, 1)
    planes = ops.transpose(ops.convert(chips, "f32"), [0, 3, 1, 2])
    return ops.divide(ops.subtract(planes, mean), np.float32(256))


def _block(found: Node, size: int, block: Block, one: Convolution, other: Convolution) -> tuple[Node, int]:
    """What was found and its size, after a block. One that halves adds to the mean of four; where either has a row,
    a column or channels less, it has zeros there.
    """
    if not block.halves:
        new = _convolved(ops.relu(_convolved(found, one)), other)
        return ops.relu(ops.add(found, new)), size
    new = _convolved(ops.relu(_convolved(found, one, stride=2, padding=0)), other)
    kept = ops.avg_pool(found, [2, 2], [0, 0], [0, 0], [2, 2], True)
    sizes = size // 2, (size - 3) // 2 + 1
    half, channels = max(sizes), len(one.kernel)
    kept = _filled(kept, channels - one.kernel.shape[1], half - sizes[0])
    return ops.relu(ops.add(kept, _filled(new, 0, half - sizes[1]))), half


def _convolved(found: Node, layer: Convolution, stride: int = 1, padding: int = 1) -> Node:
    around = [padding] * 2
    made = ops.convolution(found, ops.constant(layer.kernel), [stride] * 2, around, around, [1, 1])
    return ops.add(made, layer.bias.reshape(1, -1, 1, 1))


def _filled(found: Node, channels: int, side: int) -> Node:
    """With so many channels, rows and columns of zeros after its own."""
    if not (channels or side):
        return found
    return ops.pad(found, [0] * 4, [0, channels, side, side], "constant", np.float32(0))
