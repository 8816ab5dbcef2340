"""What a data set holds, in numbers: how common each attribute is, what goes with what, who is in it how often.

Knows nothing of pixels, networks or pictures.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import leaves_list, linkage  # type: ignore[import-untyped]
from scipy.spatial.distance import squareform  # type: ignore[import-untyped]

from classifiers.sets.celeba import SPLITS, CelebA, Faces
from retrieval.attributes import ATTRIBUTES


class Frequency(NamedTuple):
    """How many faces have an attribute; `imbalance` is how many of the commoner class come on one of the rarer,
    None where there is but one class.
    """

    attribute: str
    positives: int
    share: float
    imbalance: float | None


class Pair(NamedTuple):
    """Two attributes, and phi: the correlation of their labels, from -1 (never together) to 1 (always)."""

    first: str
    second: str
    phi: float


class Examples(NamedTuple):
    """Faces chosen to be looked at, by their numbers: some that have an attribute, some that have it not."""

    positive: NDArray[np.int64]
    negative: NDArray[np.int64]


def frequencies(labels: NDArray[np.bool_]) -> list[Frequency]:
    """Of labels [N, 40], the commonest attribute first."""
    counts = labels.sum(0).tolist()
    found = [_frequency(name, count, len(labels)) for name, count in zip(ATTRIBUTES, counts, strict=True)]
    return sorted(found, key=lambda row: (-row.positives, row.attribute))


def _frequency(name: str, positives: int, count: int) -> Frequency:
    rarer = min(positives, count - positives)
    return Frequency(name, positives, positives / max(1, count), (count - rarer) / rarer if rarer else None)


def correlations(labels: NDArray[np.bool_]) -> NDArray[np.float64]:
    """float64[40, 40], phi of every two attributes of labels [N, 40]; 0 with one that all faces or none have."""
    centred = labels - labels.mean(0)
    length = np.linalg.norm(centred, axis=0)
    unit = np.divide(centred, length, out=np.zeros_like(centred), where=length > 0)
    phi: NDArray[np.float64] = np.clip(unit.T @ unit, -1, 1)
    np.fill_diagonal(phi, 1)
    return phi


def clustered(phi: NDArray[np.float64]) -> NDArray[np.int64]:
    """int64[40], the order of attributes in which those that go together stand together.

    Average linkage of the distance 1 - phi, the leaves ordered so that neighbours are alike (Bar-Joseph et al. 2001).
    """
    distances = squareform(1 - phi, checks=False)
    order: NDArray[np.int64] = leaves_list(linkage(distances, "average", optimal_ordering=True)).astype(np.int64)
    return order


def strongest(phi: NDArray[np.float64], count: int = 20) -> list[Pair]:
    """The pairs whose phi [40, 40] is furthest from 0, either way, the strongest first."""
    first, second = np.triu_indices(len(phi), 1)
    values = phi[first, second]
    order = np.lexsort((second, first, -np.abs(values)))[:count]
    return [Pair(ATTRIBUTES[first[i]], ATTRIBUTES[second[i]], float(values[i])) for i in order]


def crossed(labels: NDArray[np.bool_], first: str, second: str) -> NDArray[np.int64]:
    """int64[2, 2]: how many faces have neither, only the second; only the first, both."""
    one, other = (labels[:, ATTRIBUTES.index(name)].astype(np.int64) for name in (first, second))
    return np.bincount(2 * one + other, minlength=4).reshape(2, 2)


def images_per_person(identities: NDArray[np.int64]) -> list[tuple[int, int]]:
    """(images, how many people have so many), by images; empty where the data set names nobody (-1)."""
    named = identities[identities >= 0]
    images, people = np.unique(np.unique(named, return_counts=True)[1], return_counts=True)
    return list(zip(images.tolist(), people.tolist(), strict=True))


def partitions(data: CelebA) -> list[tuple[str, int]]:
    """(name, images) of each partition."""
    return [(name, int((data.partition == number).sum())) for name, number in SPLITS.items()]


def examples(faces: Faces, attribute: str, count: int, seed: int) -> Examples:
    """Up to `count` faces with and without an attribute, chosen by `seed`, of different people while there are."""
    column = ATTRIBUTES.index(attribute)
    random = np.random.default_rng([seed, column])
    has = faces.labels[:, column]
    chosen = (_of_different_people(random.permutation(np.flatnonzero(has == value)), faces) for value in (True, False))
    return Examples(*(numbers[:count] for numbers in chosen))


def _of_different_people(numbers: NDArray[np.int64], faces: Faces) -> NDArray[np.int64]:
    """The same numbers, every person's first face before anybody's second."""
    people = faces.identities[numbers]
    first = np.zeros(len(numbers), bool)
    first[np.unique(people, return_index=True)[1]] = True
    first |= people < 0
    return np.concatenate([numbers[first], numbers[~first]])
