"""The networks of `classifiers.networks.architectures` as OpenVINO's graphs, straight from the names of their weights.

A graph takes prepared faces uint8[N, size, size, 3] and answers logits [N, 40] and embeddings [N, 512] of unit length.
It knows nothing of files, and not what computes it. One architecture is one function of `BACKBONES`.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.cards.card import Card, ModelError
from classifiers.networks.processor import Model, Node, ops

EPSILON = 1e-5  # torch's, of batch normalisation
SMALLEST = 1e-9  # of a feature: where all are zero, all become equal, since zero has no direction


def graph(card: Card, arrays: Mapping[str, NDArray[Any]], source: Path) -> Model:
    """The network that a card describes; ModelError names `source` where the weights are not that network's."""
    layers = Layers(arrays)
    try:
        made = _whole(card, layers)
    except KeyError as error:
        raise ModelError(f"{source} does not fit a {card.architecture}: it lacks {error}.") from error
    except RuntimeError as error:  # OpenVINO, of shapes that do not go together
        raise ModelError(f"{source} does not fit a {card.architecture}: the shapes differ.") from error
    widths = [output.partial_shape[1] for output in made.outputs]
    if layers.unused or widths != [len(card.attributes), card.features]:
        more = min(layers.unused, default="other features or attributes than its card")
        raise ModelError(f"{source} does not fit a {card.architecture}: it has {more}.")
    return made


class Layers:
    """torch's layers, by the names that their weights have."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._arrays = arrays
        self.unused = {name for name in arrays if not name.endswith("num_batches_tracked")}

    def has(self, name: str) -> bool:
        return f"{name}.weight" in self._arrays

    def convolved(self, faces: Node, name: str, stride: int = 1, padding: int = 0) -> Node:
        around = [padding, padding]
        return ops.convolution(faces, self._constant(f"{name}.weight"), [stride] * 2, around, around, [1, 1])

    def normal(self, faces: Node, name: str) -> Node:
        parts = (self._constant(f"{name}.{part}") for part in ("weight", "bias", "running_mean", "running_var"))
        return ops.batch_norm_inference(faces, *parts, EPSILON)

    def active(self, faces: Node, name: str) -> Node:
        return ops.relu(self.normal(faces, name))

    def linear(self, rows: Node, name: str) -> Node:
        turned = ops.matmul(rows, self._constant(f"{name}.weight"), False, True)
        return ops.add(turned, self._constant(f"{name}.bias"))

    def _constant(self, name: str) -> Node:
        array = self._arrays[name]
        self.unused.discard(name)
        return ops.constant(array.astype(np.float32))


def _whole(card: Card, layers: Layers) -> Model:
    faces = ops.parameter([-1, -1, -1, 3], np.uint8, name="faces")  # a network sees other sizes than its own too
    pooled = BACKBONES[card.architecture](layers, _normalised(faces, card))
    features = ops.relu(layers.linear(pooled, "embed"))
    unit = ops.normalize_l2(ops.maximum(features, np.float32(SMALLEST)), [1], 1e-24, "max")
    return Model([layers.linear(features, "attributes"), unit], [faces], card.architecture)


def _normalised(faces: Node, card: Card) -> Node:
    mean, std = (
        np.array(each, np.float32).reshape(1, 3, 1, 1) * 255
        for each in (card.preprocessing.mean, card.preprocessing.std)
    )
    planes = ops.transpose(ops.convert(faces, "f32"), [0, 3, 1, 2])
    return ops.divide(ops.subtract(planes, mean), std)


def _densenet121(layers: Layers, faces: Node) -> Node:
    at = "backbone.features."
    found = layers.active(layers.convolved(faces, f"{at}conv0", 2, 3), f"{at}norm0")
    found = _largest(found)
    for block in range(1, 5):
        found = _dense(layers, found, f"{at}denseblock{block}.denselayer")
        if block < 4:
            thinner = f"{at}transition{block}."
            found = layers.convolved(layers.active(found, f"{thinner}norm"), f"{thinner}conv")
            found = ops.avg_pool(found, [2, 2], [0, 0], [0, 0], [2, 2], True)
    return _mean(layers.active(found, f"{at}norm5"))


def _dense(layers: Layers, found: Node, name: str) -> Node:
    """Each layer sees what all before it found."""
    for each in _numbered(layers, name, 1, ".conv1"):
        narrow = layers.convolved(layers.active(found, f"{each}.norm1"), f"{each}.conv1")
        new = layers.convolved(layers.active(narrow, f"{each}.norm2"), f"{each}.conv2", padding=1)
        found = ops.concat([found, new], 1)
    return found


def _resnet50(layers: Layers, faces: Node) -> Node:
    found = _largest(layers.active(layers.convolved(faces, "backbone.conv1", 2, 3), "backbone.bn1"))
    for stage in range(1, 5):
        for each in _numbered(layers, f"backbone.layer{stage}.", 0, ".conv1"):
            found = _bottleneck(layers, found, each, stride=2 if stage > 1 and each.endswith(".0") else 1)
    return _mean(found)


def _bottleneck(layers: Layers, found: Node, name: str, stride: int) -> Node:
    new = layers.active(layers.convolved(found, f"{name}.conv1"), f"{name}.bn1")
    new = layers.active(layers.convolved(new, f"{name}.conv2", stride, 1), f"{name}.bn2")
    new = layers.normal(layers.convolved(new, f"{name}.conv3"), f"{name}.bn3")
    if layers.has(f"{name}.downsample.0"):
        found = layers.normal(layers.convolved(found, f"{name}.downsample.0", stride), f"{name}.downsample.1")
    return ops.relu(ops.add(found, new))


def _tiny(layers: Layers, faces: Node) -> Node:
    found = layers.active(layers.convolved(faces, "backbone.0", 2), "backbone.1")
    found = layers.active(layers.convolved(found, "backbone.3", 2), "backbone.4")
    small = ops.adaptive_avg_pool(found, ops.constant(np.array([8, 8], np.int64)))
    return ops.reshape(small, [0, -1], True)


def _numbered(layers: Layers, name: str, first: int, having: str) -> list[str]:
    """name1, name2... for as long as there are weights of that name."""
    found: list[str] = []
    while layers.has(f"{name}{first + len(found)}{having}"):
        found.append(f"{name}{first + len(found)}")
    return found


def _largest(found: Node) -> Node:
    return ops.max_pool(found, [2, 2], [1, 1], [1, 1], [1, 1], [3, 3]).output(0)


def _mean(found: Node) -> Node:
    return ops.reduce_mean(found, [2, 3], False)


BACKBONES: dict[str, Callable[[Layers, Node], Node]] = {
    "resnet50": _resnet50,
    "densenet121": _densenet121,
    "tiny": _tiny,
}
