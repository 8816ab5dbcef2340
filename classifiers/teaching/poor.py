"""Faces made as poor as many pictures are: in bad light, coarse, noisy, badly compressed.

Blocks and tables are JPEG's (ISO/IEC 10918-1, annex K); colours are as fine as light. All of it on the device
that the faces are on; what decides the shape of the work is drawn on the host, so that nothing waits for it.
"""

import math
from functools import lru_cache

import numpy as np
import torch
from torch.nn.functional import pad

from classifiers.teaching.augment import coarse

COARSE = (20, 72)  # pixels a side
NOISE = (0.02, 0.1)  # standard deviation, of 0..1
QUALITY = (10.0, 60.0)  # JPEG's, of 100
GREY, TINTED, SHADED = 0.06, 0.3, 0.15  # shares of faces
TINT = 0.04  # standard deviation of each colour's factor
SHADE = 0.35  # at most, from the middle to a side
GAMMA = 0.15  # standard deviation of its logarithm
BLOCK = 8

Draws = torch.Generator


def poorer(faces: torch.Tensor, share: float, random: np.random.Generator, draws: Draws) -> torch.Tensor:
    """Faces [N, 3, s, s] in 0..1, of which the first `share` are poor; batches are in random order, so these are any.

    Of five of them, four are coarse, each fifth by another number of pixels; the third is noisy too; and the last three
    are compressed.
    """
    fifth = int(share * len(faces)) // 5
    if not fifth:
        return faces
    parts = list(torch.split(faces[: 5 * fifth], fifth))
    for number in range(4):
        parts[number] = coarse(parts[number], 1.0, int(random.integers(*COARSE)))
    parts[2] = noisy(parts[2], draws)
    return torch.cat((*parts[:2], compressed(torch.cat(parts[2:]), draws), faces[5 * fifth :]))


def badly_lit(faces: torch.Tensor, draws: Draws) -> torch.Tensor:
    """Faces [N, 3, s, s] in 0..1, each lighter or darker where it is neither black nor white; some grey, some tinted,
    some shaded from one side to the other.
    """
    count, size = len(faces), faces.shape[-1]
    grey, tinted, shaded = _random((3, count, 1, 1, 1), draws)
    faces = torch.lerp(faces, faces.mean(1, keepdim=True), (grey < GREY).float())
    tint = torch.randn((count, 3, 1, 1), generator=draws, device=draws.device)
    at = (torch.arange(size, device=faces.device) + 0.5) / size * 2 - 1
    strength, turn = SHADE * _random((count, 1, 1, 1), draws), 2 * math.pi * _random((count, 1, 1, 1), draws)
    side = at * turn.cos() + at[:, None] * turn.sin()
    faces = faces * (1 + TINT * tint * (tinted < TINTED)) * (1 + strength * side * (shaded < SHADED))
    gamma = GAMMA * torch.randn((count, 1, 1, 1), generator=draws, device=draws.device)
    return faces.clamp(1e-4, 1) ** gamma.exp()


def noisy(faces: torch.Tensor, draws: Draws) -> torch.Tensor:
    """Each with noise of a strength of its own."""
    strength = NOISE[0] + (NOISE[1] - NOISE[0]) * _random((len(faces), 1, 1, 1), draws)
    noise = torch.randn(faces.shape, generator=draws, device=draws.device)
    return (faces + strength * noise).clamp(0, 1)


def compressed(faces: torch.Tensor, draws: Draws) -> torch.Tensor:
    """Each as a JPEG of some quality gives it back."""
    side = faces.shape[-1]
    more = -side % BLOCK
    quality = QUALITY[0] + (QUALITY[1] - QUALITY[0]) * _random((len(faces), 1, 1, 1), draws)
    return jpeg(pad(faces, (0, more, 0, more), mode="replicate"), quality)[:, :, :side, :side]


def jpeg(faces: torch.Tensor, quality: torch.Tensor) -> torch.Tensor:
    """Faces [N, 3, s, s] in 0..1, s a multiple of 8, each compressed and decoded at its quality [N, 1, 1, 1]."""
    colours, back, cosines, tables = _constants(faces.device)
    scale = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality) / 100
    steps = (tables * scale).clamp(min=1)[:, :, None, None]
    count, _, side, _ = faces.shape
    planes = torch.einsum("ij,njhw->nihw", colours, faces * 255) - _middle(faces.device)
    blocks = planes.view(count, 3, side // BLOCK, BLOCK, side // BLOCK, BLOCK).permute(0, 1, 2, 4, 3, 5)
    kept = torch.round(cosines @ blocks @ cosines.T / steps) * steps
    planes = (cosines.T @ kept @ cosines).permute(0, 1, 2, 4, 3, 5).reshape(count, 3, side, side)
    return (torch.einsum("ij,njhw->nihw", back, planes + _middle(faces.device)) / 255).clamp(0, 1)


def _random(shape: tuple[int, ...], draws: Draws) -> torch.Tensor:
    return torch.rand(shape, generator=draws, device=draws.device)


@lru_cache(maxsize=8)
def _middle(device: torch.device) -> torch.Tensor:
    """Of the luminance, which lies in 0..255; the other two lie around 0 already."""
    return torch.tensor([128.0, 0.0, 0.0], device=device).view(1, 3, 1, 1)


@lru_cache(maxsize=8)
def _constants(device: torch.device) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """From RGB to luminance and colours, and back; the cosine transform of a block; and how coarsely each of its
    numbers is kept, [3, 8, 8]. Copied to a device once.
    """
    colours = torch.tensor([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
    at = torch.arange(float(BLOCK))
    weights = torch.full((BLOCK, 1), 0.5)
    weights[0] = math.sqrt(1 / 8)
    cosines = torch.cos((2 * at[None] + 1) * at[:, None] * math.pi / 16) * weights
    tables = torch.stack([LUMINANCE, COLOURS, COLOURS])
    return colours.to(device), torch.linalg.inv(colours).to(device), cosines.to(device), tables.to(device)


LUMINANCE = torch.tensor(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ],
    dtype=torch.float32,
)
COLOURS = torch.full((8, 8), 99.0)
COLOURS[:4, :4] = torch.tensor([[17.0, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]])
