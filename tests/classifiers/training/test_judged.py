"""What a batch is judged by, and that nothing in a step waits for the device."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from classifiers.cards.preprocessing import Preprocessing
from classifiers.sets.face_sets import FaceSet
from classifiers.teaching import distill, examples
from classifiers.teaching.examples import Told, batches
from classifiers.training.judged import BLURRY, _as_seen, aim, judged
from classifiers.training.lesson import lesson_of, widths
from classifiers.training.run import Run
from tests.classifiers.teaching.test_examples import TINY


def test_whether_a_face_is_blurry_is_not_learned_of_what_was_made_so() -> None:
    known, targets = torch.ones(6, 40, dtype=torch.bool), torch.zeros(6, 40)
    assert _as_seen(None, targets, 0) is None
    for seen in (_as_seen(None, targets, 2), _as_seen(known, targets, 2)):
        assert seen is not None and not seen[:2, BLURRY].any() and seen.sum() == 6 * 40 - 2
    assert known.all()


def test_what_is_not_known_is_the_teachers_word_alone() -> None:
    labels, said = torch.tensor([[1.0, 0.0, 1.0]]), torch.tensor([[0.2, 0.6, 0.9]])
    known = torch.tensor([[True, True, False]])
    classes, targets, counted = aim(Told(labels, known, said), None, 0.7)
    assert targets[0].tolist() == pytest.approx([0.3 + 0.14, 0.42, 0.9])
    assert classes[0].tolist() == pytest.approx([1, 0, 0.9]) and counted is None
    seen = distill.Said(1 - said, said)
    assert aim(Told(labels, known), seen, 0.7)[1][0].tolist() == pytest.approx([0.3 + 0.56, 0.28, 0.1])
    assert aim(Told(labels, None, said), None, 1.0)[1].tolist() == said.tolist()
    assert aim(Told(labels, known), None, 0.7) == (labels, labels, known)


ASKING = ("_local_scalar_dense", "nonzero", "masked_select", "equal", "is_nonzero", "unique")


class Asked(TorchDispatchMode):
    """Keeps the names of operations for which a host would have to wait: its answers, indices by truth, and numbers of
    the host's in `where`, which are copied to the device by themselves.
    """

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func.name().split("::")[1].split(".")[0]
        by_truth = name == "index" and any(i is not None and i.dtype == torch.bool for i in args[1])
        number = name == "where" and any(i.dim() == 0 for i in args[1:])
        if name in ASKING or by_truth or number:
            self.names.append(name)
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize(
    ("asks", "name"),
    [
        (lambda x: x.sum().item(), "_local_scalar_dense"),
        (lambda x: x[x > 0], "index"),
        (lambda x: bool((x > 0).any()), "_local_scalar_dense"),
        (lambda x: x.nonzero(), "nonzero"),
        (lambda x: torch.where(x > 0, x, 0), "where"),
    ],
)
def test_a_question_to_the_device_is_noticed(asks: Callable[[torch.Tensor], object], name: str) -> None:
    with Asked() as asked:
        asks(torch.rand(4))
    assert name in asked.names


FILE = {"descriptors": "d.npy", "teachers": ("teacher",), "hint": 0.1}
VIEWS = {
    "describe": True, "own": 0.1, "head_identity": 0.1, "crop": (24, 41, 154, 199),
    "blend": 0.25, "bend": 0.5, "poor": 0.7, "teachers": ("teacher",),
}  # fmt: skip


@pytest.mark.usefixtures("dlibs")
@pytest.mark.parametrize(
    ("learned", "tasks"),
    [(FILE, {"identity", "hint", "point"}), (VIEWS, {"identity", "point", "head_identity"})],
)
def test_a_step_asks_the_device_for_nothing(
    sets: list[FaceSet], teacher: Path, tmp_path: Path, learned: dict[str, Any], tasks: set[str]
) -> None:
    np.save(tmp_path / "d.npy", np.random.default_rng(0).normal(size=(76, 4)).astype(np.float32))
    given = {
        "augment": True, "coarse": 0.2, "erase": 0.2, "average": 0.9, "identity": 0.1, "relate": 0.1, "point": 0.1,
        "same_view": True, **learned, "teachers": (str(teacher),),
    }  # fmt: skip
    given["descriptors"] = str(tmp_path / "d.npy") if "descriptors" in learned else ""
    hyper = replace(TINY, **given)
    run = Run.new(hyper, tmp_path / "run")
    lesson = lesson_of(sets, run, tmp_path / "cache")
    pixels = examples.gathered(sets, hyper, Preprocessing(24, hyper.crop), tmp_path / "cache", "cpu").pixels
    on_device = replace(lesson.examples, pixels=pixels[torch.arange(76)])
    run.learn_too(*widths(lesson, hyper))
    assert set(run.tasks) == tasks
    asked, coming = Asked(), batches(on_device, hyper, 0, lesson.size)
    for number in range(3):
        with asked:
            loss, _ = judged(run, next(coming), lesson)
        loss.backward()  # type: ignore[no-untyped-call]
        with asked:
            run.follow(number)
    assert asked.names == []
