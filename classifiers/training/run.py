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
from safetensors.torch import save as bytes_from_tensors
from torch import nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

from classifiers import hyperparameters
from classifiers.cards.card import card_from_json
from classifiers.cards.preprocessing import Preprocessing
from classifiers.hyperparameters import Hyperparameters, RunError
from classifiers.networks import checkpoint
from classifiers.networks.architectures import FaceNetwork, build, placed
from classifiers.training import state
from classifiers.training.joint_head import RATE, WIDTH, JointHead
from classifiers.training.tasks import HintHead, IdentityHead, PointHead

STATE, BEST, RUN = "last.safetensors", "best.safetensors", "run.json"
HEAD = "head.safetensors"  # the people head beside the best network, as another run may begin from it
LAYOUT = 2  # of the state, and of what a seed draws: a run goes on only as it began


class Run:
    """A run in memory, and the folder that it is kept in. Its `head` tells people apart, where that is learned too."""

    def __init__(
        self, hyper: Hyperparameters, out: Path, device: str, network: FaceNetwork, head: JointHead | None = None
    ) -> None:
        self.hyper, self.out, self.device = hyper, out, device
        self.history: list[dict[str, Any]] = []
        self.preprocessing = Preprocessing(hyper.size, hyper.crop)
        self.network = placed(network, device)
        self.head = head.to(device) if head else None
        pair = self.network, self.head
        self.smooth, self.smooth_head = copy.deepcopy(pair) if hyper.average else pair
        self._averaged = [_floating(*modules) for modules in ((self.smooth, self.smooth_head), pair)]
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
        groups = []
        for module, rate in ((self.network, 1.0), (self.head, RATE)):
            trained = [values for values in module.parameters() if values.requires_grad] if module else []
            for wide, decay in ((True, self.hyper.weight_decay), (False, 0.0)):
                groups.append(
                    {"params": [v for v in trained if (v.ndim > 1) is wide], "weight_decay": decay, "rate": rate}
                )
        return [group for group in groups if group["params"]]

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
        run = cls(hyper, out, device, network, _head(hyper))
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
        facts = state.facts(out / STATE)
        if json.loads(facts).get("layout") != LAYOUT:
            raise RunError(
                f"{out} holds a run of another version, which drew and kept things otherwise: begin it anew."
            )
        hyper = hyperparameters.read(facts, out / STATE)
        network = build(hyper.model, hyper.features, hyper.dropout)
        run = cls(hyper, out, device, network, JointHead(hyper.features) if hyper.with_head else None)
        run.history = json.loads(facts)["history"]
        run._restore()
        return run

    def learn_too(self, people: int = 0, hints: int = 0, descriptor: int = 0) -> None:
        """Adds the heads of the further tasks: for so many people, for a teacher's output and for descriptors of these
        widths.
        """
        hyper = self.hyper
        torch.manual_seed(hyper.seed)
        if people and hyper.identity:
            self.tasks["identity"] = IdentityHead(hyper.features, people)
        if hints:
            self.tasks["hint"] = HintHead(self.network.embed.in_features, hints)
        if descriptor:
            self.tasks["point"] = PointHead(WIDTH if self.head else hyper.features, descriptor)
        if people and hyper.head_identity:
            self.tasks["head_identity"] = IdentityHead(WIDTH, people)
        self.tasks.to(self.device)
        if len(self.tasks):
            heads: dict[str, Any] = {"params": list(self.tasks.parameters()), "weight_decay": hyper.weight_decay}
            self.optimizer.add_param_group({**heads, "rate": RATE if self.head else 1.0})

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
        for smooth, module in ((self.smooth, self.network), (self.smooth_head, self.head)):
            if smooth and module:
                for mine, new in zip(smooth.buffers(), module.buffers(), strict=True):
                    if not mine.is_floating_point():
                        mine.copy_(new)

    @property
    def best_epoch(self) -> int:
        """The epoch with the highest validation mean average precision, the first of equals, or the last where that is
        to be kept; -1 before any.
        """
        if self.hyper.keep == "last":
            return len(self.history) - 1
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
            for module, name in ((self.smooth_head, HEAD), (self.smooth, BEST)):
                if module:
                    weights = state.contiguous(module.state_dict())
                    checkpoint.write_atomically(self.out / name, bytes_from_tensors(weights))
        checkpoint.write_atomically(self.out / STATE, state.written(self._modules, self.optimizer, self._facts()))
        self._write_facts()

    def best_network(self) -> FaceNetwork:
        """The network as it was after the best epoch; ModelError when no epoch is kept."""
        network = build(self.hyper.model, self.hyper.features, self.hyper.dropout)
        checkpoint.fill(network, checkpoint.read_tensors(self.out / BEST)[0], self.out / BEST)
        return network

    def best_head(self) -> JointHead | None:
        """The people head beside that network, if there is one."""
        if not self.head:
            return None
        head = JointHead(self.hyper.features)
        checkpoint.fill(head, checkpoint.read_tensors(self.out / HEAD)[0], self.out / HEAD)
        return head.eval()

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
        modules: dict[str, nn.Module | None] = {"network": self.network, "tasks": self.tasks, "head": self.head}
        if self.smooth is not self.network:
            modules |= {"smooth": self.smooth, "smooth_head": self.smooth_head}
        return {name: module for name, module in modules.items() if module is not None}

    def _restore(self) -> None:
        found = state.parts(self.out / STATE)
        rows = {name.removesuffix(".weight"): len(values) for name, values in found.get("tasks", {}).items()}
        people = max(rows.get("identity", 0), rows.get("head_identity", 0))
        self.learn_too(people, rows.get("hint", 0), rows.get("point", 0))
        state.restore(self._modules, self.optimizer, found, self.out / STATE)


def machine(device: str) -> str:
    """The hardware and library a run was made with, in words."""
    if device.startswith("cuda"):
        return f"{torch.cuda.get_device_name()}, torch {torch.__version__}"
    return f"{torch.get_num_threads()} threads of {platform.machine()}, torch {torch.__version__}"


def _floating(*modules: nn.Module | None) -> list[torch.Tensor]:
    return [v for module in modules if module for v in module.state_dict().values() if v.is_floating_point()]


def _head(hyper: Hyperparameters) -> JointHead | None:
    """A people head to begin with; ModelError for one that is not there, or does not fit."""
    if not hyper.with_head:
        return None
    head = JointHead(hyper.features)
    if hyper.init_head:
        path = Path(hyper.init_head)
        checkpoint.fill(head, checkpoint.read_tensors(path)[0], path)
    return head


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
