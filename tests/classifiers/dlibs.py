"""A file as dlib writes its face descriptor network, filled with random numbers."""

import numpy as np

from classifiers.networks import dlib_file
from classifiers.networks.dlib_file import BLOCKS, WIDTH, Convolution, Weights


def whole(value: int) -> bytes:
    """dlib's whole number."""
    size = max(1, (abs(value).bit_length() + 7) // 8)
    return bytes([size | (0x80 if value < 0 else 0)]) + abs(value).to_bytes(size, "little")


def real(value: float) -> bytes:
    return whole(round(value * 2**17)) + whole(-17)


def array(values: np.ndarray) -> bytes:
    return b"".join([whole(2), whole(len(values)), *[whole(1)] * 3, values.astype("<f4").tobytes()])


def written(seed: int = 0) -> tuple[bytes, Weights]:
    """The file's bytes, and what they say."""
    random = np.random.default_rng(seed)
    data = [dlib_file.BEGINS, whole(2) * 3, dlib_file.INPUT, *map(real, dlib_file.MEAN), whole(150), whole(150)]
    convolutions = []
    for out, into, side in dlib_file.shapes():
        kernel = random.normal(0, (2 / (into * side * side)) ** 0.5, (out, into, side, side)).astype(np.float32)
        bias, shift = random.normal(0, 0.1, (2, out)).astype(np.float32)
        scale = random.uniform(0.5, 1.0, out).astype(np.float32)
        data += [b"\x01\x05con_4", array(np.concatenate([kernel.ravel(), bias])), whole(out)]
        data += [b"\x01\x07affine_", array(np.concatenate([scale, shift])), whole(1)]
        convolutions.append(Convolution(kernel * scale[:, None, None, None], bias * scale + shift))
    channels = BLOCKS[-1].channels
    last = random.normal(0, 0.05, (channels, WIDTH)).astype(np.float32)
    data += [b"\x01\x04fc_2", whole(WIDTH), whole(channels), array(last.ravel()), whole(0)]
    return b"".join(data), Weights(tuple(convolutions), last)
