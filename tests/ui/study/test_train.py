import json
from pathlib import Path

import pytest

from classifiers import checkpoint
from retrieval.attributes import ATTRIBUTES
from tests.classifiers.conftest import write_celeba
from tests.ui.ended import Run


def test_train_then_evaluate(run: Run, tmp_path: Path) -> None:
    write_celeba(tmp_path / "celeba", 32, 16, 16)
    shape = ("--size", 32, "--features", 32, "--batch-size", 16, "--device", "cpu")
    cache = ("--cache", tmp_path / "cache", "--no-progress", "--json")
    command = ("train", tmp_path / "celeba", "--model", "tiny", "--out", tmp_path / "run", *cache)
    first = run(*command, "--epochs", 2, *shape)
    assert first.status == 0 and [row["epoch"] for row in json.loads(first.out)] == [0, 1]
    assert run(*command, *shape).status == 1  # the folder holds a run already
    resumed = run(*command, "--resume")
    assert json.loads(resumed.out) == json.loads(first.out)
    figures = run("evaluate", tmp_path / "celeba", "--model", tmp_path / "run", *cache, "--write-card").json
    assert (figures["model"], figures["split"], figures["images"]) == (str(tmp_path / "run"), "test", 16)
    assert list(figures["attributes"]) == list(ATTRIBUTES)
    card = checkpoint.load(tmp_path / "run")[1]
    assert list(card.figures) == ["val", "test"]
    assert card.figures["test"]["accuracy"] == pytest.approx(figures["accuracy"], abs=1e-5)
