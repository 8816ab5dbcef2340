"""What `train` and `grid` can be told of a run: the options and their words, once for both. It knows no training."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

# classifiers.cards.preprocessing.CROP, which takes numpy and Pillow to import; a test compares:
CROP = (9, 22, 169, 218)


class Network(StrEnum):
    """The networks that can be trained: two of the study, the teachers, and a tiny one for trying the loop out."""

    resnet50 = "resnet50"
    densenet121 = "densenet121"
    efficientnet_lite0 = "efficientnet_lite0"
    efficientnet_lite2 = "efficientnet_lite2"
    tiny = "tiny"


class ScheduleName(StrEnum):
    """How the learning rate goes on after the warm-up."""

    cosine = "cosine"
    constant = "constant"


class WeightingName(StrEnum):
    """How the two classes of an attribute weigh in the loss."""

    inverse = "inverse"
    sqrt = "sqrt"
    none = "none"


class LossName(StrEnum):
    """What a run learns by; all but the first do without the weighting."""

    bce = "bce"
    focal = "focal"
    asymmetric = "asymmetric"
    logit_adjusted = "logit-adjusted"


class Kept(StrEnum):
    """Which epoch becomes the model: the best by validation's mean average precision, or the last."""

    best = "best"
    last = "last"


CelebaFolder = Annotated[Path, typer.Argument(metavar="CELEBA", help="CelebA in Kaggle's or torchvision's layout.")]
Cache = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Where decoded images are kept; the user's cache folder without.")
]
Init = Annotated[str, typer.Option(metavar="WEIGHTS", help="random, imagenet, or a safetensors file.")]
Size = Annotated[int, typer.Option(metavar="N", min=16, max=1024, help="Side of the network's input, in pixels.")]
Epochs = Annotated[int, typer.Option(metavar="N", min=1, help="Passes over the training images, at most.")]
BatchSize = Annotated[int, typer.Option(metavar="N", min=2, help="Images of one step.")]
Schedule = Annotated[ScheduleName, typer.Option(help="Of the learning rate, after the warm-up.")]
Warmup = Annotated[float, typer.Option(metavar="X", min=0, help="Epochs of rising learning rate.")]
Features = Annotated[int, typer.Option(metavar="N", min=1, help="Width of the embedding.")]
Weighting = Annotated[
    WeightingName, typer.Option(help="Of an attribute's classes: inverse frequency, its square root, or none.")
]
Limit = Annotated[int | None, typer.Option(metavar="N", min=1, help="Training images at most, of each set.")]
Augment = Annotated[bool, typer.Option(help="Shift, zoom, stretch, turn and relight training faces.")]
Seed = Annotated[int, typer.Option(metavar="N", min=0, max=2**32 - 1, help="Of all that is drawn at random.")]
Blend = Annotated[float, typer.Option(metavar="SHARE", min=0, max=0.9, help="Of training views blended of two faces.")]
Bend = Annotated[float, typer.Option(metavar="SHARE", min=0, max=1, help="Of training views bent a little.")]
Poor = Annotated[
    float,
    typer.Option(
        metavar="SHARE",
        min=0,
        max=1,
        help="Of training faces made coarse, noisy or badly compressed; all are in bad light then.",
    ),
]
Describe = Annotated[
    bool,
    typer.Option("--describe", help="Describe each training view, by dlib's network (the extra people)."),
]
Own = Annotated[
    float,
    typer.Option(metavar="X", min=0, help="Weight of finding a view's own descriptor among all other people's."),
]
HeadIdentity = Annotated[
    float, typer.Option(metavar="X", min=0, help="Weight of telling the people apart by the people head.")
]
InitHead = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Begin with the people head that another run left.")
]
Keep = Annotated[Kept, typer.Option(help="Which epoch becomes the model.")]
Refit = Annotated[
    bool, typer.Option("--refit", help="At the end, fit the last layer anew to the training faces as they are.")
]
