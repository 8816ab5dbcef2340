"""A model at work: aligned faces in, attribute probabilities and embeddings out.

The way to get a transform is the model's own card. Knows nothing of photographs, files of faces, or the library.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from classifiers import checkpoint
from classifiers.checkpoint import Card, ModelError
from classifiers.inference import predict
from classifiers.networks import FaceNetwork

CHUNK = 64  # faces at once


class NoSuchDevice(ModelError):
    """torch cannot use that device here."""

    wrong_usage = True


class Tags(NamedTuple):
    """Calibrated probabilities float32[N, 40] in 0..1, and embeddings float32[N, 512] of unit length."""

    probabilities: NDArray[np.float32]
    embeddings: NDArray[np.float32]


class Tagger:
    """A network on a device, with the card that says how to use it.

    `name` loads it again, from any folder: a shipped model's name, or the absolute path of another's folder.
    """

    def __init__(
        self, name: str, network: FaceNetwork, card: Card, device: str = "cpu", head: bytes | None = None
    ) -> None:
        self.name, self.card, self.head = name, card, head
        self._network = network.to(device).eval()

    @classmethod
    def load(cls, name: str, device: str = "auto") -> "Tagger":
        """A shipped model by name, or any model's folder; ModelError when it or the device is not there.

        `device` is "auto" (a GPU where there is one), "cpu", "cuda", "cuda:1", "mps"...
        """
        folder = checkpoint.shipped(name)
        network, card = checkpoint.load(folder)
        shipped = folder.parent == checkpoint.models_folder()
        name = folder.name if shipped else str(folder.resolve())
        return cls(name, network, card, available(device), checkpoint.head_of(folder, card))

    @property
    def fingerprint(self) -> str:
        """Names the model in a library: equal fingerprints predict the same."""
        return self.card.fingerprint

    @property
    def thresholds(self) -> dict[str, float]:
        """The calibrated probability from which on a face has the attribute, by attribute."""
        return dict(zip(self.card.attributes, self.card.thresholds, strict=True))

    def model(self) -> dict[str, Any]:
        """What a library records of the model that tagged it: fingerprint, name, card (JSON), thresholds, and the head
        that tells people apart, where there is one.
        """
        return {
            "fingerprint": self.fingerprint,
            "name": self.name,
            "card": self.card.as_json(),
            "thresholds": self.thresholds,
            "head": self.head,
        }

    def prepare(self, face: Image.Image) -> NDArray[np.uint8]:
        """uint8[size, size, 3], the network's input, of one aligned face. Safe to call from several threads."""
        return self.card.preprocessing.prepare(face)

    def tag(self, faces: NDArray[np.uint8]) -> Tags:
        """The tags of prepared faces uint8[N, size, size, 3]: in float32, so that batch mates do not matter."""
        predicted = predict(self._network, self.card.preprocessing, faces, batch_size=max(1, len(faces)))
        return Tags(self.card.probabilities(predicted.logits), predicted.embeddings)

    def tag_all(self, faces: NDArray[np.uint8], progress: Callable[[int, int], None] | None = None) -> Tags:
        """The tags of any number of prepared faces, some at a time."""
        predicted = predict(self._network, self.card.preprocessing, faces, batch_size=CHUNK, progress=progress)
        return Tags(self.card.probabilities(predicted.logits), predicted.embeddings)

    def probabilities(
        self, faces: NDArray[np.uint8], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        """As `tag_all`, without the embeddings."""
        return self.tag_all(faces, progress).probabilities

    def logits(
        self, faces: NDArray[np.uint8], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        """The network's own output float32[N, 40], to be calibrated anew."""
        return predict(self._network, self.card.preprocessing, faces, batch_size=CHUNK, progress=progress).logits


def available(device: str) -> str:
    """A device torch can use here: the best for "auto"; ModelError names a device that is not there."""
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise NoSuchDevice(
            f"There is no device {device!r} here ({str(error).splitlines()[0]}): leave --device out."
        ) from error
    return device
