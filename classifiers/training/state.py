"""What going on with a run needs, in one file: the tensors of its modules and of Adam under one set of names, and facts
as text. Knows nothing of what the modules are.
"""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import nn

from classifiers.cards.card import ModelError
from classifiers.networks import checkpoint

Tensors = dict[str, torch.Tensor]


def written(modules: Mapping[str, nn.Module], optimizer: torch.optim.Optimizer, facts: str) -> bytes:
    """The file's content."""
    tensors = {
        f"{part}.{name}": tensor for part, module in modules.items() for name, tensor in module.state_dict().items()
    }
    for index, values in optimizer.state_dict()["state"].items():
        tensors |= {f"adam.{index}.{name}": tensor for name, tensor in values.items()}
    return save(contiguous(tensors), metadata={"facts": facts})


def contiguous(tensors: Mapping[str, torch.Tensor]) -> Tensors:
    """The same on the host, each in memory of its own."""
    return {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}


def facts(path: Path) -> str:
    """The facts in a state's file; ModelError for one that is damaged."""
    try:
        with safe_open(path, framework="pt") as file:
            return str(file.metadata()["facts"])
    except (OSError, SafetensorError, KeyError, TypeError) as error:
        raise ModelError(f"{path} is damaged ({error}): this run cannot go on.") from error


def parts(path: Path) -> dict[str, Tensors]:
    """Its tensors by the module that they belong to, those of Adam as "adam"."""
    found: dict[str, Tensors] = {}
    for name, tensor in checkpoint.read_tensors(path)[0].items():
        part, _, rest = name.partition(".")
        found.setdefault(part, {})[rest] = tensor
    return found


def restore(
    modules: Mapping[str, nn.Module], optimizer: torch.optim.Optimizer, found: Mapping[str, Tensors], path: Path
) -> None:
    """Puts the parts into modules and optimizer; ModelError where they do not fit."""
    adam: dict[int, Tensors] = {}
    for name, tensor in found.get("adam", {}).items():
        index, key = name.split(".")
        adam.setdefault(int(index), {})[key] = tensor
    for part, module in modules.items():
        checkpoint.fill(module, found.get(part, {}), path)
    optimizer.load_state_dict({"state": adam, "param_groups": optimizer.state_dict()["param_groups"]})
