"""A network of torch's at work on many prepared faces, some at a time. Knows neither labels nor figures."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray

from classifiers.cards.preprocessing import Preprocessing
from classifiers.networks.architectures import FaceNetwork, normalised, unit_range
from classifiers.networks.predicted import Predicted
from retrieval.attributes import ATTRIBUTES


@torch.no_grad()
def features_of(
    network: FaceNetwork, preprocessing: Preprocessing, faces: NDArray[np.uint8] | torch.Tensor, batch_size: int = 64
) -> torch.Tensor:
    """float32[N, F] on the network's device: what its last layer sees of uint8[N, size, size, 3], in eval mode."""
    network.eval()
    device = next(network.parameters()).device
    parts = []
    for start in range(0, len(faces), batch_size):
        some = faces[start : start + batch_size]
        some = some if isinstance(some, torch.Tensor) else some.copy()
        parts.append(network(normalised(unit_range(some, device), preprocessing))[1])
    return torch.cat(parts)


@torch.inference_mode()
def predict(
    network: FaceNetwork,
    preprocessing: Preprocessing,
    faces: NDArray[np.uint8] | torch.Tensor,
    *,
    batch_size: int = 64,
    autocast: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Predicted:
    """What the network says of uint8[N, size, size, 3], in eval mode; `autocast` computes in bfloat16.

    What it says comes from the device in one piece, at the end. `progress` is called with (faces done, faces in all).
    """
    network.eval()
    device = next(network.parameters()).device
    logits = torch.empty(len(faces), len(ATTRIBUTES), device=device)
    embeddings = torch.empty(len(faces), network.embed.out_features, device=device)
    for start in range(0, len(faces), batch_size):
        batch = slice(start, start + batch_size)
        some = faces[batch] if isinstance(faces, torch.Tensor) else faces[batch].copy()
        with torch.autocast(device.type, torch.bfloat16, enabled=autocast):
            scores, features = network(normalised(unit_range(some, device), preprocessing))
        logits[batch], embeddings[batch] = scores.float(), unit(features.float())
        if progress:
            progress(min(start + batch_size, len(faces)), len(faces))
    return Predicted(logits.cpu().numpy(), embeddings.cpu().numpy())


def unit(features: torch.Tensor) -> torch.Tensor:
    """Features scaled to unit length; where all are zero, all become equal, since zero has no direction."""
    return torch.nn.functional.normalize(features.clamp(min=1e-9), dim=1)
