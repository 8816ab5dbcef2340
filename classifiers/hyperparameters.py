"""What a run is told: all that decides its result, beside the data and the machine, and whether it can be meant.

Knows nothing of networks or of how a run goes.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from classifiers.cards.preprocessing import CROP, Box
from classifiers.networks.dlib_file import SQUARE
from retrieval.errors import FacequeryError

PATHS = ("init", "descriptors", "init_head")


class RunError(FacequeryError):
    """A run's folder does not allow what was asked."""


class Unmeant(RunError):
    """Hyperparameters that cannot be meant together."""

    wrong_usage = True


@dataclass(frozen=True, slots=True)
class Hyperparameters:
    """All that decides a run's result, beside the data and the machine."""

    model: str = "densenet121"
    size: int = 64
    crop: Box = CROP
    init: str = "random"  # or "imagenet", or the path of a safetensors file
    epochs: int = 8
    batch_size: int = 64
    learning_rate: float = 1e-3
    schedule: str = "cosine"  # or "constant"
    warmup: float = 0.5  # epochs, rising linearly
    features: int = 512
    dropout: float = 0.3  # as the next, what did best: classifiers/README.md
    weighting: str = "sqrt"  # of an attribute's two classes: "inverse" frequency, its square root "sqrt", "none"
    loss: str = "bce"  # cross-entropy by that weighting; or one of `classifiers.training.losses`, which do without
    patience: int = 3  # epochs without a better validation before the run stops
    limit: int | None = None  # training images
    seed: int = 0
    augment: bool = False  # shifts, zoom, turns and light, beside the flips
    weight_decay: float = 0.0  # decoupled from the gradient, as in AdamW
    average: float = 0.0  # decay of the running mean of the weights, which is then what is validated and kept
    teachers: tuple[str, ...] = ()  # models whose mean probability is learned beside the labels
    distill: float = 0.5  # its share in the targets
    hint: float = 0.0  # weight of seeing what the teachers see, in their backbones' output
    identity: float = 0.0  # weight of telling the people apart
    also: tuple[str, ...] = ()  # tables of further faces to learn from
    partial: float = 1.0  # share of the images with unknown labels that an epoch draws
    same_view: bool = False  # teachers look at each view as the student does, and not once at the image as it is
    coarse: float = 0.0  # share of faces at a low resolution
    erase: float = 0.0  # share of faces with a square erased, which the teachers see whole
    descriptors: str = ""  # a file of them, a row an image
    relate: float = 0.0  # weight of being alike where the descriptors are
    point: float = 0.0  # weight of pointing, by a linear map, where they point: by the people head where there is one
    blend: float = 0.0  # share of the views that are blended of two faces
    bend: float = 0.0  # share of the views that are bent a little
    poor: float = (
        0.0  # share of faces made coarse, noisy or badly compressed, and all badly lit; teachers see the view before
    )
    describe: bool = False  # descriptors are made of each view, by dlib's network
    own: float = 0.0  # weight of finding, by the people head, one's own descriptor among those of all other people
    head_identity: float = 0.0  # weight of telling the people apart by the people head
    init_head: str = ""  # a run's people head to begin from
    keep: str = "best"  # which epoch becomes the model: "best" by validation, or "last"
    refit: bool = False  # the last layer is fitted anew to the training faces as they are, at the end

    @property
    def with_head(self) -> bool:
        """Whether a head that tells people apart is learned with the network."""
        return self.own > 0 or self.head_identity > 0

    def told(self) -> dict[str, Any]:
        """For a card: of files and folders no more than the name, since they are nobody else's."""
        names = {key: [Path(name).name for name in getattr(self, key)] for key in ("teachers", "also")}
        return {**asdict(self), **names, **{key: Path(getattr(self, key)).name for key in PATHS}}


def check(hyper: Hyperparameters) -> None:
    """Unmeant for what means nothing without something else, or beside it."""
    for wrong, sentence in _unmeant(hyper):
        if wrong:
            raise Unmeant(sentence)


def _unmeant(hyper: Hyperparameters) -> Iterator[tuple[bool, str]]:
    likeness, described = hyper.relate or hyper.point, hyper.descriptors or hyper.describe
    yield (
        hyper.same_view and not hyper.teachers,
        "--same-view is about teachers, and there is none: give --teacher MODEL too.",
    )
    yield (
        bool(likeness and not described),
        "--relate and --point learn from descriptors: give --descriptors FILE too, or --describe.",
    )
    yield (
        bool(hyper.descriptors and not likeness),
        "--descriptors weigh nothing without --relate or --point: give one of these too.",
    )
    yield (
        bool(hyper.descriptors and hyper.describe),
        "--describe makes what --descriptors brings: leave one of them out.",
    )
    yield (
        hyper.describe and not (likeness or hyper.own),
        "--describe weighs nothing without --own, --relate or --point: give one of these too.",
    )
    yield hyper.own > 0 and not hyper.describe, "--own is about the descriptor of each view: give --describe too."
    yield bool(hyper.init_head) and not hyper.with_head, "--init-head begins what --own or --head-identity learns."
    yield hyper.bend > 0 and not hyper.augment, "--bend changes the views that --augment makes: give it too."
    yield (
        hyper.blend > 0 and bool((hyper.teachers and not hyper.same_view) or hyper.descriptors),
        "--blend makes faces that nobody looked at before: give --same-view too, and --describe for --descriptors.",
    )
    yield (
        hyper.describe and not _within(SQUARE, hyper.crop),
        f"--describe looks at {', '.join(map(str, SQUARE))} of a face, and --crop leaves some of it out: widen it.",
    )


def _within(square: tuple[float, float, float, float], crop: Box) -> bool:
    return crop[0] <= square[0] and crop[1] <= square[1] and square[2] <= crop[2] and square[3] <= crop[3]


def read(facts: str, source: Path) -> Hyperparameters:
    """Those in a run's facts, JSON; RunError names `source` when they are not there."""
    try:
        values = json.loads(facts)["hyperparameters"]
        tuples = {key: tuple(values.get(key, ())) for key in ("crop", "teachers", "also")}
        return Hyperparameters(**{**values, **tuples})
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(f"{source} is damaged ({error}): this run cannot go on.") from error
