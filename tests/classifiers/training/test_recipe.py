"""Runs that learn from all there is: further faces, teachers of the same view, descriptors."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from classifiers.cards.model_card import render
from classifiers.cards.preprocessing import Preprocessing
from classifiers.hyperparameters import Hyperparameters, RunError
from classifiers.networks import checkpoint
from classifiers.networks.architectures import build
from classifiers.sets import celeba, face_sets
from classifiers.training import train
from classifiers.training.run import Run
from tests.classifiers.conftest import write_csv
from tests.classifiers.training.test_train import EVERYTHING, TINY, Interrupted, after


@pytest.fixture
def recipe(data: celeba.CelebA, cache: Path, tmp_path: Path) -> Hyperparameters:
    """All that a run can learn from: a table of further faces, a teacher who sees the same view, descriptors."""
    torch.manual_seed(3)
    checkpoint.save(tmp_path / "teacher", build("tiny"), checkpoint.Card("tiny", Preprocessing(48)))
    names = data.split("test").names
    rows = [[f"img_align_celeba/{n}", (1, 0, "")[i % 3], "anna" if i < 5 else ""] for i, n in enumerate(names)]
    (tmp_path / "img_align_celeba").symlink_to(data.faces.folder)
    write_csv(tmp_path / "further.csv", ["image", "Young", "identity"], rows)
    np.save(tmp_path / "d.npy", np.random.default_rng(0).normal(size=(64 + len(rows), 6)).astype(np.float16))
    return replace(
        EVERYTHING, teachers=(str(tmp_path / "teacher"),), same_view=True, distill=0.7, coarse=0.2, erase=0.3,
        also=(str(tmp_path / "further.csv"),), partial=0.5, descriptors=str(tmp_path / "d.npy"), relate=0.1, point=0.2,
    )  # fmt: skip


@pytest.mark.lengthy
@pytest.mark.parametrize("steps", [2, 6])
def test_the_whole_recipe_resumes_as_if_it_had_not_stopped_and_tells_what_it_learned_from(
    data: celeba.CelebA, cache: Path, tmp_path: Path, recipe: Hyperparameters, steps: int
) -> None:
    whole = train.train(data, Run.new(recipe, tmp_path / "whole"), cache=cache)
    with pytest.raises(Interrupted):
        train.train(data, Run.new(recipe, tmp_path / "parts"), cache=cache, progress=after(steps))
    parts = train.train(data, Run.resumed(tmp_path / "parts"), cache=cache)
    assert [{**row, "seconds": 0} for row in parts] == [{**row, "seconds": 0} for row in whole]
    assert [row["images"] for row in whole] == [64, 64]  # 64 and half of 16, in batches of 16
    weights = [(tmp_path / name / checkpoint.WEIGHTS).read_bytes() for name in ("whole", "parts")]
    assert weights[0] == weights[1]
    card = checkpoint.load(tmp_path / "parts")[1]
    training, table = card.training, card.training["sets"][1]
    assert training["data"] == "CelebA, training partition; further.csv (16 images; Young)"
    assert (table["data"], table["images"], table["known"]) == ("further.csv", 16, {"Young": 11})
    assert training["descriptors"]["file"] == "d.npy" and len(training["descriptors"]["sha256"]) == 64
    assert training["seconds"] > 0 and training["images_per_second"] > 0
    assert len(training["learned_from"]) == 1
    assert str(tmp_path) not in card.as_json()
    assert card.licence.endswith("Trained on the images of further.csv too, whose own terms apply besides.")
    text = render("parts", json.loads(card.as_json()))
    assert "- `further.csv`: its own terms" in text and "| likeness learned from | `d.npy`" in text


@pytest.mark.lengthy
def test_each_part_of_the_recipe_changes_what_is_learned(
    data: celeba.CelebA, cache: Path, tmp_path: Path, recipe: Hyperparameters
) -> None:
    recipe = replace(recipe, epochs=1)
    changes: list[dict[str, Any]] = [
        {}, {"seed": 1}, {"same_view": False}, {"relate": 0.0}, {"point": 0.0}, {"erase": 0.0}, {"coarse": 0.0},
        {"partial": 1.0}, {"distill": 0.2}, {"hint": 0.0}, {"also": (), "descriptors": "", "relate": 0, "point": 0},
    ]  # fmt: skip
    losses = []
    for number, change in enumerate([{}, *changes]):
        run = Run.new(replace(recipe, **change), tmp_path / str(number))
        losses.append(train.train(data, run, cache=cache)[0]["loss"])
    assert losses[0] == losses[1]  # the same seed, the same run
    assert len(set(losses)) == len(changes)


def test_labels_that_are_not_known_are_not_learned(
    data: celeba.CelebA, cache: Path, tmp_path: Path, recipe: Hyperparameters
) -> None:
    """What the cells of other columns would say does not matter, since they are empty."""
    plain = replace(TINY, epochs=1, also=recipe.also)
    first = train.train(data, Run.new(plain, tmp_path / "first"), cache=cache)
    really = face_sets.read

    def otherwise(path: Path) -> face_sets.FaceSet:
        read = really(path)
        return replace(read, faces=replace(read.faces, labels=read.faces.labels ^ ~read.known))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(face_sets, "read", otherwise)
        second = train.train(data, Run.new(plain, tmp_path / "second"), cache=cache)
    assert [{**row, "seconds": 0} for row in first] == [{**row, "seconds": 0} for row in second]
    alone = train.train(data, Run.new(replace(plain, also=()), tmp_path / "alone"), cache=cache)
    assert alone[0]["loss"] != first[0]["loss"] and alone[0]["images"] == first[0]["images"] - 16


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"teachers": (), "hint": 0.0}, "--same-view is about teachers"),
        ({"descriptors": ""}, "give --descriptors FILE too"),
        ({"relate": 0.0, "point": 0.0}, "weigh nothing without --relate or --point"),
    ],
)
def test_options_that_mean_nothing_together_are_wrong_usage(
    tmp_path: Path, recipe: Hyperparameters, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(RunError, match=sentence) as refused:
        Run.new(replace(recipe, **changes), tmp_path / "run")
    assert refused.value.wrong_usage and not (tmp_path / "run").exists()


def test_descriptors_of_too_few_images_are_refused_before_a_run_begins(
    data: celeba.CelebA, tmp_path: Path, recipe: Hyperparameters
) -> None:
    train.check(data, recipe)
    np.save(tmp_path / "d.npy", np.ones((64, 6), np.float16))
    with pytest.raises(RunError, match="describes 64 images, and there are 80"):
        train.check(data, recipe)
