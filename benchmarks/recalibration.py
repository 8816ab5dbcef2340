"""Is a calibration that was moved by a review a better one? On collections unlike the one that the model was made for.

    python benchmarks/recalibration.py ../shared/celeba

Of each attribute 15,000 faces are drawn out of CelebA's test partition with another `share` that have it than there
(the first row keeps it). Then 50 faces that match and 50 that do not are drawn as a review draws them and judged by
the labels, and what the library would propose is fitted. Printed is the expected calibration error over all of the
faces (15 bins of equal size) before, and after: the mean and the worst tenth of `--reviews` reviews; how often
cross-validation within the hundred says that it is better; and the mean for the peer, the same fit weighted by the
strata (each face counts for those that it stands for, to the effective number of faces that L. Kish has).
"""

import argparse

import numpy as np
import setting
from numpy.typing import NDArray

from classifiers.sets import celeba
from classifiers.tagger import Tagger
from retrieval.attributes import ATTRIBUTES
from retrieval.reviewing import calibration, strata
from retrieval.reviewing.calibration import Evidence
from retrieval.reviewing.strata import Drawn

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SHARES = (
    ("Smiling", None), ("Smiling", 0.2), ("Male", 0.1), ("Eyeglasses", 0.3), ("Bald", 0.15), ("Big_Lips", 0.6),
    ("Young", 0.3), ("Mustache", 0.2), ("Wearing_Hat", 0.01), ("Blond_Hair", 0.5), ("Attractive", 0.15),
)  # fmt: skip
FACES, JUDGED, BINS = 15_000, 50, 15


def main() -> None:
    parser = setting.parser(__doc__)
    parser.add_argument("--reviews", type=int, default=100)
    asked = parser.parse_args()
    tagger, faces = Tagger.load(asked.model), celeba.load(asked.celeba).split("test")
    said = tagger.card.probabilities(setting.logits(tagger, faces, asked.cache)).astype(np.float64)
    print(f"{'':12} {'share':>6} {'before':>7} {'after':>7} {'worst':>7} {'better':>7} {'weighed':>8}")
    for name, share in SHARES:
        at = ATTRIBUTES.index(name)
        p, true = resampled(said[:, at], faces.labels[:, at].astype(np.bool_), share)
        row(name, p, true, tagger.thresholds[name], asked)


def row(name: str, p: Floats, true: Bools, threshold: float, asked: argparse.Namespace) -> None:
    """Prints what is measured of one attribute."""
    found = np.array([reviewed(p, true, p >= threshold, seed) for seed in range(asked.reviews)])
    after, better, weighed = found.T
    before, worst = error(p, true), np.quantile(after, 0.9)
    print(
        f"{name:12} {true.mean():6.1%} {before:7.3f} {after.mean():7.3f} {worst:7.3f} {better.mean():7.0%} "
        f"{weighed.mean():8.3f}",
        flush=True,
    )


def resampled(p: Floats, true: Bools, share: float | None) -> tuple[Floats, Bools]:
    """FACES of them by chance, of which that share is true; None: as many as there are."""
    random = np.random.default_rng(0)
    if share is None:
        at = random.integers(len(p), size=FACES)
    else:
        has = int(FACES * share)
        parts = (np.flatnonzero(true), has), (np.flatnonzero(~true), FACES - has)
        at = np.concatenate([random.choice(places, count) for places, count in parts])
    return p[at], true[at]


def reviewed(p: Floats, true: Bools, match: Bools, seed: int) -> tuple[float, bool, float]:
    """The error after, whether it is said to be better, and the error after the fit by weights."""
    parts = [judged(p[which], true[which], count, seed) for which, count in
             ((match, strata.HITS), (~match, strata.MISSES))]  # fmt: skip
    evidence = Evidence(*(np.concatenate(values) for values in zip(*parts, strict=True)))
    moved = calibration.moved(p, calibration.fitted(evidence))
    return error(moved, true), calibration.check(evidence).better, error(by_weight(p, evidence), true)


def judged(p: Floats, true: Bools, count: int, seed: int) -> Evidence:
    drawn = Drawn.of(p, count, strata.MOST, seed)
    at, stratum = drawn.positions[:JUDGED], drawn.stratum[:JUDGED]
    faces = np.array([one.faces for one in drawn.strata])
    return Evidence(p[at], true[at], (faces / np.maximum(np.bincount(stratum, minlength=len(faces)), 1))[stratum])


def by_weight(p: Floats, evidence: Evidence) -> Floats:
    weight = evidence.weight
    times = weight * weight.sum() / (weight**2).sum()
    return calibration.moved(p, calibration.fitted(evidence, times))


def error(p: Floats, true: Bools) -> float:
    every = Evidence(p, true, np.ones(len(p)))
    return calibration.error(p, every, BINS)


if __name__ == "__main__":
    main()
