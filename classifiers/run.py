"""A training run on disk: its hyperparameters, the network and optimizer after the last whole epoch, its history.

`last.safetensors` is all that going on needs, in one file that is replaced at once; `run.json` says the same for
people. Knows nothing of data or of how an epoch is trained.
"""

import copy
import json
import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as bytes_from_tensors
from torch import nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

from classifiers import checkpoint, hyperparameters
from classifiers.cards import ModelError, card_from_json
from classifiers.hyperparameters import Hyperparameters, RunError
from classifiers.networks import FaceNetwork, build, placed
from classifiers.preprocessing import Preprocessing
from classifiers.tasks import HintHead, IdentityHead, PointHead

STATE, BEST, RUN = "last.safetensors", "best.safetensors", "run.json"
LAYOUT = 2  # of the state, and of what a seed draws: a run goes on only as it began


class Run:
    """A run in memory, and the folder that it is kept in."""

    def __init__(self, hyper: Hyperparameters, out: Path, device: str, network: FaceNetwork) -> None:
        self.hyper, self.out, self.device = hyper, out, device
        self.history: list[dict[str, Any]] = []
        self.preprocessing = Preprocessing(hyper.size, hyper.crop)
        self.network = placed(network, device)
        self.smooth = copy.deepcopy(self.network) if hyper.average else self.network
        self._averaged = [
            [values for values in its.state_dict().values() if values.is_floating_point()]
            for its in (self.smooth, self.network)
        ]
        self.tasks = nn.ModuleDict()
        self.optimizer = torch.optim.AdamW(
            self._groups(), lr=hyper.learning_rate, fused=torch.device(device).type == "cuda" or None
        )

    @classmethod
    def new(cls, hyper: Hyperparameters, out: Path, device: str = "cpu") -> "Run":
        """A run before its first epoch; RunError when `out` already holds one, or a model, or when the network cannot
        be so; ModelError for a teacher or weights that are not there.
        """
        if (out / RUN).exists():
            raise RunError(f"{out} already holds a run. Go on with it by --resume, or choose another --out.")
        if any((out / name).exists() for name in (checkpoint.CARD, checkpoint.WEIGHTS)):
            raise RunError(f"{out} already holds a model. Choose another --out.")
        return cls._begun(hyper, out, device)

    def _groups(self) -> list[dict[str, Any]]:
        """What is trained: matrices and kernels decay; biases and what batch norms scale by do not."""
        trained = [values for values in self.network.parameters() if values.requires_grad]
        matrices, vectors = ([v for v in trained if (v.ndim > 1) is wide] for wide in (True, False))
        return [
            {"params": matrices, "weight_decay": self.hyper.weight_decay},
            {"params": vectors, "weight_decay": 0.0},
        ]

    @classmethod
    def _begun(cls, hyper: Hyperparameters, out: Path, device: str) -> "Run":
        hyperparameters.check(hyper)
        for teacher in hyper.teachers:
            checkpoint.load(checkpoint.shipped(teacher))
        torch.manual_seed(hyper.seed)
        network = build(hyper.model, hyper.features, hyper.dropout, imagenet=hyper.init == "imagenet")
        if hyper.init not in ("random", "imagenet"):
            checkpoint.fill_backbone(network, Path(hyper.init))
        _tried(network, hyper)
        run = cls(hyper, out, device, network)
        out.mkdir(parents=True, exist_ok=True)
        run._write_facts()
        return run

    @classmethod
    def resumed(cls, out: Path, device: str = "cpu") -> "Run":
        """The run in `out` after its last whole epoch; RunError when there is none, ModelError when it is damaged."""
        if not (out / RUN).exists():
            raise RunError(f"{out} holds no run to go on with. Start one without --resume.")
        if not (out / STATE).exists():  # interrupted in its first epoch
            return cls._begun(hyperparameters.read((out / RUN).read_text(), out / RUN), out, device)
        facts = _metadata(out / STATE)
        if json.loads(facts).get("layout") != LAYOUT:
            raise RunError(
                f"{out} holds a run of another version, which drew and kept things otherwise: begin it anew."
            )
        hyper = hyperparameters.read(facts, out / STATE)
        run = cls(hyper, out, device, build(hyper.model, hyper.features, hyper.dropout))
        run.history = json.loads(facts)["history"]
        run._restore(checkpoint.read_tensors(out / STATE)[0])
        return run

    def learn_too(self, people: int = 0, hints: int = 0, descriptor: int = 0) -> None:
        """Adds the heads of the further tasks: for so many people, for a teacher's output and for descriptors of these
        widths.
        """
        torch.manual_seed(self.hyper.seed)
        if people:
            self.tasks["identity"] = IdentityHead(self.hyper.features, people)
        if hints:
            self.tasks["hint"] = HintHead(self.network.embed.in_features, hints)
        if descriptor:
            self.tasks["point"] = PointHead(self.hyper.features, descriptor)
        self.tasks.to(self.device)
        if len(self.tasks):
            heads = {"params": list(self.tasks.parameters()), "weight_decay": self.hyper.weight_decay}
            self.optimizer.add_param_group(heads)

    @torch.no_grad()
    def follow(self, step: int) -> None:
        """Moves the mean of the weights towards the weights after that step of the whole run, the first being 0."""
        if self.smooth is self.network:
            return
        decay = min(self.hyper.average, (1 + step) / (10 + step))  # follows closely while there is little to average
        get_ema_multi_avg_fn(decay)(*self._averaged, None)  # type: ignore[no-untyped-call]

    @torch.no_grad()
    def settle(self) -> None:
        """Copies what has no mean, the counters of batch norms, once an epoch is over."""
        for mine, new in zip(self.smooth.buffers(), self.network.buffers(), strict=True):
            if not mine.is_floating_point():
                mine.copy_(new)

    @property
    def best_epoch(self) -> int:
        """The epoch with the highest validation mean average precision, the first of equals; -1 before any."""
        scores = [row["validation_mean_average_precision"] for row in self.history]
        return scores.index(max(scores)) if scores else -1

    @property
    def over(self) -> bool:
        """All epochs are done, or the last `patience` brought nothing better."""
        done = len(self.history)
        return done >= self.hyper.epochs or (done > 0 and done - 1 - self.best_epoch >= self.hyper.patience)

    def record(self, row: dict[str, Any]) -> None:
        """Keeps an epoch: its weights if they are the best so far, then all that going on needs."""
        self.history.append(row)
        if self.best_epoch == len(self.history) - 1:
            weights = _contiguous(self.smooth.state_dict())
            checkpoint.write_atomically(self.out / BEST, bytes_from_tensors(weights))
        state = bytes_from_tensors(self._state(), metadata={"facts": self._facts()})
        checkpoint.write_atomically(self.out / STATE, state)
        self._write_facts()

    def best_network(self) -> FaceNetwork:
        """The network as it was after the best epoch; ModelError when no epoch is kept."""
        network = build(self.hyper.model, self.hyper.features, self.hyper.dropout)
        checkpoint.fill(network, checkpoint.read_tensors(self.out / BEST)[0], self.out / BEST)
        return network

    def _facts(self) -> str:
        facts = {
            "layout": LAYOUT,
            "hyperparameters": asdict(self.hyper),
            "machine": machine(self.device),
            "history": self.history,
        }
        return json.dumps(facts, indent=2)

    def _write_facts(self) -> None:
        checkpoint.write_atomically(self.out / RUN, self._facts().encode())

    @property
    def _modules(self) -> dict[str, nn.Module]:
        modules: dict[str, nn.Module] = {"network": self.network, "tasks": self.tasks}
        return modules if self.smooth is self.network else {**modules, "smooth": self.smooth}

    def _state(self) -> dict[str, torch.Tensor]:
        """The modules' tensors and Adam's, under one set of names."""
        state = {
            f"{part}.{name}": tensor
            for part, module in self._modules.items()
            for name, tensor in module.state_dict().items()
        }
        for index, values in self.optimizer.state_dict()["state"].items():
            state |= {f"adam.{index}.{name}": tensor for name, tensor in values.items()}
        return _contiguous(state)

    def _restore(self, tensors: dict[str, torch.Tensor]) -> None:
        rows = {name: len(tensors.get(f"tasks.{name}.weight", ())) for name in ("identity", "hint", "point")}
        self.learn_too(*rows.values())
        parts: dict[str, dict[str, torch.Tensor]] = {}
        for name, tensor in tensors.items():
            part, _, rest = name.partition(".")
            parts.setdefault(part, {})[rest] = tensor
        adam: dict[int, dict[str, torch.Tensor]] = {}
        for name, tensor in parts.pop("adam", {}).items():
            index, key = name.split(".")
            adam.setdefault(int(index), {})[key] = tensor
        for part, module in self._modules.items():
            checkpoint.fill(module, parts.get(part, {}), self.out / STATE)
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": adam, "param_groups": groups})


def machine(device: str) -> str:
    """The hardware and library a run was made with, in words."""
    if device.startswith("cuda"):
        return f"{torch.cuda.get_device_name()}, torch {torch.__version__}"
    return f"{torch.get_num_threads()} threads of {platform.machine()}, torch {torch.__version__}"


def _contiguous(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}


def _metadata(path: Path) -> str:
    try:
        with safe_open(path, framework="pt") as file:
            return str(file.metadata()["facts"])
    except (OSError, SafetensorError, KeyError, TypeError) as error:
        raise ModelError(f"{path} is damaged ({error}): this run cannot go on.") from error


def became_model(folder: Path) -> bool:
    """Whether the run in `folder` has: its card tells of the training, which is written there last."""
    path = folder / checkpoint.CARD
    return path.exists() and bool(card_from_json(path.read_text(), path).training)


@torch.inference_mode()
def _tried(network: FaceNetwork, hyper: Hyperparameters) -> None:
    """RunError when the network cannot look at faces of that size; it is found out now, not after an hour."""
    try:
        network.eval()(torch.zeros(1, 3, hyper.size, hyper.size))
    except (RuntimeError, ValueError) as error:
        raise RunError(f"{hyper.model} cannot look at {hyper.size} x {hyper.size} pixels: {error}.") from error
