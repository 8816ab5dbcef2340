"""What a run learns beside the labels, so that its features become better: who the person is, what a teacher sees, and
which faces are alike by another network's descriptors.

Each is a head that is dropped after training, or none. Knows nothing of files or of the loop.
"""

import torch
from torch import nn
from torch.nn.functional import cosine_similarity, cross_entropy, linear, normalize

SCALE, MARGIN = 32.0, 0.2  # of CosFace (Wang et al., CVPR 2018, "Large Margin Cosine Loss")
OWN, THEIRS = 0.05, 0.1  # temperatures of similarities, the features' and the descriptors'


class IdentityHead(nn.Module):
    """A direction in the embedding's space for each of `people`: one person's photographs come to lie together."""

    def __init__(self, features: int, people: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(people, features))
        nn.init.normal_(self.weight, std=0.01)

    def forward(self, features: torch.Tensor, people: torch.Tensor) -> torch.Tensor:
        """CosFace's mean loss of features [N, F] whose people are int64[N], over those that are known (not -1)."""
        return self.of_vectors(features.float().clamp(min=1e-9), people)

    def of_vectors(self, vectors: torch.Tensor, people: torch.Tensor) -> torch.Tensor:
        """The same of vectors [N, F] that need not be positive."""
        cosines = linear(normalize(vectors), normalize(self.weight))
        right = torch.zeros_like(cosines).scatter_(1, people.clamp(min=0)[:, None], MARGIN)
        summed = cross_entropy(SCALE * (cosines - right), people, ignore_index=-1, reduction="sum")
        return summed / (people >= 0).sum().clamp(min=1)


class HintHead(nn.Module):
    """A linear map from the backbone's output to the teacher's (Romero et al., ICLR 2015, "FitNets")."""

    def __init__(self, width: int, teacher: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(teacher, width))
        nn.init.normal_(self.weight, std=width**-0.5)

    def forward(self, pooled: torch.Tensor, hints: torch.Tensor) -> torch.Tensor:
        """The mean of 1 - cosine between the mapped pooled [N, width] and hints [N, teacher]."""
        return (1 - cosine_similarity(linear(pooled.float(), self.weight), hints.float())).mean()


class PointHead(nn.Module):
    """A linear map from the features to where a descriptor points."""

    def __init__(self, features: int, descriptor: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(descriptor, features))
        nn.init.normal_(self.weight, std=features**-0.5)

    def forward(self, features: torch.Tensor, descriptors: torch.Tensor) -> torch.Tensor:
        """The mean of 1 - cosine between the mapped features [N, F] and descriptors [N, D]."""
        return (1 - cosine_similarity(linear(features.float(), self.weight), descriptors)).mean()


def related(features: torch.Tensor, descriptors: torch.Tensor) -> torch.Tensor:
    """How badly a batch's similarities follow those of its descriptors, of unit length [N, D]: the cross-entropy of
    both softmaxes over each face's likeness to the others (Passalis and Tefas, ECCV 2018, "Learning deep
    representations with probabilistic knowledge transfer").
    """
    unit = normalize(features.float().clamp(min=1e-9))
    itself = torch.eye(len(unit), dtype=torch.bool, device=unit.device)
    own, theirs = (
        (values @ values.T / temperature).masked_fill(itself, -1e4)  # finite, since 0 times infinity is no number
        for values, temperature in ((unit, OWN), (descriptors, THEIRS))
    )
    return cross_entropy(own, theirs.softmax(1))
