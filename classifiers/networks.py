"""The networks: a torchvision backbone, 512 features that serve as the embedding, and 40 attribute logits.

Knows nothing of data, training or files, except where torchvision fetches its own ImageNet weights.
"""

from collections.abc import Callable
from urllib.error import URLError

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torchvision import models

from classifiers.preprocessing import Preprocessing
from retrieval.attributes import ATTRIBUTES
from retrieval.errors import FacequeryError

FEATURES = 512


class WeightsUnavailable(FacequeryError):
    """ImageNet weights were asked for and cannot be had."""


class FaceNetwork(nn.Module):
    """A backbone, then Linear to `features`, ReLU, Dropout, Linear to the 40 attributes."""

    def __init__(self, backbone: nn.Module, width: int, features: int, dropout: float) -> None:
        super().__init__()
        self.backbone = backbone
        self.embed = nn.Linear(width, features)
        self.dropout = nn.Dropout(dropout)
        self.attributes = nn.Linear(features, len(ATTRIBUTES))

    def forward(self, faces: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits [N, 40] and features [N, 512] of normalised faces [N, 3, size, size]."""
        features = torch.relu(self.embed(self.backbone(faces)))
        return self.attributes(self.dropout(features)), features


def normalised(
    faces: NDArray[np.uint8], preprocessing: Preprocessing, device: torch.device | str = "cpu"
) -> torch.Tensor:
    """The network input float32[N, 3, size, size] in channels-last memory, of prepared faces uint8[N, size, size, 3]"""
    pixels = torch.from_numpy(faces).to(device).permute(0, 3, 1, 2).float().div_(255)
    mean, std = (torch.tensor(v, device=device).view(1, 3, 1, 1) for v in (preprocessing.mean, preprocessing.std))
    return pixels.sub_(mean).div_(std)


class TinyBackbone(nn.Sequential):
    """Two small convolutions: a real network that trains in seconds, for tests."""

    def __init__(self) -> None:
        super().__init__(
            nn.Conv2d(3, 16, 5, stride=2, bias=False),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.Conv2d(16, 32, 3, stride=2, bias=False),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(8),
            nn.Flatten(),
        )


def _resnet50(weights: models.WeightsEnum | None) -> tuple[nn.Module, int]:
    network = models.resnet50(weights=weights)
    width = network.fc.in_features
    network.fc = nn.Identity()
    return network, width


def _densenet121(weights: models.WeightsEnum | None) -> tuple[nn.Module, int]:
    network = models.densenet121(weights=weights)
    width = network.classifier.in_features
    network.classifier = nn.Identity()
    return network, width


def _tiny(weights: models.WeightsEnum | None) -> tuple[nn.Module, int]:
    return TinyBackbone(), 32 * 8 * 8


BACKBONES: dict[str, Callable[[models.WeightsEnum | None], tuple[nn.Module, int]]] = {
    "resnet50": _resnet50,
    "densenet121": _densenet121,
    "tiny": _tiny,
}
IMAGENET = {
    "resnet50": models.ResNet50_Weights.IMAGENET1K_V2,
    "densenet121": models.DenseNet121_Weights.IMAGENET1K_V1,
}


def build(name: str, features: int = FEATURES, dropout: float = 0.5, *, imagenet: bool = False) -> FaceNetwork:
    """A new network of that name, its weights random, or torchvision's ImageNet weights in the backbone.

    torchvision keeps the weights in its cache, and fetches them where they are not; WeightsUnavailable if it cannot.
    """
    if imagenet and name not in IMAGENET:
        raise WeightsUnavailable(f"There are no ImageNet weights for {name}: choose {' or '.join(IMAGENET)}.")
    try:
        backbone, width = BACKBONES[name](IMAGENET[name] if imagenet else None)
    except (URLError, OSError, RuntimeError) as error:
        raise WeightsUnavailable(
            f"The ImageNet weights of {name} could not be fetched ({error}). "
            "Give weights in a local safetensors file with --init FILE, or start from --init random."
        ) from error
    return FaceNetwork(backbone, width, features, dropout).to(memory_format=torch.channels_last)
