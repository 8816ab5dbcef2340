"""A model at work: aligned faces in, attribute probabilities and embeddings out.

The way to get a transform is the model's own card. On a processor OpenVINO computes, on a GPU torch, which is loaded
for that alone. Knows nothing of photographs, files of faces, or the library.
"""

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from classifiers.cards.card import Card, ModelError
from classifiers.networks import checkpoint
from classifiers.networks.devices import available, has_torch
from classifiers.networks.portions import portions
from classifiers.networks.predicted import Predict, Predicted
from retrieval.attributes import ATTRIBUTES

if TYPE_CHECKING:
    from classifiers.networks.processor import Processor

CHUNK, ON_GPU = 64, 512  # faces at once, on a processor and on a GPU
SIZES = (16, 8, 4, 2, 1)  # that a part of the processor takes at once: more are no faster
FEWEST = 8  # that are worth a part of the processor of their own


class Tags(NamedTuple):
    """Calibrated probabilities float32[N, 40] in 0..1, and embeddings float32[N, 512] of unit length."""

    probabilities: NDArray[np.float32]
    embeddings: NDArray[np.float32]


class Tagger:
    """A network at work, with the card that says how to use it.

    `name` loads it again, from any folder: a shipped model's name, or the absolute path of another's folder. It
    computes on its `device`.
    """

    def __init__(
        self, name: str, make: Callable[[], Predict], card: Card, head: bytes | None = None, device: str = "cpu"
    ) -> None:
        self.name, self.card, self.head, self.device = name, card, head, device
        self._make = make

    @cached_property
    def _network(self) -> Predict:
        return self._make()

    @classmethod
    def load(cls, name: str, device: str = "auto", *, lazily: bool = False) -> "Tagger":
        """A shipped model by name, or any model's folder; ModelError when it or the device is not there, or the
        weights are not what the card describes.

        `device` is "auto" (a GPU where there is one), "cpu", "cuda", "cuda:1", "mps"... With `lazily` the network is
        loaded with the first faces, for whoever has others tag them.
        """
        folder = checkpoint.shipped(name)
        card = checkpoint.card_of(folder)
        shipped = folder.parent == checkpoint.models_folder()
        name = folder.name if shipped else str(folder.resolve())
        device = available(device)
        tagger = cls(name, partial(_predict, folder, card, device), card, checkpoint.head_of(folder, card), device)
        if not lazily:
            tagger.load_network()
        return tagger

    @property
    def fingerprint(self) -> str:
        """Names the model in a library: equal fingerprints predict the same."""
        return self.card.fingerprint

    @property
    def thresholds(self) -> dict[str, float]:
        """The calibrated probability from which on a face has the attribute, by attribute."""
        return dict(zip(self.card.attributes, self.card.thresholds, strict=True))

    def load_network(self) -> None:
        """Loads the network, if it is not; ModelError where the weights are not what the card describes."""
        self._network  # noqa: B018 - is loaded by being asked for

    @property
    def chunk(self) -> int:
        """How many faces its device has at once."""
        return CHUNK if self.device == "cpu" else ON_GPU

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

    @property
    def shown(self) -> tuple[int, int, int, int]:
        """The part of an aligned face (pixels of 178 x 218) that it sees."""
        return self.card.preprocessing.shown

    def prepare(self, face: Image.Image) -> NDArray[np.uint8]:
        """uint8[size, size, 3], the network's input, of one aligned face. Safe to call from several threads."""
        return self.card.preprocessing.prepare(face)

    def tag(self, faces: NDArray[np.uint8]) -> Tags:
        """The tags of prepared faces uint8[N, size, size, 3]; batch mates do not matter."""
        predicted = self._network(faces, batch_size=max(1, len(faces)))
        return Tags(self.card.probabilities(predicted.logits), predicted.embeddings)

    def tag_all(self, faces: NDArray[np.uint8], progress: Callable[[int, int], None] | None = None) -> Tags:
        """The tags of any number of prepared faces, some at a time."""
        predicted = self._network(faces, batch_size=self.chunk, progress=progress)
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
        return self._network(faces, batch_size=self.chunk, progress=progress).logits


def _predict(folder: Path, card: Card, device: str) -> Predict:
    if device == "cpu" and (made := _on_processor(folder, card)):
        return made
    if not has_torch():
        raise ModelError(f"A {card.architecture} needs torch, which is not installed: pip install 'facequery[train]'.")
    from classifiers.networks.inference import predict

    network = checkpoint.load(folder)[0].to(device)
    return partial(predict, network, card.preprocessing, autocast=device != "cpu")


def _on_processor(folder: Path, card: Card) -> "_OnProcessor | None":
    from classifiers.networks import graphs
    from classifiers.networks.processor import Processor

    if card.architecture not in graphs.BACKBONES:
        return None
    made = graphs.graph(card, checkpoint.arrays_of(folder, card), folder / checkpoint.WEIGHTS)
    return _OnProcessor(Processor(made), card.features)


class _OnProcessor:
    """A model's network, on this machine's processor."""

    def __init__(self, processor: "Processor", features: int) -> None:
        self._processor, self._features = processor, features

    def __call__(
        self, faces: NDArray[np.uint8], *, batch_size: int = CHUNK, progress: Callable[[int, int], None] | None = None
    ) -> Predicted:
        most = max(FEWEST, -(-batch_size // self._processor.streams))
        parts = list(portions(len(faces), [size for size in SIZES if size <= min(most, batch_size)]))
        logits = np.empty((len(faces), len(ATTRIBUTES)), np.float32)
        embeddings = np.empty((len(faces), self._features), np.float32)
        answers = self._processor.each(_filled(faces[part], size) for part, size in parts)
        for (part, _), answer in zip(parts, answers, strict=True):
            logits[part], embeddings[part] = (each[: part.stop - part.start] for each in answer)
            if progress:
                progress(part.stop, len(faces))
        return Predicted(logits, embeddings)


def _filled(faces: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """The same, and black ones after them up to that number."""
    more = size - len(faces)
    return np.concatenate([faces, np.zeros((more, *faces.shape[1:]), np.uint8)]) if more else faces
