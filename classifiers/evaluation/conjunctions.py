"""Queries as the measure: how well all conjunctions of two and of three attributes, each wanted or not, are answered.

A conjunction ranks faces by the sum of the calibrated log-probabilities of its words (log p for a wanted attribute,
log(1 - p) for one after NOT), the same order as their product's; or it filters them, each word at its threshold.
Knows nothing of networks or of how a library answers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.attributes import ATTRIBUTES

LEAST = 20  # true images that a conjunction needs, to be measured
PAGE = 60  # what a person sees first
BLOCK = 512  # conjunctions that are ranked at once
SMALLEST = 1e-12  # a probability below it is as if it were this


@dataclass(frozen=True, slots=True, eq=False)
class Literals:
    """Conjunctions of k words: `columns` int64[Q, k] are attributes, `wanted` bool[Q, k] is False for NOT."""

    columns: NDArray[np.int64]
    wanted: NDArray[np.bool_]

    def __getitem__(self, chosen: Any) -> "Literals":
        """Those chosen, by a mask or a slice."""
        return Literals(self.columns[chosen], self.wanted[chosen])

    @property
    def rows(self) -> NDArray[np.int64]:
        """int64[Q, k]: each word's row where the 40 attributes are followed by their 40 negations."""
        return np.where(self.wanted, self.columns, self.columns + len(ATTRIBUTES))


@dataclass(frozen=True, slots=True)
class Conjunctions:
    """Means over `queries` conjunctions of `words` words: average precision of the ranking, precision of its first 60,
    and F1 of the filter by the name of its thresholds.

    `best_first_60` is the precision that a perfect ranking has there, since many have fewer than 60 true images.
    """

    words: int
    queries: int
    average_precision: float
    first_60: float
    best_first_60: float
    filter_f1: dict[str, float]

    def as_json(self) -> dict[str, Any]:
        """All figures by name."""
        return asdict(self)


def conjunctions(
    probabilities: NDArray[np.float32],
    labels: NDArray[np.bool_],
    sets: Mapping[str, NDArray[np.float64]],
    words: int,
    *,
    negated: bool = True,
    least: int = LEAST,
) -> Conjunctions:
    """The figures of all conjunctions of that many words with at least `least` true images among [N, 40]; with
    `negated`, every word also after NOT. `sets` are thresholds [40] by name.
    """
    truth = _packed(labels)
    queries = enumerated(words, negated=negated)
    true = _count(truth, queries)
    queries, true = queries[true >= least], true[true >= least]
    ranked = [_ranked(block, probabilities, labels) for block in _blocks(queries)]
    precisions, first = (np.concatenate(part) for part in zip(*ranked, strict=True)) if ranked else (true, true)
    return Conjunctions(
        words=words,
        queries=len(true),
        average_precision=_mean(precisions),
        first_60=_mean(first),
        best_first_60=_mean(np.minimum(true, PAGE) / min(PAGE, max(1, len(labels)))),
        filter_f1={name: _mean(_filter_f1(queries, probabilities >= cuts, truth, true)) for name, cuts in sets.items()},
    )


def enumerated(words: int, *, negated: bool) -> Literals:
    """All sets of that many attributes, with every choice of NOT where `negated`."""
    columns = np.array(list(combinations(range(len(ATTRIBUTES)), words)), np.int64)
    signs = np.arange(2**words if negated else 1)
    wanted = (signs[:, None] >> np.arange(words) & 1) == 0
    return Literals(np.repeat(columns, len(signs), 0), np.tile(wanted, (len(columns), 1)))


def expected_filter_f1(precision: NDArray[np.float64], recall: NDArray[np.float64], words: int) -> float:
    """The mean F1 over all conjunctions of `words` wanted attributes, by arithmetic from each one's precision and
    recall [40], as if errors were independent: to compare with published networks, of which no more is known.
    """
    columns = enumerated(words, negated=False).columns
    p, r = precision[columns].prod(1), recall[columns].prod(1)
    return _mean(2 * p * r / np.maximum(p + r, SMALLEST))


def _blocks(queries: Literals) -> Iterator[Literals]:
    for start in range(0, len(queries.columns), BLOCK):
        yield queries[start : start + BLOCK]


def _ranked(
    queries: Literals, probabilities: NDArray[np.float32], labels: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each conjunction's average precision, and the precision of its first 60."""
    order, scores = ranking(queries, probabilities)
    hits = np.logical_and.reduce(_literals(labels, ~labels)[queries.rows], axis=1)
    hits = np.take_along_axis(hits, order, 1)
    return average_precisions(hits, np.take_along_axis(scores, order, 1)), hits[:, :PAGE].mean(1)


def ranking(queries: Literals, probabilities: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """int64[Q, N], the faces of each conjunction, the surest first; and float64[Q, N], each face's score."""
    p = probabilities.astype(np.float64)
    logs = np.log(np.maximum(_literals(p, 1 - p), SMALLEST))
    scores: NDArray[np.float64] = logs[queries.rows].sum(1)
    return np.argsort(-scores, axis=1, kind="stable"), scores


def average_precisions(hits: NDArray[np.bool_], scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64[Q] of true faces and scores [Q, N] in falling order; equal scores are found together (scikit-learn's)."""
    count = hits.shape[1]
    last = np.where(np.diff(scores, axis=1, append=-np.inf) != 0, np.arange(count), count - 1)
    last = np.minimum.accumulate(last[:, ::-1], axis=1)[:, ::-1]  # where the faces of the same score end
    precision = np.take_along_axis(hits.cumsum(1), last, 1) / (last + 1)
    mean: NDArray[np.float64] = (precision * hits).sum(1) / np.maximum(1, hits.sum(1))
    return mean


def _literals(there: NDArray[Any], absent: NDArray[Any]) -> NDArray[Any]:
    """[80, N] of two [N, 40]: the attributes, then their negations."""
    return np.ascontiguousarray(np.concatenate([there.T, absent.T]))


def _packed(decided: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """uint64[80, N / 64]: a bit for each face that has the attribute, or has not; zeros fill the last word."""
    bits = np.packbits(_literals(decided, ~decided), axis=1)
    words: NDArray[np.uint64] = np.ascontiguousarray(np.pad(bits, ((0, 0), (0, -bits.shape[1] % 8)))).view(np.uint64)
    return words


def _both(bits: NDArray[np.uint64], queries: Literals) -> NDArray[np.uint64]:
    both: NDArray[np.uint64] = np.bitwise_and.reduce(bits[queries.rows], axis=1)
    return both


def _count(bits: NDArray[np.uint64], queries: Literals) -> NDArray[np.int64]:
    """int64[Q]: how many faces fulfil each conjunction."""
    return _ones(_both(bits, queries))


def _ones(bits: NDArray[np.uint64]) -> NDArray[np.int64]:
    """int64[Q]: the bits that are set in each row."""
    count: NDArray[np.int64] = np.bitwise_count(bits).sum(1, dtype=np.int64)
    return count


def _filter_f1(
    queries: Literals, decided: NDArray[np.bool_], truth: NDArray[np.uint64], true: NDArray[np.int64]
) -> NDArray[np.float64]:
    """float64[Q]: F1 of the faces that the decisions [N, 40] find."""
    found = _both(_packed(decided), queries)
    right = _ones(found & _both(truth, queries))
    f1: NDArray[np.float64] = 2 * right / np.maximum(1, _ones(found) + true)
    return f1


def _mean(values: NDArray[Any]) -> float:
    return float(values.mean()) if values.size else 0.0
