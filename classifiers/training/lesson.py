"""All that an epoch needs beside the run, made once: examples, teachers, and descriptors to learn likeness from.

Knows nothing of losses or of how a run goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from classifiers.cards.preprocessing import Preprocessing
from classifiers.hyperparameters import Hyperparameters
from classifiers.sets.face_sets import FaceSet
from classifiers.teaching import described
from classifiers.teaching.crowd import Crowd
from classifiers.teaching.described import Describer
from classifiers.teaching.distill import Teachers
from classifiers.teaching.examples import Decoding, Examples, gathered
from classifiers.training.losses import ClassWeights, class_weights
from classifiers.training.run import Run


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """What describes each view, and the descriptors of all training faces as they are."""

    describe: Describer
    crowd: Crowd


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """All that an epoch needs beside the run: examples, the weights of their classes, teachers who see what the
    student sees, the side in pixels of the views that are made, and what describes these.
    """

    examples: Examples
    weights: ClassWeights
    teachers: Teachers | None
    size: int
    likeness: Likeness | None = None


def lesson_of(sets: Sequence[FaceSet], run: Run, cache: Path, decoding: Decoding = None) -> Lesson:
    """The lesson of a run over all the sets. Raises what `gathered` raises, and what `described` does."""
    hyper = run.hyper
    teachers = Teachers(hyper.teachers, run.device) if hyper.same_view else None
    size = max(hyper.size, teachers.size if teachers else 0, described.SIDE if hyper.describe else 0)
    examples = gathered(sets, hyper, Preprocessing(size, hyper.crop), cache, run.device, decoding)
    some = [each.first(hyper.limit) for each in sets]
    labels, known = (np.concatenate(parts) for parts in zip(*((s.faces.labels, s.known) for s in some), strict=True))
    weights = class_weights(labels, hyper.weighting, hyper.loss, None if known.all() else known, run.device)
    likeness = _likeness(some, run, examples, cache, decoding) if hyper.describe else None
    return Lesson(examples, weights, teachers, size, likeness)


def _likeness(sets: Sequence[FaceSet], run: Run, examples: Examples, cache: Path, decoding: Decoding) -> Likeness:
    describe = Describer(described.installed(), run.hyper.crop, run.device)

    def faces(chosen: torch.Tensor) -> torch.Tensor:
        return examples.pixels[chosen.to(run.device) if isinstance(examples.pixels, torch.Tensor) else chosen]

    kept = Preprocessing(faces(torch.zeros(1, dtype=torch.long)).shape[1], run.hyper.crop)
    made = described.of_all(describe, faces, sets, kept, cache, decoding)
    return Likeness(describe, Crowd.of(made, examples.told.people))


def widths(lesson: Lesson, hyper: Hyperparameters) -> tuple[int, int, int]:
    """How many people there are to tell apart, and how wide the teachers' output and the descriptors are that are
    learned; 0 for what is not.
    """
    told = lesson.examples.told
    people = 0 if told.people is None else int(told.people.max()) + 1
    seen = lesson.teachers.width if lesson.teachers else 0 if told.hints is None else told.hints.shape[1]
    pointed = lesson.likeness.crowd.mean if lesson.likeness else told.descriptors
    return people, seen if hyper.hint else 0, pointed.shape[-1] if hyper.point and pointed is not None else 0
