"""dlib's face descriptor network in torch, for faces that are on a GPU, or that are views of others. It knows no files.

`classifiers.networks.dlib_graph` is the same for who has no torch.
"""

import torch
from torch import nn
from torch.nn.functional import avg_pool2d, conv2d, max_pool2d, pad

from classifiers.networks.dlib_file import BLOCKS, MEAN, Block, Weights


class DlibNetwork(nn.Module):
    """Pictures of faces float32[N, 3, 150, 150], RGB in 0..1 -> descriptors float32[N, 128]. It learns nothing."""

    last: torch.Tensor
    mean: torch.Tensor

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        for number, (kernel, bias) in enumerate(weights.convolutions):
            self.register_buffer(f"kernel{number}", torch.from_numpy(kernel))
            self.register_buffer(f"bias{number}", torch.from_numpy(bias))
        self.register_buffer("last", torch.from_numpy(weights.last))
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1))
        self.to(memory_format=torch.channels_last)

    def forward(self, chips: torch.Tensor) -> torch.Tensor:
        """Of chips in any memory."""
        planes = ((chips * 255 - self.mean) / 256).contiguous(memory_format=torch.channels_last)
        found = max_pool2d(self._convolved(planes, 0, stride=2, padding=0).relu(), 3, 2)
        for number, block in enumerate(BLOCKS):
            found = self._block(found, block, 1 + 2 * number)
        return found.mean((2, 3)) @ self.last

    def _block(self, found: torch.Tensor, block: Block, number: int) -> torch.Tensor:
        """See `classifiers.networks.dlib_graph`."""
        if not block.halves:
            return (found + self._convolved(self._convolved(found, number).relu(), number + 1)).relu()
        new = self._convolved(self._convolved(found, number, stride=2, padding=0).relu(), number + 1)
        kept = avg_pool2d(found, 2, 2)
        side = max(new.shape[-1], kept.shape[-1])
        return (_filled(kept, block.channels, side) + _filled(new, block.channels, side)).relu()

    def _convolved(self, found: torch.Tensor, number: int, stride: int = 1, padding: int = 1) -> torch.Tensor:
        kernel, bias = self.get_buffer(f"kernel{number}"), self.get_buffer(f"bias{number}")
        return conv2d(found, kernel, bias, stride, padding)


def _filled(found: torch.Tensor, channels: int, side: int) -> torch.Tensor:
    """With so many channels, rows and columns, those of zeros after its own."""
    missing = side - found.shape[-1]
    return pad(found, (0, missing, 0, missing, 0, channels - found.shape[1]))
