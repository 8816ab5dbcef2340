"""Words that exclude one another by what they mean, how often CelebA's labels say both all the same, and how the
decisions of forty independent outputs are kept from saying both. Knows nothing of networks or files.

The rules come from the words, not from who is usually called what: a man may wear lipstick, and a library must be able
to show him. A rule is kept where the training labels, too, nearly never break it; `python benchmarks/consistency.py
CELEBA` measures them all.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.attributes import ATTRIBUTES

MOST = 0.25  # a rule is kept where labels say both words at most this often, relative to chance


class Rule(NamedTuple):
    """Two attributes no face can have at once. `broken` is in how many of the training partition's 37,529 rows labels
    say both, `chance` in how many they would if the two had nothing to do with each other.
    """

    first: str
    second: str
    broken: int
    chance: float

    @property
    def lift(self) -> float:
        """How often the labels break the rule, relative to chance."""
        return self.broken / self.chance

    @property
    def name(self) -> str:
        """As a query says it."""
        return f"{self.first} AND {self.second}"


RULES = (
    Rule("Goatee", "No_Beard", 42, 1974.1),
    Rule("Mustache", "No_Beard", 60, 1230.4),
    Rule("No_Beard", "Sideburns", 21, 1668.0),
    Rule("Black_Hair", "Blond_Hair", 1, 1265.1),
    Rule("Black_Hair", "Brown_Hair", 220, 1750.2),
    Rule("Black_Hair", "Gray_Hair", 3, 464.0),
    Rule("Blond_Hair", "Brown_Hair", 249, 1050.4),
    Rule("Brown_Hair", "Gray_Hair", 15, 385.3),
    Rule("Bald", "Bangs", 0, 138.5),
    Rule("Bald", "Black_Hair", 13, 228.7),
    Rule("Bald", "Blond_Hair", 1, 137.3),
    Rule("Bald", "Brown_Hair", 0, 189.9),
    Rule("Bald", "Straight_Hair", 12, 199.0),
    Rule("Bald", "Wavy_Hair", 0, 292.7),
    Rule("Bangs", "Receding_Hairline", 0, 459.6),
    Rule("Straight_Hair", "Wavy_Hair", 192, 2348.0),
)
REFUSED = (
    Rule("5_o_Clock_Shadow", "No_Beard", 1128, 3234.5),  # stubble is no beard to many annotators
    Rule("Blond_Hair", "Gray_Hair", 102, 278.5),
    Rule("Bald", "Gray_Hair", 262, 50.3),  # what is left of the hair has a colour
    Rule("Bald", "Receding_Hairline", 326, 82.3),
)
"""What one would think excludes one another, though the labels say both too often."""

_COLUMNS = tuple((ATTRIBUTES.index(rule.first), ATTRIBUTES.index(rule.second)) for rule in RULES)


def contradictions(decided: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """bool[N, rules]: which rules each row of decisions (or labels) [N, 40] breaks."""
    first, second = zip(*_COLUMNS, strict=True)
    broken: NDArray[np.bool_] = decided[:, list(first)] & decided[:, list(second)]
    return broken


def consistent(probabilities: NDArray[np.float32], boundaries: Iterable[tuple[float, ...]]) -> NDArray[np.float32]:
    """Probabilities [N, 40] that break no rule at any of the `boundaries`, each 40 thresholds.

    Where both words of a rule are at or above their thresholds, the one that is less far above its own, in log-odds,
    is put just below it; nothing else changes. Calibrated outputs need no more: conditioning them on the rules counts
    twice what the network has seen already, and costs average precision (`benchmarks/consistency.py`).
    """
    kept = probabilities.copy()
    for thresholds in boundaries:
        least = np.asarray(thresholds, np.float64)
        above = _log_odds(kept.astype(np.float64)) - _log_odds(least)
        below = _just_below(least)
        for first, second in _COLUMNS:
            both = (kept[:, first] >= least[first]) & (kept[:, second] >= least[second])
            weaker = np.where(above[:, first] < above[:, second], first, second)[both]
            kept[both, weaker] = np.minimum(kept[both, weaker], below[weaker])
    return kept


def _log_odds(p: NDArray[np.float64]) -> NDArray[np.float64]:
    inside = np.clip(p, 1e-12, 1 - 1e-12)
    odds: NDArray[np.float64] = np.log(inside) - np.log1p(-inside)
    return odds


def _just_below(thresholds: NDArray[np.float64]) -> NDArray[np.float32]:
    """The largest float32 under each threshold, 0 where there is none in 0..1."""
    near = thresholds.astype(np.float32)
    lower = np.where(near < thresholds, near, np.nextafter(near, np.float32(-1)))
    return np.maximum(lower, np.float32(0)).astype(np.float32)
