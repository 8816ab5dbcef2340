"""A head over a model's embeddings that tells people apart, trained on faces whose people are known.

Two layers, learned by CosFace, and written so that `retrieval.likeness.recognition` reads it with numpy alone. Knows
nothing of images, networks or grouping.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save
from torch import nn
from torch.nn.functional import cross_entropy, linear, normalize

SCALE, MARGIN = 32.0, 0.25  # of CosFace (Wang et al., CVPR 2018); margins of 0.25 and 0.4 give the same
EVEN = 10.0  # times the mean variance of strangers is added to that along each direction before it is divided by

Arrays = dict[str, NDArray[np.float32]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a head is trained: the widths of its layers, noise in standard deviations of the embeddings, and how long."""

    hidden: int = 512
    width: int = 256
    noise: float = 0.6
    dropout: float = 0.2
    epochs: int = 14
    batch_size: int = 512
    learning_rate: float = 2e-3
    weight_decay: float = 5e-2
    seed: int = 0


def trained(
    embeddings: NDArray[np.float32], people: NDArray[np.int64], recipe: Recipe, progress: Progress | None = None
) -> Arrays:
    """The head's arrays, without its threshold, learned from embeddings [N, F] of people int64[N] (-1: unknown).

    Who is seen once only is left out. The same recipe gives the same head on one machine. ValueError for fewer than
    two people.
    """
    chosen, numbers = _seen_often(people)
    faces, truth = torch.from_numpy(embeddings[chosen].astype(np.float32)), torch.from_numpy(numbers)
    if len(faces) == 0 or numbers.max() < 1:
        raise ValueError("To tell people apart takes two people with two faces each.")
    torch.manual_seed(recipe.seed)
    mean, deviation = faces.mean(0), faces.std(0)
    deviation = deviation.clamp(min=float(deviation.mean()) / 10)  # a number that hardly varies may vary elsewhere
    layers = layers_of(faces.shape[1], recipe)
    _learn(layers, (faces - mean) / deviation, truth, recipe, progress)
    return folded(layers.eval(), mean, deviation)


def written(arrays: Arrays, alike: float) -> bytes:
    """A head as a safetensors file, with the mean cosine from which two groups of faces are one person."""
    halved = {name: values.astype(np.float16) if values.ndim > 1 else values for name, values in arrays.items()}
    return save({**halved, "alike": np.array([alike], np.float32)})


def evened(arrays: Arrays, vectors: NDArray[np.float32]) -> Arrays:
    """The head whose vectors of strangers, float32[N, D] of unit length, are spread more evenly: where strangers differ
    most is not who somebody is. The inverse root of their covariance, regularised by EVEN, goes into the second layer.
    """
    variances, directions = np.linalg.eigh(np.cov(vectors.T, bias=True))
    weights = (variances.mean() / (variances + EVEN * variances.mean()).clip(1e-12)) ** 0.5
    turn = ((directions * weights) @ directions.T / weights.max()).astype(np.float32)
    return {**arrays, "second": arrays["second"] @ turn, "shift": arrays["shift"] @ turn}


def _seen_often(people: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which faces are of people with two faces or more, and those people's numbers from 0."""
    _, person, faces = np.unique(people, return_inverse=True, return_counts=True)
    chosen = (faces[person] > 1) & (people >= 0)
    return chosen, np.unique(people[chosen], return_inverse=True)[1]


def layers_of(features: int, recipe: Recipe) -> nn.Sequential:
    """A head's layers over standardised embeddings of so many numbers."""
    return nn.Sequential(
        nn.Linear(features, recipe.hidden),
        nn.BatchNorm1d(recipe.hidden),
        nn.PReLU(recipe.hidden),
        nn.Dropout(recipe.dropout),
        nn.Linear(recipe.hidden, recipe.width),
    )


def _learn(
    layers: nn.Sequential, faces: torch.Tensor, people: torch.Tensor, recipe: Recipe, progress: Progress | None
) -> None:
    persons = nn.Parameter(0.01 * torch.randn(int(people.max()) + 1, recipe.width))
    optimizer = torch.optim.AdamW([*layers.parameters(), persons], weight_decay=recipe.weight_decay)
    size = min(recipe.batch_size, len(faces))
    steps = len(faces) // size
    for epoch in range(recipe.epochs):
        layers.train()
        order = torch.randperm(len(faces))
        for step, batch in enumerate(torch.split(order[: steps * size], size)):
            done = (epoch * steps + step) / (recipe.epochs * steps)
            for group in optimizer.param_groups:
                group["lr"] = recipe.learning_rate * 0.5 * (1 + math.cos(math.pi * done))
            seen = faces[batch] + recipe.noise * torch.randn_like(faces[batch])
            loss = _cosface(layers(seen), persons, people[batch])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        if progress:
            progress(epoch + 1, recipe.epochs)


def _cosface(vectors: torch.Tensor, persons: torch.Tensor, people: torch.Tensor) -> torch.Tensor:
    """The mean loss of vectors [N, D], of which one direction of `persons` [P, D] is the right one."""
    cosines = linear(normalize(vectors), normalize(persons))
    right = torch.zeros_like(cosines).scatter_(1, people[:, None], MARGIN)
    return cross_entropy(SCALE * (cosines - right), people)


@torch.no_grad()
def folded(layers: nn.Sequential, mean: torch.Tensor, deviation: torch.Tensor) -> Arrays:
    """What the layers do in evaluation, as a head's arrays: standardising by mean and deviation [F] and batch
    normalisation are inside the first.
    """
    parts: list[Any] = list(layers)
    first, norm, bent, _, second = parts
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    weight = first.weight * scale[:, None] / deviation
    bias = (first.bias - norm.running_mean) * scale + norm.bias - weight @ mean
    tensors = {"first": weight.T, "bias": bias, "slope": bent.weight, "second": second.weight.T, "shift": second.bias}
    tensors["centre"] = torch.zeros_like(second.bias)
    return {name: tensor.contiguous().numpy() for name, tensor in tensors.items()}
