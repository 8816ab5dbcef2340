"""Weights on disk, together with everything needed to use them: a folder of `model.safetensors` and `card.json`.

Loading is strict and never unpickles; what does not fit is a ModelError. Knows nothing of data sets.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load as tensors_from_bytes
from safetensors.torch import save as bytes_from_tensors
from torch import nn

from classifiers.consistency import RULES, consistent
from classifiers.networks import BACKBONES, FEATURES, FaceNetwork, build
from classifiers.preprocessing import Preprocessing
from retrieval.attributes import ATTRIBUTES
from retrieval.errors import FacequeryError

WEIGHTS, CARD, HEAD = "model.safetensors", "card.json", "people.safetensors"


class ModelError(FacequeryError):
    """A model's weights or card cannot be used; the sentence names the file and the reason."""


class NoSuchModel(ModelError):
    """There is no model of that name."""

    wrong_usage = True


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
    if card.architecture not in BACKBONES:
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


def read_tensors(path: Path) -> tuple[dict[str, torch.Tensor], str]:
    """All tensors of a safetensors file, and the file's sha256; ModelError when it is missing or damaged."""
    try:
        data = path.read_bytes()
        return tensors_from_bytes(data), hashlib.sha256(data).hexdigest()
    except FileNotFoundError:
        raise ModelError(f"There are no weights at {path}.") from None
    except (OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} is not a whole safetensors file ({error}). Copy the model again.") from error


def write_atomically(path: Path, data: bytes) -> None:
    """`path` holds `data` afterwards, or what it held before: never a part of either."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def save(folder: Path, network: FaceNetwork, card: Card) -> Card:
    """Writes weights and card into `folder`; returns the card with the weights' checksum.

    Matrices and kernels are stored in half precision; vectors (biases, batch norm's statistics) stay in float32,
    since a running variance may leave half precision's range.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: _halved(tensor) for name, tensor in network.state_dict().items()}
    data = bytes_from_tensors(tensors)
    card = replace(card, weights_sha256=hashlib.sha256(data).hexdigest())
    write_atomically(folder / WEIGHTS, data)
    write_card(folder, card)
    return card


def write_card(folder: Path, card: Card) -> None:
    """Replaces the card of the model in `folder`."""
    write_atomically(folder / CARD, card.as_json().encode())


def _halved(tensor: torch.Tensor) -> torch.Tensor:
    matrix = tensor.is_floating_point() and tensor.ndim > 1
    return tensor.detach().cpu().to(torch.float16 if matrix else tensor.dtype).contiguous()


def load(folder: Path) -> tuple[FaceNetwork, Card]:
    """The network of a model's folder, in float32 and eval mode, and its card; ModelError when they do not fit."""
    try:
        text = (folder / CARD).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{folder} holds no readable {CARD} ({error}), so it is no model.") from error
    card = card_from_json(text, folder / CARD)
    tensors, sha256 = read_tensors(folder / WEIGHTS)
    if sha256 != card.weights_sha256:
        raise ModelError(f"{folder / WEIGHTS} is not the file its card describes: the checksums differ.")
    network = build(card.architecture, card.features)
    fill(network, {k: v.float() if v.is_floating_point() else v for k, v in tensors.items()}, folder / WEIGHTS)
    return network.eval(), card


def head_of(folder: Path, card: Card) -> bytes | None:
    """The head that tells people apart by the model's embeddings, as a safetensors file's bytes; None where the card
    tells of none. ModelError for one that is not what the card describes.
    """
    if not card.people:
        return None
    try:
        data = (folder / HEAD).read_bytes()
    except OSError as error:
        raise ModelError(f"{folder / HEAD} cannot be read ({error.strerror}), though the card tells of it.") from error
    if hashlib.sha256(data).hexdigest() != card.people.get("sha256"):
        raise ModelError(f"{folder / HEAD} is not the file its card describes: the checksums differ.")
    return data


def save_head(folder: Path, card: Card, data: bytes, told: Mapping[str, Any]) -> Card:
    """Puts a head beside the model in `folder`, and what is `told` of it into the card, which is returned."""
    write_atomically(folder / HEAD, data)
    card = replace(card, people={"sha256": hashlib.sha256(data).hexdigest(), **told})
    write_card(folder, card)
    return card


def fill(network: nn.Module, tensors: Mapping[str, torch.Tensor], source: Path) -> None:
    """Puts tensors into the network; ModelError when a name, a shape or a value does not fit."""
    broken = [n for n, t in tensors.items() if t.is_floating_point() and not torch.isfinite(t).all()]
    if broken:
        raise ModelError(f"{source} holds numbers that are not finite, in {broken[0]}: the weights are damaged.")
    try:
        network.load_state_dict(dict(tensors), strict=True)
    except RuntimeError as error:
        raise ModelError(f"{source} does not fit the network: {str(error).splitlines()[-1].strip()}") from error


def fill_backbone(network: FaceNetwork, path: Path) -> None:
    """Starts from local weights: a model of ours, or a torchvision state dict saved as safetensors.

    torchvision's own classification layer is passed over; everything else must be there and fit.
    """
    tensors, _ = read_tensors(path)
    if any(name.startswith("backbone.") for name in tensors):
        fill(network, tensors, path)
        return
    backbone = {f"backbone.{n}": t for n, t in tensors.items() if not n.startswith(("fc.", "classifier."))}
    head = {n: t for n, t in network.state_dict().items() if not n.startswith("backbone.")}
    fill(network, {**backbone, **head}, path)


def models_folder() -> Path:
    """Where the shipped models are: beside this module in an installed wheel, in `data/models` of a checkout."""
    inside = Path(__file__).parent / "models"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "data" / "models"


def shipped(name: str) -> Path:
    """The folder of a shipped model by its name, or of any model by its path; ModelError names those there are."""
    folder = models_folder() / name
    if (folder / CARD).is_file():
        return folder
    if (Path(name) / CARD).is_file():
        return Path(name)
    there = sorted(path.parent.name for path in models_folder().glob(f"*/{CARD}"))
    raise NoSuchModel(
        f"There is no model {name!r}. Shipped are: {', '.join(there) or 'none'}. "
        "Or give a folder that `facequery train` wrote."
    )
