"""The second task of training: whose face it is, so that one person's photographs lie close together.

A head that is dropped after training; the embedding it has shaped stays. Knows nothing of files.
"""

import torch
from torch import nn
from torch.nn.functional import cross_entropy, linear, normalize

SCALE, MARGIN = 32.0, 0.2  # of CosFace (Wang et al., CVPR 2018, "Large Margin Cosine Loss")


class IdentityHead(nn.Module):
    """A direction in the embedding's space for each of `people`."""

    def __init__(self, features: int, people: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(people, features))
        nn.init.normal_(self.weight, std=0.01)

    def forward(self, features: torch.Tensor, people: torch.Tensor) -> torch.Tensor:
        """CosFace's mean loss of features [N, F] whose people are int64[N]."""
        cosines = linear(normalize(features.float().clamp(min=1e-9)), normalize(self.weight))
        right = torch.zeros_like(cosines).scatter_(1, people[:, None], MARGIN)
        return cross_entropy(SCALE * (cosines - right), people)
