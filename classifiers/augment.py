"""Training faces, each seen a little differently every time: shifted, zoomed, turned, mirrored, in other light.

All of it in one resampling of a batch. Validation and indexing never come here.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import affine_grid, grid_sample

from classifiers.networks import unit_range

OVERSAMPLED = 1.5  # training images are kept this much larger than the network's input, so that zooming in is sharp
ZOOM = (0.82, 1.06)  # share of the image's side that is seen
SHIFT = 0.07  # of the image's side, either way
TURN = np.deg2rad(8)
LIGHT = 0.2  # brightness, contrast and saturation change by up to this factor, either way


def augmented(
    faces: NDArray[np.uint8], size: int, random: np.random.Generator, device: torch.device | str = "cpu"
) -> torch.Tensor:
    """float32[N, 3, size, size] in 0..1, each face of uint8[N, s, s, 3] changed as `random` says."""
    pixels = unit_range(faces, device)
    grid = affine_grid(views(len(faces), random).to(device), [len(faces), 3, size, size], align_corners=False)
    seen = grid_sample(pixels, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    return relit(seen, random)


def views(count: int, random: np.random.Generator) -> torch.Tensor:
    """float32[count, 2, 3]: the affine map from the output's coordinates to the input's, half of them mirrored."""
    zoom, turn = random.uniform(*ZOOM, count), random.uniform(-TURN, TURN, count)
    mirror = np.where(random.random(count) < 0.5, -1.0, 1.0)
    shift = random.uniform(-2 * SHIFT, 2 * SHIFT, (count, 2))  # coordinates run from -1 to 1
    maps = np.empty((count, 2, 3), np.float32)
    maps[:, 0, 0], maps[:, 0, 1] = mirror * zoom * np.cos(turn), -zoom * np.sin(turn)
    maps[:, 1, 0], maps[:, 1, 1] = mirror * zoom * np.sin(turn), zoom * np.cos(turn)
    maps[:, :, 2] = shift
    return torch.from_numpy(maps)


def relit(faces: torch.Tensor, random: np.random.Generator) -> torch.Tensor:
    """Faces [N, 3, H, W] in 0..1 with brightness, contrast and saturation changed, each by a factor of its own."""
    factors = random.uniform(1 - LIGHT, 1 + LIGHT, (3, len(faces), 1, 1, 1)).astype(np.float32)
    brightness, contrast, saturation = torch.from_numpy(factors).to(faces.device)
    faces = faces * brightness
    faces = torch.lerp(faces.mean((1, 2, 3), keepdim=True), faces, contrast)
    return torch.lerp(faces.mean(1, keepdim=True), faces, saturation).clamp_(0, 1)
