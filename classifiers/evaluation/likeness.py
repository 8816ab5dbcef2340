"""How good embeddings are for finding similar faces: whether a person's other photographs come first, and on how many
attributes a face and its nearest agree. Knows nothing of networks or of how a library searches.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

AT = (1, 5, 10)
NEIGHBOURS = 10
FALSE_MATCHES = 1e-3  # a pair of two people
BLOCK = 512  # queries whose similarities are in memory at once


@dataclass(frozen=True, slots=True)
class Likeness:
    """`recall[k]` is the share of the `queries` with another photograph of the same person among the k nearest.

    `agreement` is the mean number of the 40 labels that are equal between a face and its ten nearest; `chance` the
    same between a face and any other, `same_person` between two photographs of a person.
    """

    queries: int
    recall: dict[int, float]
    agreement: float
    chance: float
    same_person: float

    def as_json(self) -> dict[str, Any]:
        """With the numbers of neighbours as text."""
        return {**asdict(self), "recall": {str(k): share for k, share in self.recall.items()}}


def likeness(
    embeddings: NDArray[np.float32], identities: NDArray[np.int64], labels: NDArray[np.bool_], at: Sequence[int] = AT
) -> Likeness:
    """The figures of embeddings [N, D] of unit length, whose people are `identities` [N] (-1: unknown), whose labels
    are [N, 40]. Every photograph is a query; for recall, those whose person has another one.
    """
    nearest = neighbours(embeddings, max(*at, NEIGHBOURS))
    known = identities >= 0
    person = np.unique(identities[known], return_inverse=True)[1]
    hits = _hits(nearest, identities)
    everybody = np.zeros(len(labels), np.int64)
    return Likeness(
        queries=len(hits),
        recall=_recall(hits, at),
        agreement=_mean((labels[nearest[:, :NEIGHBOURS]] == labels[:, None]).sum(2)),
        chance=_agreement_within(everybody, labels),
        same_person=_agreement_within(person, labels[known]),
    )


def recalls(embeddings: NDArray[np.float32], identities: NDArray[np.int64], at: Sequence[int] = AT) -> dict[int, float]:
    """The recall alone, as `likeness` has it."""
    hits = _hits(neighbours(embeddings, max(at)), identities)
    return _recall(hits, at)


def pairs_found(
    vectors: NDArray[np.float32], identities: NDArray[np.int64], false_matches: float = FALSE_MATCHES
) -> float:
    """Of the pairs of photographs of one person the share that is more alike than all but that share of the pairs of
    two people are, of vectors [N, D] of unit length. Who is not known (-1) counts for none; without either, 0.
    """
    known = identities >= 0
    first, second = np.triu_indices(int(known.sum()), 1)
    same = identities[known][first] == identities[known][second]
    alike = (vectors[known] @ vectors[known].T)[first, second]
    if same.all() or not same.any():
        return 0.0
    return float((alike[same] >= np.quantile(alike[~same], 1 - false_matches)).mean())


def _recall(hits: NDArray[np.bool_], at: Sequence[int]) -> dict[int, float]:
    return {k: float(hits[:, :k].max(axis=1, initial=False).mean()) if len(hits) else 0.0 for k in at}


def _hits(nearest: NDArray[np.int64], identities: NDArray[np.int64]) -> NDArray[np.bool_]:
    """bool[Q, k]: which of the nearest are the same person, for each face whose person has another photograph."""
    known = identities >= 0
    _, person, photographs = np.unique(identities[known], return_inverse=True, return_counts=True)
    asked = np.zeros(len(identities), bool)
    asked[known] = photographs[person] > 1
    hits: NDArray[np.bool_] = identities[nearest[asked]] == identities[asked][:, None]
    return hits


def neighbours(embeddings: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """int64[N, count], or fewer where there are fewer: the nearest others by cosine, the nearest first."""
    count = min(count, len(embeddings) - 1)
    nearest = np.empty((len(embeddings), count), np.int64)
    for start in range(0, len(embeddings), BLOCK):
        rows = np.arange(start, min(start + BLOCK, len(embeddings)))
        similarity = embeddings[rows] @ embeddings.T
        similarity[np.arange(len(rows)), rows] = -np.inf
        best = np.argpartition(-similarity, count - 1, axis=1)[:, :count]
        order = np.argsort(-np.take_along_axis(similarity, best, 1), axis=1, kind="stable")
        nearest[rows] = np.take_along_axis(best, order, 1)
    return nearest


def in_groups(groups: Sequence[Sequence[int]], identities: NDArray[np.int64]) -> tuple[float, float]:
    """Of the pairs of faces that lie in one of the `groups` (positions in `identities` [N]) the share that is one
    person, and of the pairs that are one person the share that lies in one. Faces of nobody known (-1) count for none.
    """
    labels = np.full(len(identities), -1)
    for number, members in enumerate(groups):
        labels[list(members)] = number
    together, same = _pairs(labels), _pairs(identities)
    right = int((together & same).sum())
    return right / max(1, int(together.sum())), right / max(1, int(same.sum()))


def _pairs(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """bool[N * (N - 1) / 2]: which pairs have one number, -1 being none."""
    first, second = np.triu_indices(len(numbers), 1)
    equal: NDArray[np.bool_] = (numbers[first] == numbers[second]) & (numbers[first] >= 0)
    return equal


def _agreement_within(groups: NDArray[np.int64], labels: NDArray[np.bool_]) -> float:
    """The mean number of equal labels over all pairs of rows of the same group; groups are numbered from 0."""
    sizes = np.bincount(groups)
    true = np.zeros((len(sizes), labels.shape[1]))
    np.add.at(true, groups, labels)
    false = sizes[:, None] - true
    pairs = (sizes * (sizes - 1)).sum()
    return float((true * (true - 1) + false * (false - 1)).sum() / pairs) if pairs else 0.0


def _mean(values: NDArray[Any]) -> float:
    return float(values.mean()) if values.size else 0.0
