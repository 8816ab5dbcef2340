"""Training faces, each seen a little differently every time: shifted, zoomed, stretched, turned, mirrored, in other
light; now and then bent, blended with another, at a low resolution, or with a square erased.

All of it on the device that the pixels are on, drawn from a generator there, so that nothing waits for the host.
Validation and indexing never come here.
"""

import math

import torch
from torch.nn.functional import affine_grid, grid_sample, interpolate

from classifiers.networks.architectures import unit_range

OVERSAMPLED = 1.5  # training images are kept this much larger than the network's input, so that zooming in is sharp
ZOOM = (0.82, 1.06)  # share of the image's side that is seen
ASPECT = (0.95, 1.05)  # across, and down by as much the other way
SHIFT = 0.07  # of the image's side, either way
TURN = math.radians(8)
BENT = 0.01  # of the image's side, standard deviation of where each of 5 x 4 points goes, and all between them
LAMBDA = (0.2, 0.8)  # share of its own that a face keeps when it is blended with another
LIGHT = 0.2  # brightness, contrast and saturation change by up to this factor, either way
COARSE = (28, 60)  # pixels a side that a face of low resolution is made of
ERASED = (0.12, 0.32)  # of the image's side


def augmented(pixels: torch.Tensor, size: int, draws: torch.Generator) -> torch.Tensor:
    """float32[N, 3, size, size] in 0..1, each face of uint8[N, s, s, 3] changed as `draws` says."""
    return relit(moved(pixels, places(len(pixels), size, draws)), draws)


def places(count: int, size: int, draws: torch.Generator, bent: float = 0.0) -> torch.Tensor:
    """float32[count, size, size, 2]: where in the image each pixel of a view lies, both from -1 to 1; about the share
    `bent` of the views is bent a little.
    """
    grid = affine_grid(views(count, draws), [count, 3, size, size], align_corners=False)
    if not bent:
        return grid
    points = 2 * BENT * torch.randn((count, 2, 5, 4), generator=draws, device=draws.device)
    points = points * _chosen(bent, points, draws)
    return grid + interpolate(points, size=(size, size), mode="bicubic", align_corners=True).permute(0, 2, 3, 1)


def moved(pixels: torch.Tensor, grid: torch.Tensor) -> torch.Tensor:
    """float32[N, 3, size, size] in 0..1: faces of uint8[N, s, s, 3], seen at `places`."""
    return grid_sample(unit_range(pixels), grid, mode="bilinear", padding_mode="reflection", align_corners=False)


def blended(faces: torch.Tensor, others: torch.Tensor, draws: torch.Generator) -> torch.Tensor:
    """Faces [N, 3, s, s], the last M blended with `others` [M, 3, s, s]: half of these evenly, half from one side to
    the other.
    """
    count, size = len(others), faces.shape[-1]
    even = _uniform(LAMBDA, (count, 1, 1, 1), draws)
    turn, aside = _uniform((0, 2 * math.pi), (count, 1, 1), draws), _uniform((-0.3, 0.3), (count, 1, 1), draws)
    at = (torch.arange(size, device=faces.device) + 0.5) / size * 2 - 1
    ramp = torch.sigmoid(6 * (at[None, None, :] * turn.cos() + at[None, :, None] * turn.sin() + aside))[:, None]
    own = torch.cat((even[: count // 2].expand(-1, 1, size, size), ramp[count // 2 :]))
    return torch.cat((faces[:-count], torch.lerp(others, faces[-count:], own)))


def mirrored(pixels: torch.Tensor, draws: torch.Generator) -> torch.Tensor:
    """float32[N, 3, s, s] in 0..1 of uint8[N, s, s, 3], about half of them mirrored and nothing else."""
    faces = unit_range(pixels)
    return torch.where(_chosen(0.5, faces, draws), faces.flip(3), faces)


def views(count: int, draws: torch.Generator) -> torch.Tensor:
    """float32[count, 2, 3]: the affine map from the output's coordinates to the input's, half of them mirrored."""
    zoom, aspect = _uniform(ZOOM, (count,), draws), _uniform(ASPECT, (count,), draws)
    turn, side = _uniform((-TURN, TURN), (count,), draws), _uniform((-1, 1), (count,), draws)
    across, down = zoom * aspect * (1 - 2 * (side < 0).float()), zoom / aspect
    shift = _uniform((-2 * SHIFT, 2 * SHIFT), (2, count), draws)  # coordinates run from -1 to 1
    first = torch.stack((across * turn.cos(), -down * turn.sin(), shift[0]), 1)
    second = torch.stack((across * turn.sin(), down * turn.cos(), shift[1]), 1)
    return torch.stack((first, second), 1)


def relit(faces: torch.Tensor, draws: torch.Generator) -> torch.Tensor:
    """Faces [N, 3, H, W] in 0..1 with brightness, contrast and saturation changed, each by a factor of its own."""
    brightness, contrast, saturation = _uniform((1 - LIGHT, 1 + LIGHT), (3, len(faces), 1, 1, 1), draws)
    faces = faces * brightness
    faces = torch.lerp(faces.mean((1, 2, 3), keepdim=True), faces, contrast)
    return torch.lerp(faces.mean(1, keepdim=True), faces, saturation).clamp_(0, 1)


def coarse(faces: torch.Tensor, share: float, side: int) -> torch.Tensor:
    """Faces [N, 3, s, s], of which the first `share` are made of no more than `side` pixels a side.

    Batches are in random order, so the first are any; how many is known without asking the device.
    """
    count, size = round(share * len(faces)), faces.shape[-1]
    if not count or side >= size:
        return faces
    small = interpolate(faces[:count], size=(side, side), mode="bilinear", antialias=True, align_corners=False)
    back = interpolate(small, size=(size, size), mode="bilinear", align_corners=False)
    return torch.cat((back, faces[count:]))


def erased(faces: torch.Tensor, share: float, draws: torch.Generator) -> torch.Tensor:
    """Faces [N, 3, s, s], of which about that share have a square of one random colour somewhere.

    Zhong, Zheng, Kang, Li, Yang, "Random erasing data augmentation", AAAI 2020.
    """
    count, size = len(faces), faces.shape[-1]
    side = _uniform(ERASED, (count, 1), draws) * size
    corner = _uniform((0, 1), (2, count, 1), draws) * (size - side)
    place = torch.arange(size, device=faces.device) + 0.5
    down, across = (place >= corner) & (place < corner + side)
    square = (down[:, :, None] & across[:, None, :])[:, None]
    colour = _uniform((0, 1), (count, 3, 1, 1), draws)
    return torch.where(square & _chosen(share, faces, draws), colour, faces)


def resized(faces: torch.Tensor, size: int) -> torch.Tensor:
    """Faces [N, 3, s, s] in 0..1 at `size`, in memory of their own."""
    if faces.shape[-1] == size:
        return faces.clone()
    smaller = interpolate(faces, size=(size, size), mode="bicubic", antialias=True, align_corners=False)
    return smaller.clamp_(0, 1)


def _chosen(share: float, faces: torch.Tensor, draws: torch.Generator) -> torch.Tensor:
    """bool[N, 1, 1, 1]: each of the faces with that probability."""
    return _uniform((0, 1), (len(faces), 1, 1, 1), draws) < share


def _uniform(between: tuple[float, float], shape: tuple[int, ...], draws: torch.Generator) -> torch.Tensor:
    low, high = between
    return low + (high - low) * torch.rand(shape, generator=draws, device=draws.device)
