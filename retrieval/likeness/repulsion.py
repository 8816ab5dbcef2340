"""How points on a plane push each other away in t-SNE, all by all, in time that grows with the points and not with
their pairs: on a grid, by Fourier transforms (Linderman and others, Fast interpolation-based t-SNE, 2019). It knows
nothing of faces.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.likeness.faiss_index import Floats

FEW = 400  # points of which all pairs are looked at
CELL = 0.5  # width of a cell; what is nearer than 1 is near, in t-SNE
LEAST, MOST = 64, 2000  # cells across; beyond, they become larger

Numbers = NDArray[np.int64]


class _Grid(NamedTuple):
    """Where points lie in a square grid of `size` cells across, padded to twice that: the numbers int64[4, n] of the
    four nodes around each, and how much each of them counts, float32[4, n].
    """

    size: int
    cell: float
    nodes: Numbers
    shares: Floats


def repulsion(places: Floats) -> tuple[Floats, float]:
    """float32[n, 2]: the sum over all others of the difference of the places float32[n, 2], over (1 + d^2)^2; and the
    sum of 1 / (1 + d^2) over all pairs, each counted twice. Beyond FEW points to a few parts in a hundred.
    """
    return _of_few(places) if len(places) <= FEW else _on_grid(places)


def _of_few(places: Floats) -> tuple[Floats, float]:
    apart = places[:, None] - places
    near = 1 / (1 + np.einsum("ija,ija->ij", apart, apart))
    pushed: Floats = np.einsum("ij,ija->ia", near * near, apart)
    return pushed, max(float(near.sum()) - len(places), 1e-9)


def _on_grid(places: Floats) -> tuple[Floats, float]:
    from scipy import fft  # type: ignore[import-untyped]  # a tenth of a second that only a map should take

    grid = _grid(places, fft.next_fast_len)
    shape = (grid.size, grid.size)
    charges = np.zeros(grid.size * grid.size)
    for nodes, shares in zip(grid.nodes, grid.shares, strict=True):
        charges += np.bincount(nodes, shares, minlength=len(charges))
    spectrum = fft.rfft2(charges.reshape(shape).astype(np.float32))
    felt = [_felt(grid, fft.irfft2(spectrum * fft.rfft2(kernel), shape)) for kernel in _kernels(grid)]
    return np.stack(felt[1:], axis=1), max(float(felt[0].sum()) - _of_itself(grid), 1e-9)


def _grid(places: Floats, fast: Callable[..., int]) -> _Grid:
    low = places.min(axis=0)
    span = float((places.max(axis=0) - low).max())
    cell = max(CELL, span / MOST) if span > LEAST * CELL else max(span / LEAST, 1e-9)
    inside = (places - low) / np.float32(cell)
    corner = inside.astype(np.int64)
    size = fast(2 * (int(span / cell) + 3), real=True)
    right, down = (inside - corner).T
    first = corner[:, 0] * size + corner[:, 1]
    nodes = np.stack([first, first + 1, first + size, first + size + 1])
    shares = np.stack([(1 - right) * (1 - down), (1 - right) * down, right * (1 - down), right * down])
    return _Grid(size, cell, nodes, shares)


def _kernels(grid: _Grid) -> Iterator[Floats]:
    """What one point does to the nodes around the first: nearness, and the push in either direction."""
    steps = np.arange(grid.size)
    away = (np.where(steps <= grid.size // 2, steps, steps - grid.size) * grid.cell).astype(np.float32)
    near: Floats = (1 / (1 + away[:, None] ** 2 + away[None] ** 2)).astype(np.float32)
    yield near
    yield near * near * away[:, None]
    yield near * near * away[None]


def _of_itself(grid: _Grid) -> float:
    """What all points feel of themselves, being spread over four nodes each."""
    beside, across = 1 / (1 + grid.cell**2), 1 / (1 + 2 * grid.cell**2)
    one, two, three, four = grid.shares
    near = (one + four) * (two + three) * beside + (one * four + two * three) * across
    return float(((grid.shares**2).sum(axis=0) + 2 * near).sum(dtype=np.float64))


def _felt(grid: _Grid, field: Floats) -> Floats:
    """The field at each point."""
    flat = field.reshape(-1)
    felt: Floats = sum(flat[nodes] * shares for nodes, shares in zip(grid.nodes, grid.shares, strict=True))
    return felt
