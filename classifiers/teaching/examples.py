"""What a run learns from, on the device it runs on: pixels that are copied there once, and all that is told of each.

And an epoch's batches of these, whose order and every change of a face are drawn from seed and epoch. Knows nothing of
networks but what teachers say, and nothing of losses.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from classifiers.cards.preprocessing import Preprocessing
from classifiers.hyperparameters import Hyperparameters
from classifiers.sets import face_sets, pixels
from classifiers.sets.face_sets import FaceSet
from classifiers.teaching import descriptors
from classifiers.teaching.augment import OVERSAMPLED
from classifiers.teaching.distill import Taught, taught
from classifiers.teaching.looks import looks

SHARPEST = 192  # pixels a side
SHARE = 0.5  # of a GPU's free memory that pixels may take: the rest is the network's
CHUNK = 4096  # images copied at once

Decoding = Callable[[int, int], None] | None


class Told(NamedTuple):
    """What is told of N faces: labels float32[N, 40] of 0 and 1, and what a run may want beside these. Which labels
    are known, bool[N, 40] (all, where None); what teachers say of each image as it is, float32[N, 40], and what they
    see there, float16[N, W]; whose faces they are, int64[N] from 0, -1 for unknown; descriptors, float32[N, D].
    """

    labels: torch.Tensor
    known: torch.Tensor | None = None
    probabilities: torch.Tensor | None = None
    hints: torch.Tensor | None = None
    people: torch.Tensor | None = None
    descriptors: torch.Tensor | None = None

    def of(self, chosen: torch.Tensor) -> "Told":
        """The same of those chosen, in that order."""
        return Told(*(None if each is None else each[chosen] for each in self))  # type: ignore[arg-type]

    def of_nobody(self, last: int) -> "Told":
        """The same, but of the `last` so many, who are two people each, nothing is known."""
        known = torch.ones_like(self.labels, dtype=torch.bool) if self.known is None else self.known.clone()
        known[-last:] = False
        if self.people is None:
            return self._replace(known=known)
        people = self.people.clone()
        people[-last:] = -1
        return self._replace(known=known, people=people)


class InFiles:
    """Pixels uint8[N, s, s, 3] that stay in their files: of a run on the CPU, or that fit into no GPU."""

    def __init__(self, parts: Sequence[NDArray[np.uint8]], device: str) -> None:
        self._parts, self._device = parts, device
        self._starts = np.cumsum([0, *map(len, parts)])

    def __len__(self) -> int:
        return int(self._starts[-1])

    def __getitem__(self, chosen: torch.Tensor) -> torch.Tensor:
        """Those chosen, uint8[M, s, s, 3] on the device."""
        wanted = chosen.numpy()
        found = np.empty((len(wanted), *self._parts[0].shape[1:]), np.uint8)
        for part, start in zip(self._parts, self._starts, strict=False):
            here = (wanted >= start) & (wanted < start + len(part))
            found[here] = part[wanted[here] - start]
        return torch.from_numpy(found).to(self._device)


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Prepared faces uint8[N, s, s, 3], on the device where they fit, what is told of them, and which of them have
    labels that are not known, bool[N].
    """

    pixels: torch.Tensor | InFiles
    told: Told
    partial: NDArray[np.bool_]

    def drawn(self, share: float) -> int:
        """How many an epoch draws: all, but of those that have unknown labels only that share."""
        return int((~self.partial).sum()) + int(share * self.partial.sum())


class Batch(NamedTuple):
    """The student's faces float32[N, 3, size, size] in 0..1, the view that they are of at the largest size anybody
    needs, what is told of them, and which of the examples they are, int64[N]. The last are blended with those of
    `others`, int64[M]; the first `poor` are poor pictures.
    """

    faces: torch.Tensor
    view: torch.Tensor
    told: Told
    chosen: torch.Tensor
    others: torch.Tensor
    poor: int = 0


def batches(examples: Examples, hyper: Hyperparameters, epoch: int, size: int | None = None) -> Iterator[Batch]:
    """An epoch's whole batches: every example at most once, views of `size` pixels a side (or as the student's)."""
    random = np.random.default_rng([hyper.seed, epoch])
    order = torch.from_numpy(_order(examples.partial, hyper.partial, random))
    device = examples.told.labels.device
    draws = torch.Generator(device).manual_seed(int(random.integers(2**63)))
    many = min(hyper.batch_size, len(order))
    steps, blended = len(order) // many, int(hyper.blend * many)
    partners = torch.from_numpy(random.integers(len(examples.pixels), size=steps * blended if blended else 0))
    there, beside = order.to(device), partners.to(device)
    for step in range(steps):
        mine, its = slice(step * many, (step + 1) * many), slice(step * blended, (step + 1) * blended)
        on_host = not isinstance(examples.pixels, torch.Tensor)
        faces = examples.pixels[(order if on_host else there)[mine]]
        others = examples.pixels[(partners if on_host else beside)[its]] if blended else None
        seen = looks(faces, others, hyper, size or hyper.size, random, draws)
        told = examples.told.of(there[mine])
        yield Batch(
            *seen, told.of_nobody(blended) if blended else told, there[mine], beside[its], int(hyper.poor * many)
        )


def _order(partial: NDArray[np.bool_], share: float, random: np.random.Generator) -> NDArray[np.int64]:
    """An epoch's examples in random order: those whose labels are all known, and that share of the others."""
    some = random.permutation(np.flatnonzero(partial))[: int(share * partial.sum())]
    return random.permutation(np.concatenate((np.flatnonzero(~partial), some)))


def gathered(
    sets: Sequence[FaceSet],
    hyper: Hyperparameters,
    prepared: Preprocessing,
    cache: Path,
    device: str,
    decoding: Decoding = None,
) -> Examples:
    """The examples of all the sets, one after another, the first `hyper.limit` of each, at the size of `prepared`, or
    larger where they are to be zoomed. DatasetError for an image, RunError for descriptors that cannot be used.
    """
    some = [each.first(hyper.limit) for each in sets]
    larger = replace(prepared, size=_larger(prepared.size)) if hyper.augment else prepared
    found = held([pixels.cached(each.faces, larger, cache, decoding) for each in some], device)
    known = np.concatenate([each.known for each in some])
    said = _taught(some, hyper, cache, device, decoding)
    facts = (
        np.concatenate([each.faces.labels for each in some]).astype(np.float32),
        None if known.all() else known,
        said and said.probabilities,
        said.hints if said and hyper.hint else None,
        face_sets.people(some) if hyper.identity or hyper.with_head else None,
        _described(sets, hyper) if hyper.descriptors else None,
    )
    told = Told(*(None if each is None else torch.from_numpy(each).to(device) for each in facts))  # type: ignore[arg-type]
    return Examples(found, told, np.asarray(~known.all(1)))


def _larger(size: int) -> int:
    """Pixels a side that images are kept at, so that zooming in is sharp, as far as a face has more to show."""
    return min(round(size * OVERSAMPLED), max(size, SHARPEST))


def held(parts: Sequence[NDArray[np.uint8]], device: str) -> torch.Tensor | InFiles:
    """Pixels uint8[N, s, s, 3], copied to the device once where it has a memory of its own and they fit into it."""
    if not fits(sum(part.nbytes for part in parts), device):
        return InFiles(parts, device)
    pixels = torch.empty((sum(map(len, parts)), *parts[0].shape[1:]), dtype=torch.uint8, device=device)
    start = 0
    for part in parts:
        for first in range(0, len(part), CHUNK):
            chunk = torch.from_numpy(np.array(part[first : first + CHUNK]))
            pixels[start + first : start + first + len(chunk)] = chunk
        start += len(part)
    return pixels


def fits(size: int, device: str) -> bool:
    """Whether so many bytes may be held on a GPU beside the network; on a CPU they are as near in their files."""
    return torch.device(device).type == "cuda" and size <= SHARE * torch.cuda.mem_get_info(device)[0]


def _taught(
    sets: Sequence[FaceSet], hyper: Hyperparameters, cache: Path, device: str, decoding: Decoding
) -> Taught | None:
    """What teachers say of the images as they are; None without teachers, or where they see what the student sees."""
    if not hyper.teachers or hyper.same_view:
        return None
    each = [taught(hyper.teachers, one.faces, cache, device, decoding) for one in sets]
    return Taught(*(np.concatenate(parts) for parts in zip(*each, strict=True)))


def _described(sets: Sequence[FaceSet], hyper: Hyperparameters) -> NDArray[np.float32]:
    """The descriptors of the first `hyper.limit` images of each set, from a file with a row for every image."""
    values = descriptors.read(Path(hyper.descriptors), sum(map(len, sets)))
    ends = np.cumsum([len(each) for each in sets])
    return np.concatenate([part[: hyper.limit] for part in np.split(values, ends[:-1])])
