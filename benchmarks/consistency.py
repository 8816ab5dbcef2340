"""How often labels and decisions contradict themselves, and what it costs to keep decisions from it.

    python benchmarks/consistency.py ../shared/celeba

First the rules, measured in the training labels. Then, on the test partition, the shipped way (the weaker of two words
is put below its threshold) against its peers in the same run: nothing, and conditioning the independent probabilities
on the rules, exactly, over all states of each connected group. That has a strength for each rule and, in the last row,
new scales and shifts, fitted on validation by maximum likelihood: the model is an exponential family, so it is concave.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import setting
from numpy.typing import NDArray
from scipy.optimize import minimize

from classifiers.cards.card import Calibration
from classifiers.cards.consistency import MOST, REFUSED, RULES, consistent
from classifiers.evaluation.calibrate import base_rates, calibrate
from classifiers.evaluation.evaluate import evaluate
from classifiers.evaluation.thresholds import threshold_sets
from classifiers.sets import celeba
from classifiers.tagger import Tagger
from retrieval.attributes import ATTRIBUTES

RIDGE = 1e-3  # keeps the strength of a rule that validation never breaks finite

Floats = NDArray[np.float64]
Labels = NDArray[np.bool_]


class Group(NamedTuple):
    """Attributes that rules connect: their columns, their states [2^m, m], and which rules each state breaks."""

    members: list[int]
    states: Floats
    broken: Floats


def main() -> None:
    arguments = setting.parser(__doc__).parse_args()
    tagger, data = Tagger.load(arguments.model), celeba.load(arguments.celeba)
    measure_rules(data.split("train").labels)
    (val, labels), (test, truth) = (predicted(tagger, data.split(part), arguments.cache) for part in ("val", "test"))
    here, calibration = calibrate(val, labels), calibrate(val, labels, base_rates(data))
    moved = np.array(calibration.shift) - np.array(here.shift)  # to the base rates of all labels, after any fit
    sets = threshold_sets(calibration.probabilities(val))
    plain = calibration.probabilities(test)
    report("nothing", plain, truth, sets)
    report("the weaker put below its threshold", consistent(plain, sets.values()), truth, sets)
    for name, free in (("conditioned on the rules", False), ("conditioned, scales fitted again", True)):
        fits = [(group, fit(group, here, val, labels, free=free)) for group in groups()]
        joint = [conditioned(calibration.probabilities(z), z, fits, moved) for z in (val, test)]
        report(name, joint[1], truth, threshold_sets(joint[0]))


def measure_rules(labels: Labels) -> None:
    print(f"{'both':>6} {'by chance':>10} {'lift':>7}")
    for rule in (*RULES, *REFUSED):
        first, second = (labels[:, ATTRIBUTES.index(name)] for name in (rule.first, rule.second))
        both, chance = int((first & second).sum()), first.mean() * second.mean() * len(labels)
        kept = "" if both / chance <= MOST else ", refused"
        print(f"{both:6,} {chance:10,.1f} {both / chance:7.4f}  {rule.name}{kept}")


def predicted(tagger: Tagger, faces: celeba.Faces, cache: Path) -> tuple[NDArray[np.float32], Labels]:
    """Logits and labels, both [N, 40]."""
    return setting.logits(tagger, faces, cache), faces.labels


def report(name: str, p: NDArray[np.float32], labels: Labels, sets: dict[str, tuple[float, ...]]) -> None:
    found = {label: evaluate(p, labels, np.array(cuts)) for label, cuts in sets.items()}
    half = found["accuracy"]
    rates = ", ".join(f"{label} {each.contradictory:.2%} (F1 {each.macro_f1:.4f})" for label, each in found.items())
    print(
        f"{name:36} accuracy {half.accuracy:.4f}  mAP {half.mean_average_precision:.4f}  "
        f"calibration error {half.macro('expected_calibration_error'):.4f}  contradictory rows: {rates}; "
        f"labels {half.contradictory_labels:.2%}"
    )


def groups() -> Iterator[Group]:
    """The connected groups of attributes."""
    left = [{ATTRIBUTES.index(rule.first), ATTRIBUTES.index(rule.second)} for rule in RULES]
    while left:
        members = left.pop()
        while touching := [pair for pair in left if pair & members]:
            members = members.union(*touching)
            left = [pair for pair in left if pair not in touching]
        yield _group(sorted(members))


def _group(members: list[int]) -> Group:
    states = (np.arange(2 ** len(members))[:, None] >> np.arange(len(members)) & 1).astype(np.float64)
    at = {ATTRIBUTES[column]: place for place, column in enumerate(members)}
    broken = [states[:, at[rule.first]] * states[:, at[rule.second]] for rule in RULES if rule.first in at]
    return Group(members, states, np.stack(broken, 1))


def fit(group: Group, start: Calibration, logits: NDArray[np.float32], labels: Labels, *, free: bool) -> Floats:
    """Scales, shifts and strengths, in that order, of highest likelihood; only strengths unless `free`."""
    m, k = len(group.members), group.broken.shape[1]
    z, y = logits[:, group.members].astype(np.float64), labels[:, group.members].astype(np.float64)
    state = y.astype(np.int64) @ (1 << np.arange(m))
    features, seen = np.hstack([group.states, group.broken]), group.broken[state]

    def loss(parameters: Floats) -> tuple[float, Floats]:
        scale, shift, strength = np.split(parameters, [m, 2 * m])
        energy = (z * scale + shift) @ group.states.T - group.broken @ strength
        top = energy.max(1, keepdims=True)
        weight = np.exp(energy - top)
        total = weight.sum(1, keepdims=True)
        expected = weight @ features / total
        off = expected[:, :m] - y
        value = (top + np.log(total)).sum() - energy[np.arange(len(z)), state].sum() + RIDGE / 2 * strength @ strength
        slope = [(off * z).sum(0), off.sum(0), (seen - expected[:, m:]).sum(0) + RIDGE * strength]
        return value / len(z), np.concatenate(slope) / len(z)

    unary = [getattr(start, part)[column] for part in ("scale", "shift") for column in group.members]
    around = [(1e-3, None)] * m + [(None, None)] * m if free else [(value, value) for value in unary]
    first = np.concatenate([unary, np.ones(k)])
    return minimize(loss, first, jac=True, method="L-BFGS-B", bounds=around + [(0, None)] * k).x


def conditioned(
    p: NDArray[np.float32], logits: NDArray[np.float32], fits: list[tuple[Group, Floats]], moved: Floats
) -> NDArray[np.float32]:
    """Probabilities [N, 40] with each group's marginals, shifts `moved` [40], in place of the independent ones."""
    joint = p.copy()
    for group, parameters in fits:
        scale, shift, strength = np.split(parameters, [len(group.members), 2 * len(group.members)])
        unary = logits[:, group.members] * scale + shift + moved[group.members]
        energy = unary @ group.states.T - group.broken @ strength
        weight = np.exp(energy - energy.max(1, keepdims=True))
        joint[:, group.members] = weight @ group.states / weight.sum(1, keepdims=True)
    return joint


if __name__ == "__main__":
    main()
