"""Weights on disk, together with everything needed to use them: a folder of `model.safetensors` and `card.json`.

Loading is strict and never unpickles; what does not fit is a ModelError. Knows nothing of data sets; torch is loaded
with the first network, and not for a card or for weights as arrays.
"""

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from safetensors import SafetensorError

from classifiers.cards.card import Card, ModelError, card_from_json

if TYPE_CHECKING:
    import torch
    from torch import nn

    from classifiers.networks.architectures import FaceNetwork

WEIGHTS, CARD, HEAD = "model.safetensors", "card.json", "people.safetensors"
Arrays = dict[str, NDArray[Any]]
Tensors = TypeVar("Tensors")


class NoSuchModel(ModelError):
    """There is no model of that name."""

    wrong_usage = True


def read_tensors(path: Path) -> "tuple[dict[str, torch.Tensor], str]":
    """All tensors of a safetensors file, and the file's sha256; ModelError when it is missing or damaged."""
    import safetensors.torch

    return _read(path, safetensors.torch.load)


def read_arrays(path: Path) -> tuple[Arrays, str]:
    """As `read_tensors`, for who has no torch."""
    return _read(path, safetensors.numpy.load)


def _read(path: Path, parse: Callable[[bytes], Tensors]) -> tuple[Tensors, str]:
    try:
        data = path.read_bytes()
        return parse(data), hashlib.sha256(data).hexdigest()
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


def write_array(path: Path, values: NDArray[Any]) -> None:
    """A file of numpy's (.npy), there whole or not at all."""
    kept = BytesIO()
    np.save(kept, values)
    write_atomically(path, kept.getvalue())


def save(folder: Path, network: "FaceNetwork", card: Card) -> Card:
    """Writes weights and card into `folder`; returns the card with the weights' checksum.

    Matrices and kernels are stored in half precision; vectors (biases, batch norm's statistics) stay in float32,
    since a running variance may leave half precision's range.
    """
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {name: _halved(tensor.detach().cpu().numpy()) for name, tensor in network.state_dict().items()}
    data = safetensors.numpy.save(arrays)
    card = replace(card, weights_sha256=hashlib.sha256(data).hexdigest())
    write_atomically(folder / WEIGHTS, data)
    write_card(folder, card)
    return card


def write_card(folder: Path, card: Card) -> None:
    """Replaces the card of the model in `folder`."""
    write_atomically(folder / CARD, card.as_json().encode())


def _halved(array: NDArray[Any]) -> NDArray[Any]:
    matrix = array.dtype == np.float32 and array.ndim > 1
    return np.ascontiguousarray(array, np.float16 if matrix else array.dtype).reshape(array.shape)  # 0-d stays 0-d


def card_of(folder: Path) -> Card:
    """The card of a model's folder; ModelError where it has none."""
    try:
        text = (folder / CARD).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{folder} holds no readable {CARD} ({error}), so it is no model.") from error
    return card_from_json(text, folder / CARD)


def arrays_of(folder: Path, card: Card) -> Arrays:
    """The weights of a model's folder, matrices in half precision as they lie there; ModelError when they are not
    those that the card describes.
    """
    arrays, sha256 = read_arrays(folder / WEIGHTS)
    _check_sum(folder, card, sha256)
    broken = [name for name, array in arrays.items() if not np.isfinite(array).all()]
    if broken:
        raise ModelError(_not_finite(folder / WEIGHTS, broken[0]))
    return arrays


def load(folder: Path) -> "tuple[FaceNetwork, Card]":
    """The network of a model's folder, in float32 and eval mode, and its card; ModelError when they do not fit."""
    from classifiers.networks.architectures import build

    card = card_of(folder)
    tensors, sha256 = read_tensors(folder / WEIGHTS)
    _check_sum(folder, card, sha256)
    network = build(card.architecture, card.features)
    fill(network, {k: v.float() if v.is_floating_point() else v for k, v in tensors.items()}, folder / WEIGHTS)
    return network.eval(), card


def _check_sum(folder: Path, card: Card, sha256: str) -> None:
    if sha256 != card.weights_sha256:
        raise ModelError(f"{folder / WEIGHTS} is not the file its card describes: the checksums differ.")


def _not_finite(source: Path, name: str) -> str:
    return f"{source} holds numbers that are not finite, in {name}: the weights are damaged."


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


def fill(network: "nn.Module", tensors: "Mapping[str, torch.Tensor]", source: Path) -> None:
    """Puts tensors into the network; ModelError when a name, a shape or a value does not fit."""
    import torch

    broken = [n for n, t in tensors.items() if t.is_floating_point() and not torch.isfinite(t).all()]
    if broken:
        raise ModelError(_not_finite(source, broken[0]))
    try:
        network.load_state_dict(dict(tensors), strict=True)
    except RuntimeError as error:
        raise ModelError(f"{source} does not fit the network: {str(error).splitlines()[-1].strip()}") from error


def fill_backbone(network: "FaceNetwork", path: Path) -> None:
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
    """Where the shipped models are: beside the rooms in an installed wheel, in `data/models` of a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "models"
    return inside if inside.is_dir() else package.parent / "data" / "models"


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
