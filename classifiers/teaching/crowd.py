"""The descriptors of all training faces, beside which that of a view is seen, and among which the view must find it.

Tian, Krishnan and Isola, "Contrastive representation distillation", ICLR 2020. It knows no network and no files.
"""

from dataclasses import dataclass

import torch
from torch.nn.functional import cross_entropy, normalize

TEMPERATURE = 0.06
NOBODY = -1e4  # finite, since 0 times infinity is no number


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """The `mean` [D] of all descriptors and what whitens them, [D, D]; each whitened, of unit length, [N, D]; and whose
    they are, int64[N]: who is not known is somebody of their own.
    """

    mean: torch.Tensor
    whitening: torch.Tensor
    whitened: torch.Tensor
    people: torch.Tensor

    @classmethod
    def of(cls, descriptors: torch.Tensor, people: torch.Tensor | None) -> "Crowd":
        """Of descriptors float32[N, D] as they were made, and people int64[N], -1 for unknown."""
        mean = descriptors.mean(0)
        variances, directions = torch.linalg.eigh(torch.cov((descriptors - mean).T))
        whitening = (directions * (variances + variances.mean()) ** -0.5) @ directions.T
        alone = torch.arange(len(descriptors), device=descriptors.device)
        known = torch.full_like(alone, -1) if people is None else people
        whose = torch.where(known < 0, known.max() + 1 + alone, known)
        return cls(mean, whitening, normalize((descriptors - mean) @ whitening), whose)

    def directions(self, descriptors: torch.Tensor) -> torch.Tensor:
        """Descriptors [N, D] beside the mean, of unit length."""
        return normalize(descriptors - self.mean)

    def own(
        self, vectors: torch.Tensor, descriptors: torch.Tensor, chosen: torch.Tensor, others: torch.Tensor
    ) -> torch.Tensor:
        """How badly vectors [N, V], V at least D, point with their first D numbers at their own views' descriptors
        [N, D], among those of all other people's faces: the mean cross-entropy. The views are of the faces `chosen`
        [N], the last blended with `others` [M], who do not count as other people there.
        """
        unit = normalize(vectors.float())[:, : self.whitened.shape[1]]
        right = (unit * normalize((descriptors - self.mean) @ self.whitening)).sum(1, keepdim=True)
        scores = unit @ self.whitened.T
        scores = scores.masked_fill(self.people[chosen][:, None] == self.people, NOBODY)
        if len(others):
            last = scores[-len(others) :].masked_fill(self.people[others][:, None] == self.people, NOBODY)
            scores = torch.cat((scores[: -len(others)], last))
        scores = torch.cat((right, scores), 1) / TEMPERATURE
        return cross_entropy(scores, torch.zeros_like(chosen))
