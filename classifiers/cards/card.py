"""What a model is, without its weights: the text of a `card.json`, and what a prediction is made of beside them.

Knows nothing of torch, OpenVINO, or folders.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.cards.consistency import RULES, consistent
from classifiers.cards.preprocessing import Preprocessing
from retrieval.attributes import ATTRIBUTES
from retrieval.errors import FacequeryError

ARCHITECTURES = ("resnet50", "densenet121", "efficientnet_lite0", "efficientnet_lite2", "tiny")
FEATURES = 512


class ModelError(FacequeryError):
    """A model's weights or card cannot be used; the sentence names the file and the reason."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt's: an attribute's probability is sigmoid(scale * logit + shift). 40 of each."""

    scale: tuple[float, ...] = (1.0,) * len(ATTRIBUTES)
    shift: tuple[float, ...] = (0.0,) * len(ATTRIBUTES)

    def probabilities(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """float32[N, 40] in 0..1 of logits [N, 40]."""
        scaled = logits * np.asarray(self.scale, np.float32) + np.asarray(self.shift, np.float32)
        return (1 / (1 + np.exp(-np.clip(scaled, -60, 60)))).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Card:
    """What a model is. `thresholds` are of probabilities, and are what a query's plain word is decided by: one of the
    `threshold_sets`, the one that `threshold_rule` begins with. `training` and `figures` are for people. `people` tells
    of the head that knows persons apart, its checksum and its threshold, where there is one; it decides no attribute.
    """

    architecture: str
    preprocessing: Preprocessing
    attributes: tuple[str, ...] = ATTRIBUTES
    features: int = FEATURES
    calibration: Calibration = field(default_factory=Calibration)
    thresholds: tuple[float, ...] = (0.5,) * len(ATTRIBUTES)
    threshold_rule: str = "0.5"
    threshold_sets: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    weights_sha256: str = ""
    licence: str = ""
    training: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    people: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """64 hex digits over all that decides a prediction: two models with one fingerprint predict the same."""
        deciding = ("architecture", "preprocessing", "attributes", "features", "calibration", "weights_sha256")
        facts = {name: value for name, value in asdict(self).items() if name in deciding}
        if self.threshold_sets:  # cards of before have none, and keep the fingerprints they had
            facts |= {"consistent at": self.threshold_sets, "rules": [rule.name for rule in RULES]}
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    def probabilities(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """float32[N, 40] in 0..1 of logits [N, 40]: calibrated, and without contradiction at each set of thresholds."""
        boundaries = [thresholds for _, thresholds in sorted(self.threshold_sets.items())]
        return consistent(self.calibration.probabilities(logits), boundaries)

    @property
    def sets(self) -> dict[str, NDArray[np.float64]]:
        """Sets of thresholds, float64[40], by name; a card of before has its own, as "counts", and one half."""
        sets = {"accuracy": (0.5,) * len(ATTRIBUTES), "counts": self.thresholds, **self.threshold_sets}
        return {name: np.array(values, np.float64) for name, values in sets.items()}

    def thresholds_for(self, name: str) -> NDArray[np.float64]:
        """One of the `sets`; ModelError when the card has none of that name."""
        if name not in self.sets:
            raise ModelError(
                f"The model's card has no thresholds for {name}, only for {' and '.join(self.sets)}: "
                "`facequery calibrate` derives them all from the validation partition."
            )
        return self.sets[name]

    def as_json(self) -> str:
        """The text of a `card.json`."""
        return json.dumps(asdict(self), indent=2, allow_nan=False) + "\n"


def card_from_json(text: str, source: Path) -> Card:
    """The card in a `card.json`'s text; ModelError names `source` when it is not one."""
    try:
        facts = json.loads(text)
        preprocessing = Preprocessing(**{k: _frozen(v) for k, v in facts.pop("preprocessing").items()})
        calibration = Calibration(**{k: _frozen(v) for k, v in facts.pop("calibration").items()})
        known = {f.name for f in fields(Card)}
        sets = {name: _frozen(values) for name, values in facts.pop("threshold_sets", {}).items()}
        rest = {name: _frozen(value) for name, value in facts.items() if name in known}
        card = Card(preprocessing=preprocessing, calibration=calibration, threshold_sets=sets, **rest)
        _check(card)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(f"{source} is not a model's card ({error}). Restore the folder the model came in.") from error
    return card


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _check(card: Card) -> None:
    """ValueError for a card whose numbers cannot be meant."""
    if card.architecture not in ARCHITECTURES:
        raise ValueError(f"unknown architecture {card.architecture!r}")
    if card.attributes != ATTRIBUTES:
        raise ValueError("its attributes are not CelebA's 40, in order")
    if not (isinstance(card.features, int) and 1 <= card.features <= 65536):
        raise ValueError(f"{card.features!r} features")
    for name, values, count in (
        ("mean", card.preprocessing.mean, 3),
        ("std", card.preprocessing.std, 3),
        ("scale", card.calibration.scale, 40),
        ("shift", card.calibration.shift, 40),
        ("thresholds", card.thresholds, 40),
        *((f"thresholds for {name}", values, 40) for name, values in card.threshold_sets.items()),
    ):
        if len(values) != count or not np.isfinite(np.asarray(values, np.float64)).all():
            raise ValueError(f"{name} must be {count} finite numbers")
    if not (min(card.preprocessing.std) > 0 and min(card.calibration.scale) > 0):
        raise ValueError("a std or scale that is not positive")
    if not all(0 <= cut <= 1 for cuts in (card.thresholds, *card.threshold_sets.values()) for cut in cuts):
        raise ValueError("thresholds outside 0..1")
    if card.threshold_sets.get(card.threshold_rule.partition(":")[0], card.thresholds) != card.thresholds:
        raise ValueError("thresholds that are not those of their rule")
