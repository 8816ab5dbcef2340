"""What a run learns beside the labels, so that its features become better: who the person is, and what a teacher sees.

Each is a head that is dropped after training. Knows nothing of files or of the loop.
"""

import torch
from torch import nn
from torch.nn.functional import cosine_similarity, cross_entropy, linear, normalize

SCALE, MARGIN = 32.0, 0.2  # of CosFace (Wang et al., CVPR 2018, "Large Margin Cosine Loss")


class IdentityHead(nn.Module):
    """A direction in the embedding's space for each of `people`: one person's photographs come to lie together."""

    def __init__(self, features: int, people: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(people, features))
        nn.init.normal_(self.weight, std=0.01)

    def forward(self, features: torch.Tensor, people: torch.Tensor) -> torch.Tensor:
        """CosFace's mean loss of features [N, F] whose people are int64[N]."""
        cosines = linear(normalize(features.float().clamp(min=1e-9)), normalize(self.weight))
        right = torch.zeros_like(cosines).scatter_(1, people[:, None], MARGIN)
        return cross_entropy(SCALE * (cosines - right), people)


class HintHead(nn.Module):
    """A linear map from the backbone's output to the teacher's (Romero et al., ICLR 2015, "FitNets")."""

    def __init__(self, width: int, teacher: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(teacher, width))
        nn.init.normal_(self.weight, std=width**-0.5)

    def forward(self, pooled: torch.Tensor, hints: torch.Tensor) -> torch.Tensor:
        """The mean of 1 - cosine between the mapped pooled [N, width] and hints [N, teacher]."""
        return (1 - cosine_similarity(linear(pooled.float(), self.weight), hints.float())).mean()
