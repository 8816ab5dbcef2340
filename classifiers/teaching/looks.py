"""What the faces of a batch look like to the network that learns, and to whoever says what they show.

It knows nothing of what is told of them.
"""

from typing import NamedTuple

import numpy as np
import torch

from classifiers.hyperparameters import Hyperparameters
from classifiers.networks.architectures import unit_range
from classifiers.teaching.augment import COARSE, blended, coarse, erased, mirrored, moved, places, relit, resized
from classifiers.teaching.poor import badly_lit, poorer


class Looks(NamedTuple):
    """The student's faces float32[N, 3, size, size] in 0..1, and the view that they are of at the largest size anybody
    needs: of faces that become poor, or are described, before that and in their own light.
    """

    faces: torch.Tensor
    view: torch.Tensor


def looks(
    faces: torch.Tensor,
    others: torch.Tensor | None,
    hyper: Hyperparameters,
    size: int,
    random: np.random.Generator,
    draws: torch.Generator,
) -> Looks:
    """Of uint8[N, s, s, 3], views of `size` pixels a side, the last blended with `others`, uint8[M, s, s, 3]."""
    side = int(random.integers(*COARSE))
    view = _views(faces, others, hyper, size, draws)
    seen = coarse(relit(view, draws) if hyper.augment else view, hyper.coarse, side)
    if not (hyper.poor or hyper.describe):
        view = seen
    if hyper.poor:
        seen = poorer(badly_lit(seen, draws), hyper.poor, random, draws)
    student = resized(seen, hyper.size)
    return Looks(erased(student, hyper.erase, draws) if hyper.erase else student, view)


def _views(
    faces: torch.Tensor, others: torch.Tensor | None, hyper: Hyperparameters, size: int, draws: torch.Generator
) -> torch.Tensor:
    if not hyper.augment:
        view = mirrored(faces, draws)
        return view if others is None else blended(view, unit_range(others), draws)
    grid = places(len(faces), size, draws, hyper.bend)
    view = moved(faces, grid)
    return view if others is None else blended(view, moved(others, grid[-len(others) :]), draws)
