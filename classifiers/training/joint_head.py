"""The head that tells people apart, as it is learned beside its network: the same layers as
`classifiers.training.people_head` has, over embeddings that still change. It knows no losses.
"""

import torch
from torch import nn
from torch.nn.functional import normalize

from classifiers.training.people_head import Arrays, Recipe, folded, layers_of

WIDTH = 256  # of its vectors
RECIPE = Recipe(width=WIDTH, dropout=0.1)
RATE = 2.0  # times the network's learning rate: it begins with nothing


class JointHead(nn.Module):
    """Features [N, F] of a network -> vectors float32[N, 256], of any length."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(features, affine=False)
        self.layers = layers_of(features, RECIPE)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Of features as the network gives them, which become embeddings of unit length."""
        embeddings = normalize(features.float().clamp(min=1e-9))
        vectors: torch.Tensor = self.layers(self.norm(embeddings))
        return vectors

    @torch.no_grad()
    def arrays(self) -> Arrays:
        """The arrays of a head that does what this does in evaluation."""
        copy = JointHead(self.norm.num_features)
        copy.load_state_dict({name: values.cpu() for name, values in self.state_dict().items()})
        mean, variance = (copy.norm.get_buffer(name) for name in ("running_mean", "running_var"))
        return folded(copy.layers.eval(), mean, torch.sqrt(variance + copy.norm.eps))
