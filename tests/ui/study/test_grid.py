"""`grid` over drawn faces, with the tiny network."""

import csv
import json
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from tests.classifiers.conftest import write_celeba
from ui.cli import app

SMALL = ("--model", "tiny", "--epochs", 1, "--limit", 24, "--size", 16, "--features", 8, "--batch-size", 12)


@pytest.fixture(scope="module")
def celeba(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawn")
    write_celeba(folder, 36, 12, 12)
    return folder


def searched(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["grid", *map(str, arguments)], catch_exceptions=False)


def test_a_search_writes_a_row_a_run_with_its_scale_and_says_the_best(celeba: Path, tmp_path: Path) -> None:
    rates = ("--learning-rate", 0.01, "--learning-rate", 0.001, "--dropout", 0.3)
    ended = searched(celeba, "--out", tmp_path / "out", "--cache", tmp_path / "cache", *SMALL, *rates)
    assert ended.exit_code == 0
    assert "24 of 36 training images, 1 epoch (the study: 8)" in ended.stdout
    with (tmp_path / "out" / "grid.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["run"] for row in rows] == ["tiny-lr0.01-dropout0.3", "tiny-lr0.001-dropout0.3"]
    assert {row["training_images"] for row in rows} == {"24"}
    (best,) = (row["run"] for row in rows if row["chosen"] == "1")
    assert f"The best, by mean average precision on validation: {best}" in ended.stdout
    scores = {row["run"]: float(row["validation_mean_average_precision"]) for row in rows}
    assert scores[best] == max(scores.values())
    for name in ("loss", "accuracy", "average-precision"):
        with Image.open(tmp_path / "out" / f"{name}.png") as image:
            assert image.width > 600


def test_its_json_holds_the_curves_and_is_the_same_again(celeba: Path, tmp_path: Path) -> None:
    command = (celeba, "--out", tmp_path / "out", "--cache", tmp_path / "cache", *SMALL, "--json", "--dropout", 0.5)
    first = json.loads(searched(*command, "--learning-rate", 0.01).stdout)
    again = json.loads(searched(*command, "--learning-rate", 0.01, "--learning-rate", 0.005).stdout)
    assert again[0] == first[0]
    assert [row["run"] for row in again] == ["tiny-lr0.01-dropout0.5", "tiny-lr0.005-dropout0.5"]
    assert {"loss", "accuracy", "validation_loss", "validation_accuracy"} <= set(again[1]["history"][0])
    written = json.loads((tmp_path / "out" / "grid.json").read_text())
    assert written["runs"] == again
    assert "average_precision" in written["chosen_by"]
