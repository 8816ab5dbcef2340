from pathlib import Path

import pytest

from classifiers.cards.preprocessing import CROP
from tests.ui.ended import Run
from ui.study import hyperparameters


def test_the_crop_that_help_shows_is_the_networks() -> None:
    assert hyperparameters.CROP == CROP


@pytest.mark.parametrize("wrong", [("--crop", 0, 0, 999, 9), ("--weighting", "heavy"), ("--model", "vgg")])
def test_hyperparameters_that_cannot_be_meant_are_wrong_usage(run: Run, tmp_path: Path, wrong: tuple) -> None:
    assert run("train", tmp_path, "--out", tmp_path / "run", *wrong).status == 2
    assert not (tmp_path / "run").exists()
