"""Do a review's intervals hold? 500 simulated reviews of each query, judged by CelebA's labels of the test partition.

    python benchmarks/review.py ../shared/celeba

Every face counts `--copies` times, as a collection of 15,000 with the same proportions: of 1,500 a review would judge
so large a part that any interval held. Printed are the shares of reviews whose interval holds what is true of the whole
collection: at 50 judgements (`once`), and at each of 50, 100, 200 and 400 of the same review (`ever`, who looks again
and again); and the mean widths at 50 and at 400. The peer in the same run takes 50 faces by plain chance, and the
textbook's interval: Wald's. With `--moved SHIFT SLOPE` the model's log-odds are moved before, as if it were badly
calibrated on this collection; `--queries` asks only some of them.
"""

import argparse
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import setting
from numpy.typing import NDArray

from classifiers.sets import celeba
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
HEAD = " ".join(f"{kind:>6} {'width':>6}" for kind in ("once", "ever", "Wald"))


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
    print(f"{'':28} {'hits':>6} {'precision':>9} {HEAD} {'recall':>7} {HEAD}")
    rows = [row(query, columns, truth, arguments) for query in arguments.queries]
    print(f"{'mean':28} {'':6} {'':9} {written(np.mean(rows, 0))}")
    print(f"{'least':28} {'':6} {'':9} {written(np.min(rows, 0))}")


def read_arguments() -> argparse.Namespace:
    parser = setting.parser(__doc__)
    parser.add_argument("--reviews", type=int, default=500)
    parser.add_argument("--copies", type=int, default=10)
    parser.add_argument("--moved", type=float, nargs=2, default=(0.0, 1.0), metavar=("SHIFT", "SLOPE"))
    parser.add_argument("--queries", nargs="+", default=QUERIES)
    return parser.parse_args()


def row(query: str, said: Columns, truth: Columns, asked: argparse.Namespace) -> Floats:
    """Prints and returns what is measured of one query, [12]."""
    faces = collection(query, said, truth, asked)
    held = [figures(reviewed(faces, seed), walds(faces, seed)) for seed in range(asked.reviews)]
    found: Floats = np.array(held, np.float64).mean(0)
    precision, recall = truths(faces)
    begin = f"{query:28} {faces.match.sum():6} {precision:9.3f}"
    print(f"{begin} {written(found[:6])} {recall:7.3f} {written(found[6:])}", flush=True)
    return found


def figures(looks: list[Held], wald: Held) -> list[float]:
    """[12]: of precision, then of recall, whether it held once and ever, and how wide, each; then Wald's."""
    found: list[float] = []
    for kind in range(2):
        ours = [look[kind] for look in looks]
        ever = all(held for held, _ in ours)
        found += [*ours[0], ever, ours[-1][1], *wald[kind]]
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


def reviewed(faces: Collection, seed: int) -> list[Held]:
    """What a review says at each of the looks in turn."""
    samples = [sample(faces, which, count, seed) for which, count in
               ((faces.match, strata.HITS), (~faces.match, strata.MISSES))]  # fmt: skip
    precision, recall = truths(faces)
    said = [statement(samples, look, seed) for look in LOOKS]
    return [Held(judged(one.precision, precision), judged(one.recall, recall)) for one in said]


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


def judged(interval: Interval | None, truth: float) -> tuple[bool, float]:
    if interval is None:
        return False, 1.0
    return interval.low - 1e-9 <= truth <= interval.high + 1e-9, interval.high - interval.low


def written(figures: Floats) -> str:
    """Shares that hold and widths, in turn."""
    pairs = [f"{holds:6.1%} {wide:6.3f}" for holds, wide in zip(figures[::2], figures[1::2], strict=True)]
    return " ".join(pairs if len(pairs) == 3 else [*pairs[:3], " " * 7, *pairs[3:]])


if __name__ == "__main__":
    main()
