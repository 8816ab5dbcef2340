"""Runs that learn likeness from descriptors of their own views, and a people head beside the network."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from classifiers.hyperparameters import Hyperparameters, RunError
from classifiers.networks import checkpoint
from classifiers.sets import celeba
from classifiers.training import train
from classifiers.training.run import HEAD, Run
from retrieval.likeness.recognition import Head
from tests.classifiers.training.test_train import TINY, Interrupted, after

pytestmark = pytest.mark.usefixtures("dlibs")
LIKENESS = replace(
    TINY, size=16, epochs=2, batch_size=16, features=32, dropout=0.2, augment=True, average=0.9, weight_decay=0.01,
    weighting="none", crop=(24, 41, 154, 199), identity=0.01, describe=True, own=0.2, head_identity=0.05, relate=0.1,
    point=0.1, blend=0.25, bend=0.5, poor=0.5, refit=True, keep="last",
)  # fmt: skip


def trained(hyper: Hyperparameters, data: celeba.CelebA, cache: Path, out: Path) -> list[dict[str, Any]]:
    return [{**row, "seconds": 0} for row in train.train(data, Run.new(hyper, out), cache=cache)]


@pytest.mark.lengthy
@pytest.mark.parametrize("steps", [2, 6])
def test_it_resumes_as_if_it_had_not_stopped_and_a_head_comes_out(
    data: celeba.CelebA, cache: Path, tmp_path: Path, steps: int
) -> None:
    whole = trained(LIKENESS, data, cache, tmp_path / "whole")
    with pytest.raises(Interrupted):
        train.train(data, Run.new(LIKENESS, tmp_path / "parts"), cache=cache, progress=after(steps))
    parts = train.train(data, Run.resumed(tmp_path / "parts"), cache=cache)
    assert [{**row, "seconds": 0} for row in parts] == whole
    assert {"validation_same_person_first", "validation_true_pairs_found"} <= whole[0].keys()
    for name in (checkpoint.WEIGHTS, checkpoint.HEAD, HEAD):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "parts" / name).read_bytes()
    card = checkpoint.load(tmp_path / "whole")[1]
    head = checkpoint.head_of(tmp_path / "whole", card)
    assert head is not None and Head.read(head).alike == 1  # nobody is another yet
    assert card.training["best_epoch"] == 1
    assert card.training["descriptors"]["file"] == "dlib_face_recognition_resnet_model_v1.dat"
    figures = card.training["refit"]["validation_mean_average_precision"]
    assert (
        figures["after"] >= figures["before"] == pytest.approx(whole[1]["validation_mean_average_precision"], abs=0.02)
    )


@pytest.mark.lengthy
def test_all_of_it_is_learned(data: celeba.CelebA, cache: Path, tmp_path: Path) -> None:
    hyper = replace(LIKENESS, epochs=8, learning_rate=3e-3, blend=0, poor=0, refit=False, average=0.0)
    losses = [row["loss"] for row in trained(hyper, data, cache, tmp_path / "run")]
    assert losses[-1] < 0.9 * losses[0]


@pytest.mark.lengthy
def test_each_part_of_it_changes_what_is_learned(data: celeba.CelebA, cache: Path, tmp_path: Path) -> None:
    hyper = replace(LIKENESS, epochs=1, limit=32, refit=False)
    changes: list[dict[str, Any]] = [
        {}, {"seed": 1}, {"own": 0.1}, {"head_identity": 0.0}, {"point": 0.0}, {"relate": 0.0}, {"blend": 0.0},
        {"bend": 0.0}, {"poor": 0.0}, {"own": 0.0, "head_identity": 0.0},
        {"describe": False, "own": 0, "relate": 0, "point": 0},
    ]  # fmt: skip
    losses = [
        trained(replace(hyper, **c), data, cache, tmp_path / str(n))[0]["loss"] for n, c in enumerate([{}, *changes])
    ]
    assert losses[0] == losses[1]  # the same seed, the same run
    assert len(set(losses)) == len(changes)


def test_another_run_goes_on_with_its_head(data: celeba.CelebA, cache: Path, tmp_path: Path) -> None:
    hyper = replace(LIKENESS, epochs=1, limit=32, refit=False)
    trained(hyper, data, cache, tmp_path / "first")
    again = replace(hyper, init=str(tmp_path / "first" / checkpoint.WEIGHTS), init_head=str(tmp_path / "first" / HEAD))
    second = Run.new(again, tmp_path / "second")
    assert second.head is not None
    left = checkpoint.read_tensors(tmp_path / "first" / HEAD)[0]
    assert all(np.array_equal(second.head.state_dict()[name], values) for name, values in left.items())
    with pytest.raises(checkpoint.ModelError, match="There are no weights"):
        Run.new(replace(again, init_head=str(tmp_path / "none")), tmp_path / "third")
    assert "head.safetensors" in str(again.told()) and str(tmp_path) not in str(again.told())


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"describe": False}, "--relate and --point learn from descriptors"),
        ({"describe": False, "relate": 0, "point": 0}, "--own is about the descriptor of each view"),
        ({"own": 0.0, "relate": 0, "point": 0}, "--describe weighs nothing"),
        ({"descriptors": "d.npy"}, "leave one of them out"),
        ({"augment": False}, "--bend changes the views that --augment makes"),
        ({"teachers": ("densenet121",)}, "give --same-view too"),
        ({"crop": (40, 41, 154, 199)}, "--crop leaves some of it out"),
        ({"own": 0.0, "head_identity": 0.0, "init_head": "head"}, "--init-head begins what"),
    ],
)
def test_options_that_mean_nothing_together_are_wrong_usage(
    tmp_path: Path, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(RunError, match=sentence) as refused:
        Run.new(replace(LIKENESS, **changes), tmp_path / "run")
    assert refused.value.wrong_usage and not (tmp_path / "run").exists()
