"""How far an attribute can be relied on: a grade from A to D, by a rule, from a model's card.

The grade is the worst of three: what the labels are worth that the model learned from and is measured by, how well
it ranks faces, and whether its probabilities mean what they say. Imports nothing heavy: the app shows grades too.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from retrieval.attributes import ATTRIBUTES

GRADES = "ABCD"
AGREEMENT = (0.85, 0.75, 0.60)  # labels: agreement beyond chance, at least, for A, B and C
SKILL = (0.85, 0.65, 0.40)  # ranking: average precision lifted over the prevalence, at least
CALIBRATION = (0.03, 0.06, 0.10)  # probabilities: expected calibration error, at most; of 1,500 faces, that of a
# perfect model is up to 0.029, for want of faces
AUDIT = (0.05, 0.10, 0.20)  # labels where people looked again: share of wrong ones, at most

PAIRS = 140
CONTRADICTED: dict[str, tuple[int, int]] = {
    "5_o_Clock_Shadow": (2, 38),
    "Arched_Eyebrows": (12, 66),
    "Attractive": (16, 138),
    "Bags_Under_Eyes": (15, 67),
    "Bald": (3, 17),
    "Bangs": (0, 46),
    "Big_Lips": (10, 54),
    "Big_Nose": (11, 83),
    "Black_Hair": (7, 55),
    "Blond_Hair": (4, 42),
    "Blurry": (4, 12),
    "Brown_Hair": (9, 71),
    "Bushy_Eyebrows": (5, 25),
    "Chubby": (3, 21),
    "Double_Chin": (2, 20),
    "Eyeglasses": (0, 22),
    "Goatee": (1, 9),
    "Gray_Hair": (1, 27),
    "Heavy_Makeup": (5, 105),
    "High_Cheekbones": (16, 126),
    "Male": (0, 128),
    "Mouth_Slightly_Open": (3, 133),
    "Mustache": (1, 9),
    "Narrow_Eyes": (7, 25),
    "No_Beard": (4, 240),
    "Oval_Face": (22, 80),
    "Pale_Skin": (5, 15),
    "Pointy_Nose": (20, 60),
    "Receding_Hairline": (2, 28),
    "Rosy_Cheeks": (5, 11),
    "Sideburns": (1, 15),
    "Smiling": (8, 130),
    "Straight_Hair": (16, 56),
    "Wavy_Hair": (15, 83),
    "Wearing_Earrings": (11, 57),
    "Wearing_Hat": (1, 9),
    "Wearing_Lipstick": (5, 121),
    "Wearing_Necklace": (3, 35),
    "Wearing_Necktie": (5, 35),
    "Young": (7, 193),
}
"""Of the photographs that are twice in our 41,526 of CelebA, how many pairs are labelled differently, and how many of
the 2 x 140 labels are true: `python benchmarks/label_consistency.py CELEBA`. The published count over all of CelebA has
0.2 % to 17 % of 5,068 pairs contradict each other (Wu et al. 2023), here it is 0 % to 15.7 % of 140."""
AUDITED = {
    "High_Cheekbones": 0.5,  # people who label the same faces agree no more than by chance
    "Oval_Face": 0.5,
    "Pointy_Nose": 0.5,
    "Mouth_Slightly_Open": 0.15,  # labels that cleaning changed
    "No_Beard": 0.07,  # up to 40 % of the labels that say there is a beard, which are 16.5 % of all
}
"""Share of wrong labels, where somebody looked: Wu et al., "Consistency and accuracy of CelebA attribute values",
CVPRW 2023. It outranks the duplicates, which can be wrong twice in the same way."""


class Reliability(NamedTuple):
    """An attribute's grade and the three it is the worst of; `calibration` is "" where the card does not say."""

    grade: str
    labels: str
    ranking: str
    calibration: str


def grades(card: Mapping[str, Any]) -> dict[str, str]:
    """The grade of each attribute by the content of a `card.json`; empty for a card without figures."""
    return {name: graded.grade for name, graded in reliability(card).items()}


def reliability(card: Mapping[str, Any]) -> dict[str, Reliability]:
    """The grade of each attribute and its reasons, by the card's figures on test, else on validation.

    Empty for a card without such figures, or with what are none: a grade is never guessed.
    """
    try:
        figures = measured(card)
        if figures is None:
            return {}
        images, attributes = figures["images"], figures["attributes"]
        return {name: _graded(name, attributes[name], images) for name in ATTRIBUTES if name in attributes}
    except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError):  # in a library that came from somebody
        return {}


def measured(card: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The card's figures on test, else on validation, where they are whole enough to grade by; else None."""
    figures = card.get("figures") or {}
    for split in ("test", "val"):
        found = figures.get(split) or {}
        if found.get("images") and found.get("attributes"):
            return found
    return None


def _graded(name: str, figures: Mapping[str, Any], images: int) -> Reliability:
    labels = label_grade(name)
    ranking = _at_least(lift(figures["average_precision"], figures["support"] / images), SKILL)
    error = calibration_error(figures)
    calibration = "" if error is None else _at_most(error, CALIBRATION)
    return Reliability(max(labels, ranking, calibration), labels, ranking, calibration)


def label_grade(name: str) -> str:
    """What an attribute's labels are worth: by an audit where there is one, else by contradicted duplicates."""
    if name in AUDITED:
        return _at_most(AUDITED[name], AUDIT)
    return _at_least(agreement(*CONTRADICTED[name], PAIRS), AGREEMENT)


def agreement(contradictions: int, positives: int, pairs: int) -> float:
    """How much more often two labels of one photograph agree than labels drawn at that frequency would: Scott's pi.

    1 where they always do, 0 where chance does as well. `positives` counts the true among all 2 x `pairs` labels.
    """
    share = positives / (2 * pairs) if pairs else 0.0
    chance = 2 * share * (1 - share)
    if not chance:
        return 1.0 if not contradictions else 0.0
    return 1 - contradictions / pairs / chance


def lift(average_precision: float, prevalence: float) -> float:
    """Average precision over what a random order has, which is the prevalence: 0 for that, 1 for a perfect order."""
    return (average_precision - prevalence) / (1 - prevalence) if prevalence < 1 else 0.0


def calibration_error(figures: Mapping[str, Any]) -> float | None:
    """An attribute's expected calibration error, where its figures say it."""
    for name in ("expected_calibration_error", "calibration_error", "ece"):
        if figures.get(name) is not None:
            return float(figures[name])
    return None


def _at_least(value: float, cuts: tuple[float, ...]) -> str:
    return GRADES[sum(value < cut for cut in cuts)]


def _at_most(value: float, cuts: tuple[float, ...]) -> str:
    return GRADES[sum(value > cut for cut in cuts)]
