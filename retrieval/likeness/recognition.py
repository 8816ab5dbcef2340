"""Who is the same person: a model's head, which bends its embeddings so that one person's photographs lie together
whatever they look like on them. It is trained elsewhere (`classifiers.training.people_head`), and knows nothing of
faces.
"""

from dataclasses import dataclass
from typing import Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load

from retrieval.errors import LibraryDamaged, NotRecognised

Meaning = Literal["look", "person"]
"""What likeness means: two faces look alike, or are the same person."""
MEANINGS: tuple[Meaning, ...] = get_args(Meaning)

Means = Literal["look", "head", "descriptor"]
"""What says so: the embeddings as they are, the model's head over them, or descriptors by another network."""

LAYERS = {"first": 2, "bias": 1, "slope": 1, "second": 2, "shift": 1, "centre": 1}  # how many axes each has
BLOCK = 8192  # faces at once

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """Two layers: embeddings [n, F] times `first` [F, H] plus `bias` [H], negative values times `slope` [H] (He et al.
    2015, PReLU), then times `second` [H, D] plus `shift` [D], to unit length; from there less `centre` [D], to unit
    length again, since faces on poor pictures resemble one another. From a mean cosine of `alike` on two groups of
    faces are one person.
    """

    first: Floats
    bias: Floats
    slope: Floats
    second: Floats
    shift: Floats
    centre: Floats
    alike: float

    @classmethod
    def read(cls, weights: bytes) -> Self:
        """From the bytes of a safetensors file; LibraryDamaged for what is none, or does not fit together."""
        try:
            tensors = {name: np.asarray(values, np.float32) for name, values in load(weights).items()}
            head = cls(**{name: tensors[name] for name in LAYERS}, alike=float(tensors["alike"][0]))
        except (SafetensorError, KeyError, ValueError, IndexError) as error:
            raise _damaged() from error
        if any(tensors[name].ndim != axes for name, axes in LAYERS.items()) or not head._fits():
            raise _damaged()
        return head

    def __call__(self, embeddings: Floats) -> Floats:
        """float32[n, D] of unit length, of embeddings float32[n, F]."""
        blocks = [self._bent(embeddings[at : at + BLOCK]) for at in range(0, max(1, len(embeddings)), BLOCK)]
        bent: Floats = np.concatenate(blocks)
        return bent

    def _bent(self, embeddings: Floats) -> Floats:
        hidden = embeddings @ self.first + self.bias
        bent = np.where(hidden > 0, hidden, self.slope * hidden) @ self.second + self.shift
        return _unit(_unit(bent) - self.centre)

    def _fits(self) -> bool:
        hidden, width = self.second.shape
        chained = self.first.shape[1] == len(self.bias) == len(self.slope) == hidden
        chained = chained and len(self.shift) == len(self.centre) == width
        finite = all(np.isfinite(getattr(self, name)).all() for name in LAYERS)
        return bool(chained and finite and -1 <= self.alike <= 1)


def _unit(rows: NDArray[np.floating]) -> Floats:
    unit: Floats = (rows / np.linalg.norm(rows, axis=1, keepdims=True).clip(1e-9)).astype(np.float32)
    return unit


def head_of(weights: bytes | None, model: str | None) -> Head:
    """The head of a model of that name; NotRecognised where it has none."""
    if weights is None:
        raise NotRecognised(
            f"{model or 'The model'}, which tagged this library, cannot say if two faces are the same person: "
            "it has no head for that. `facequery retag --model densenet121-112` brings the library up to date; for a "
            "model of your own, train one with `facequery people-head CELEBA --model MODEL`, then `retag`. Or, "
            "whatever the model, `facequery people describe` has another network look at every face."
        )
    return Head.read(weights)


def _damaged() -> LibraryDamaged:
    return LibraryDamaged("What tells people apart is damaged in this library: `facequery retag` writes it anew.")
