"""What teachers say of training images: softer labels than the data set's, and less noisy, and what they saw.

Either of each image as it is, once, kept in the cache; or of the very views that a student sees, as they come.
Knows nothing of the training loop.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import normalize

from classifiers.cards.card import Card
from classifiers.networks import checkpoint
from classifiers.networks.architectures import FaceNetwork, halves, normalised, placed, unit_range
from classifiers.sets import pixels
from classifiers.sets.celeba import Faces
from classifiers.teaching.augment import resized

Progress = Callable[[int, int], None]


class Taught(NamedTuple):
    """Of images as they are: calibrated probabilities float32[N, 40], the mean of all teachers, and what their
    backbones gave, each of unit length, side by side: float16[N, sum of widths]. Each is the mean over a face and its
    mirror image.
    """

    probabilities: NDArray[np.float32]
    hints: NDArray[np.float16]


class Said(NamedTuple):
    """The same of a batch, on its device: probabilities float32[N, 40], and hints [N, sum of widths]."""

    probabilities: torch.Tensor
    hints: torch.Tensor


class Teachers:
    """Models that look at the very view the student sees, whatever their own crop: "a good teacher is patient and
    consistent" (Beyer, Zhai, Royer, Markeeva, Anil, Kolesnikov, "Knowledge distillation", CVPR 2022).
    """

    def __init__(self, names: Sequence[str], device: str) -> None:
        """Loads models by name or folder; ModelError for one that is not there."""
        loaded = [checkpoint.load(checkpoint.shipped(name)) for name in names]
        self._each = [(placed(network, device).requires_grad_(False), card) for network, card in loaded]
        self._calibrations = [torch.tensor((c.calibration.scale, c.calibration.shift)).to(device) for _, c in loaded]
        self.size = max(card.preprocessing.size for _, card in loaded)
        self.width = sum(network.embed.in_features for network, _ in loaded)

    @torch.no_grad()
    def say(self, faces: torch.Tensor) -> Said:
        """The mean of their calibrated probabilities, and what their backbones gave, of faces [N, 3, s, s] in 0..1."""
        probabilities, hints = [], []
        for (network, card), (scale, shift) in zip(self._each, self._calibrations, strict=True):
            view = normalised(resized(faces, card.preprocessing.size), card.preprocessing)
            with torch.autocast(view.device.type, torch.bfloat16, enabled=halves(view.device)):
                pooled = network.backbone(view)
                logits, _ = network.head(pooled)
            probabilities.append(torch.sigmoid(logits.float() * scale + shift))
            hints.append(normalize(pooled.float(), dim=1))
        return Said(torch.stack(probabilities).mean(0), torch.cat(hints, 1))


def taught(
    teachers: Sequence[str], faces: Faces, cache: Path, device: str = "cpu", progress: Progress | None = None
) -> Taught:
    """What `teachers`, models' folders or names, say of the faces; ModelError for one that is not there."""
    each = [_taught(name, faces, cache, device, progress) for name in teachers]
    probabilities: NDArray[np.float32] = np.mean([said.probabilities for said in each], axis=0, dtype=np.float32)
    return Taught(probabilities, np.concatenate([said.hints for said in each], axis=1))


def _taught(teacher: str, faces: Faces, cache: Path, device: str, progress: Progress | None) -> Taught:
    network, card = checkpoint.load(checkpoint.shipped(teacher))
    name = f"said-{card.fingerprint[:24]}-{pixels.key(faces, card.preprocessing)}"
    paths = [cache / f"{name}-{part}.npy" for part in Taught._fields]
    if not all(path.exists() for path in paths):
        prepared = pixels.cached(faces, card.preprocessing, cache, progress)
        answer = _asked(placed(network, device), card, prepared, progress)
        _keep(answer.probabilities, paths[0])
        _keep(answer.hints, paths[1])
    return Taught(np.load(paths[0]), np.load(paths[1], mmap_mode="r"))


def _keep(values: NDArray[np.floating], path: Path) -> None:
    unfinished = path.with_suffix(".tmp")
    with unfinished.open("wb") as file:
        np.save(file, values)
    unfinished.replace(path)


@torch.inference_mode()
def _asked(network: FaceNetwork, card: Card, faces: NDArray[np.uint8], progress: Progress | None) -> Taught:
    device = next(network.parameters()).device
    logits, hints = [], []
    for start in range(0, len(faces), 64):
        views = normalised(unit_range(faces[start : start + 64].copy(), device), card.preprocessing)
        with torch.autocast(device.type, torch.bfloat16, enabled=halves(device)):
            pooled = [network.backbone(view) for view in (views, views.flip(3))]
            logits.append(sum(network.head(p)[0].float().cpu().numpy() for p in pooled) / np.float32(2))
            hints.append(sum(p.float().cpu().numpy() for p in pooled) / np.float32(2))
        if progress:
            progress(min(start + 64, len(faces)), len(faces))
    seen = np.concatenate(hints)
    unit = seen / np.linalg.norm(seen, axis=1, keepdims=True).clip(1e-9)
    return Taught(card.calibration.probabilities(np.concatenate(logits)), unit.astype(np.float16))
