"""What a batch is judged by: the loss of all that is learned of it, and how many of its labels were right.

A step asks nothing of the device, so that a GPU need not wait for the host. Knows nothing of optimizers or epochs.
"""

from typing import NamedTuple, cast

import torch

from classifiers.networks.architectures import halves, normalised
from classifiers.teaching.crowd import Crowd
from classifiers.teaching.distill import Said
from classifiers.teaching.examples import Batch, Told
from classifiers.training.lesson import Lesson
from classifiers.training.losses import mean_known, weighted_loss
from classifiers.training.run import Run
from classifiers.training.tasks import IdentityHead, related
from retrieval.attributes import ATTRIBUTES

BLURRY = ATTRIBUTES.index("Blurry")


class Made(NamedTuple):
    """The descriptors of a batch's own views, float32[N, D], and those of all faces that they are seen among."""

    crowd: Crowd
    descriptors: torch.Tensor

    def directed(self, told: Told) -> Told:
        """What is told, with these as descriptors."""
        return told._replace(descriptors=self.crowd.directions(self.descriptors))


def judged(run: Run, batch: Batch, lesson: Lesson) -> tuple[torch.Tensor, torch.Tensor]:
    """The loss of all that is learned, and the accuracy over known labels."""
    told = batch.told
    said = lesson.teachers.say(batch.view) if lesson.teachers else None
    with torch.autocast(batch.faces.device.type, torch.bfloat16, enabled=halves(batch.faces.device)):
        pooled = run.network.backbone(normalised(batch.faces, run.preprocessing))
        logits, features = run.network.head(pooled)
    classes, targets, known = aim(told, said, run.hyper.distill)
    loss = weighted_loss(logits, classes, lesson.weights, targets, _as_seen(known, targets, batch.poor))
    made = Made(lesson.likeness.crowd, lesson.likeness.describe(batch.view)) if lesson.likeness else None
    vectors = run.head(features) if run.head else None
    loss = loss + _further(run, made.directed(told) if made else told, said, pooled, features, vectors)
    if vectors is not None:
        loss = loss + _recognised(run, batch, made, vectors)
    right = ((logits.detach() > 0) == (told.labels > 0.5)).float()
    return loss, mean_known(right, told.known)


def aim(told: Told, said: Said | None, share: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor | None]:
    """By what a batch's outputs are weighed, what they should be, and which of them are known at all (None: all).

    The labels; where there are teachers, their probabilities mixed in by that share (Hinton et al. 2015), and where
    a label is not known, their word alone.
    """
    labels, known = told.labels, told.known
    probabilities = told.probabilities if said is None else said.probabilities
    if probabilities is None:
        return labels, labels, known
    mixed = torch.lerp(labels, probabilities, share)
    if known is None:
        return labels, mixed, None
    return torch.where(known, labels, probabilities), torch.where(known, mixed, probabilities), None


def _as_seen(known: torch.Tensor | None, targets: torch.Tensor, poor: int) -> torch.Tensor | None:
    """Which outputs are known; not whether the first `poor` are blurry, since that was said of them as they were."""
    if not poor:
        return known
    seen = torch.ones_like(targets, dtype=torch.bool) if known is None else known.clone()
    seen[:poor, BLURRY] = False
    return seen


def _further(
    run: Run, told: Told, said: Said | None, pooled: torch.Tensor, features: torch.Tensor, vectors: torch.Tensor | None
) -> torch.Tensor:
    """The weighted losses of who it is by the features, of what teachers see, and of what descriptors say of the
    features, and of the people head's vectors where there are any.
    """
    hyper, loss = run.hyper, torch.zeros((), device=pooled.device)
    if "identity" in run.tasks and told.people is not None:
        loss = loss + hyper.identity * run.tasks["identity"](features, told.people)
    hints = told.hints if said is None else said.hints
    if "hint" in run.tasks and hints is not None:
        loss = loss + hyper.hint * run.tasks["hint"](pooled, hints)
    if "point" in run.tasks and told.descriptors is not None:
        loss = loss + hyper.point * run.tasks["point"](features if vectors is None else vectors, told.descriptors)
    if hyper.relate and told.descriptors is not None:
        loss = loss + hyper.relate * related(features, told.descriptors)
    return loss


def _recognised(run: Run, batch: Batch, made: Made | None, vectors: torch.Tensor) -> torch.Tensor:
    """The weighted losses of who it is, by the people head's vectors."""
    hyper, loss = run.hyper, torch.zeros((), device=vectors.device)
    if hyper.head_identity and batch.told.people is not None:
        directions = cast(IdentityHead, run.tasks["head_identity"])
        loss = loss + hyper.head_identity * directions.of_vectors(vectors, batch.told.people)
    if hyper.own and made:
        loss = loss + hyper.own * made.crowd.own(vectors, made.descriptors, batch.chosen, batch.others)
    return loss
