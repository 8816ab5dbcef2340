"""Do a review's intervals hold? 500 simulated reviews of each query, judged by CelebA's labels of the test partition.

    python benchmarks/review.py ../shared/celeba

Every face counts `--copies` times, as a collection of 15,000 with the same proportions: of 1,500 a review would judge
so large a part that any interval held. Printed are the shares of reviews whose interval holds what is true of the whole
collection, and the mean width. The peer in the same run takes as many faces by plain chance, and the textbook's
interval: Wald's. With `--moved SHIFT SLOPE` the model's log-odds are moved before, as if it were badly calibrated on
this collection; `--looks` goes on to 400 judgements and counts the reviews of which every statement held.
"""

import argparse
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import setting
from numpy.typing import NDArray

from classifiers import celeba
from classifiers.tagger import Tagger
from retrieval.attributes import ATTRIBUTES
from retrieval.columns.columns import Columns
from retrieval.language.nodes import mask
from retrieval.language.query import parse
from retrieval.reviewing import strata
from retrieval.reviewing.statement import LOOKS, Card, Interval, Sample, Statement, stated
from retrieval.reviewing.strata import Drawn

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

QUERIES = (
    "Smiling", "Eyeglasses", "Bald", "Mustache", "Big_Lips", "Pale_Skin", "Big_Nose AND NOT Eyeglasses",
    "Wearing_Hat AND Smiling", "NOT Young", "Male AND Gray_Hair", "Male AND Attractive", "Blond_Hair OR Gray_Hair",
)  # fmt: skip


class Collection(NamedTuple):
    """Of n faces: how certain the model is that they are meant (float[n]), which match, and which are (bool[n])."""

    certainty: Floats
    match: Bools
    meant: Bools


class Held(NamedTuple):
    """Whether an interval held, and how wide it was; for precision, then for recall."""

    precision: tuple[bool, float]
    recall: tuple[bool, float]


def main() -> None:
    arguments = read_arguments()
    tagger, faces = Tagger.load(arguments.model), celeba.load(arguments.celeba).split("test")
    said = tagger.card.probabilities(setting.logits(tagger, faces, arguments.cache))
    columns = Columns.from_probabilities(said.T.copy(), tagger.thresholds)
    truth = Columns.from_probabilities(faces.labels.T.astype(np.float32), dict.fromkeys(ATTRIBUTES, 0.5))
    looks = LOOKS if arguments.looks else LOOKS[:1]
    print(f"{'':28} {'hits':>6} {'precision':>9} {'holds':>6} {'width':>6} {'Wald':>6} {'width':>6}", end=" ")
    print(f"{'recall':>7} {'holds':>6} {'width':>6} {'Wald':>6} {'width':>6}")
    rows = [row(query, columns, truth, arguments, looks) for query in QUERIES]
    print(f"{'mean':28} {'':6} {'':9} {written(np.mean(rows, 0))}")
    print(f"{'least':28} {'':6} {'':9} {written(np.min(rows, 0))}")


def read_arguments() -> argparse.Namespace:
    parser = setting.parser(__doc__)
    parser.add_argument("--reviews", type=int, default=500)
    parser.add_argument("--copies", type=int, default=10)
    parser.add_argument("--moved", type=float, nargs=2, default=(0.0, 1.0), metavar=("SHIFT", "SLOPE"))
    parser.add_argument("--looks", action="store_true")
    return parser.parse_args()


def row(query: str, said: Columns, truth: Columns, asked: argparse.Namespace, looks: tuple[int, ...]) -> Floats:
    """Prints and returns what is measured of one query, [8]."""
    faces = collection(query, said, truth, asked)
    ours = [reviewed(faces, seed, looks) for seed in range(asked.reviews)]
    plain = [walds(faces, seed) for seed in range(asked.reviews)]
    both = zip(ours, plain, strict=True)
    held = [[*one.precision, *peer.precision, *one.recall, *peer.recall] for one, peer in both]
    found: Floats = np.array(held, np.float64).mean(0)
    precision, recall = truths(faces)
    begin = f"{query:28} {faces.match.sum():6} {precision:9.3f}"
    print(f"{begin} {written(found[:4])} {recall:7.3f} {written(found[4:])}", flush=True)
    return found


def collection(query: str, said: Columns, truth: Columns, asked: argparse.Namespace) -> Collection:
    tree = parse(query)
    p = np.clip(tree.confidence(said).astype(np.float64), 1e-6, 1 - 1e-6)
    shift, slope = asked.moved
    moved = 1 / (1 + np.exp(-shift - slope * np.log(p / (1 - p))))
    return Collection(*(np.tile(of, asked.copies) for of in (moved, mask(tree, said), mask(tree, truth))))


def truths(faces: Collection) -> tuple[float, float]:
    """The precision and the recall of all of it."""
    return float(faces.meant[faces.match].mean()), float(faces.match[faces.meant].mean())


def reviewed(faces: Collection, seed: int, looks: tuple[int, ...]) -> Held:
    """A review that ends at each of the looks in turn: all must hold; the width is that of the last."""
    samples = [sample(faces, which, count, seed) for which, count in
               ((faces.match, strata.HITS), (~faces.match, strata.MISSES))]  # fmt: skip
    said = [statement(samples, look, seed) for look in looks]
    precision, recall = truths(faces)
    return Held(
        (all(holds(one.precision, precision) for one in said), width(said[-1].precision)),
        (all(holds(one.recall, recall) for one in said), width(said[-1].recall)),
    )


def sample(faces: Collection, which: Bools, count: int, seed: int) -> tuple[Drawn, Bools]:
    """Drawn out of `which`, and what is true of the drawn ones."""
    drawn = Drawn.of(faces.certainty[which], count, strata.MOST, seed)
    return drawn, faces.meant[which][drawn.positions]


def statement(samples: list[tuple[Drawn, Bools]], look: int, seed: int) -> Statement:
    """Of so many judgements of each kind."""
    of_kind = [Sample(drawn.strata, tuple(cards(drawn, meant, look))) for drawn, meant in samples]
    return stated(of_kind[0], of_kind[1], seed)


def cards(drawn: Drawn, meant: Bools, look: int) -> Iterator[Card]:
    for place, (stratum, right) in enumerate(zip(drawn.stratum.tolist(), meant.tolist(), strict=True)):
        yield Card(place, place, stratum, None if place >= look else "yes" if right else "no")


def walds(faces: Collection, seed: int) -> Held:
    """By 50 hits and 50 others taken by plain chance: a share's normal interval, and recall's by the delta method."""
    random, first = np.random.default_rng(seed), LOOKS[0]
    hits, others = np.flatnonzero(faces.match), np.flatnonzero(~faces.match)
    right, missed = (share(faces, random.choice(of, min(first, len(of)), replace=False)) for of in (hits, others))
    found, lost = len(hits) * right[0], len(others) * missed[0]
    whole = max(found + lost, 1e-9)
    error = np.hypot(lost * len(hits) * right[1], found * len(others) * missed[1]) / whole**2
    precision, recall = truths(faces)
    return Held(wald(right[0], right[1], precision), wald(found / whole, float(error), recall))


def share(faces: Collection, places: NDArray[np.int64]) -> tuple[float, float]:
    """Of the faces there those that are meant, and the standard error."""
    p = float(faces.meant[places].mean())
    return p, float(np.sqrt(p * (1 - p) / len(places)))


def wald(middle: float, error: float, truth: float) -> tuple[bool, float]:
    low, high = max(0.0, middle - 1.96 * error), min(1.0, middle + 1.96 * error)
    return low <= truth <= high, high - low


def holds(interval: Interval | None, truth: float) -> bool:
    return interval is not None and interval.low - 1e-9 <= truth <= interval.high + 1e-9


def width(interval: Interval | None) -> float:
    return 1.0 if interval is None else interval.high - interval.low


def written(figures: Floats) -> str:
    """Shares that hold and widths, in turn."""
    pairs = [f"{holds:6.1%} {wide:6.3f}" for holds, wide in zip(figures[::2], figures[1::2], strict=True)]
    return " ".join(pairs if len(pairs) == 2 else [*pairs[:2], " " * 7, *pairs[2:]])


if __name__ == "__main__":
    main()
