"""`compare` over drawn faces, with two tiny networks."""

import csv
import json
import os
import shutil
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from classifiers.hyperparameters import Hyperparameters
from classifiers.networks import checkpoint
from classifiers.sets import celeba as dataset
from classifiers.training import train
from classifiers.training.run import Run
from retrieval.attributes import ATTRIBUTES
from tests.classifiers.conftest import write_celeba
from ui import progress
from ui.cli import app
from ui.study import charts, compare, comparison_pictures


class Study(NamedTuple):
    """A drawn data set, two models, and the folder of decoded images."""

    celeba: Path
    good: Path
    poor: Path
    cache: Path


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    root = tmp_path_factory.mktemp("study")
    write_celeba(root / "celeba", 64, 24, 24)
    data = dataset.load(root / "celeba")
    for name, epochs in (("good", 8), ("poor", 1)):
        hyper = Hyperparameters(
            model="tiny", size=32, features=32, epochs=epochs, batch_size=16, dropout=0.0, learning_rate=3e-3
        )
        train.train(data, Run.new(hyper, root / name), cache=root / "cache")
    return Study(root / "celeba", root / "good", root / "poor", root / "cache")


@pytest.fixture
def sketched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures are composed, but not drawn, which takes seconds."""

    def touch(drawn: object, path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        return path

    monkeypatch.setattr(charts, "write", touch)


def compared(study: Study, out: Path, *arguments: object) -> Result:
    models = ("--model", study.good, "--model", study.poor)
    command = ["compare", study.celeba, *models, "--out", out, "--cache", study.cache, *arguments]
    return CliRunner().invoke(app, list(map(str, command)), catch_exceptions=False)


@pytest.mark.lengthy
def test_two_models_stand_side_by_side_in_tables_and_pictures(study: Study, tmp_path: Path) -> None:
    picture = tmp_path / "new.png"
    Image.open(next((study.celeba / "img_align_celeba").iterdir())).save(picture)
    ended = compared(study, tmp_path / "out", "--crop", "aligned", "--image", picture, "--json")
    found = json.loads(ended.stdout)
    assert ended.exit_code == 0
    assert [model["model"] for model in found["models"]] == ["good", "poor"]
    (difference,) = found["differences"]
    good, poor = (model["accuracy"] for model in found["models"])
    assert difference["accuracy"]["difference"] == pytest.approx(poor - good)
    assert difference["accuracy"]["low"] <= poor - good <= difference["accuracy"]["high"]
    assert {Path(path) for path in found["written"]} == set((tmp_path / "out").iterdir())
    assert {Path(path).name for path in found["written"]} >= {
        "learning-curves.png", "precision-recall-f1.png", "reliability.png", "reliability-by-attribute.png",
        "tagged.png", "comparison.csv",
    }  # fmt: skip
    with (tmp_path / "out" / "comparison.csv").open(newline="") as file:
        rows = {row["attribute"]: row for row in csv.DictReader(file)}
    assert set(rows) == set(ATTRIBUTES)
    smiling = found["models"][0]["attributes"]["Smiling"]
    assert float(rows["Smiling"]["good f1"]) == pytest.approx(smiling["f1"], abs=1e-6)
    tagged = json.loads((tmp_path / "out" / "tagged.json").read_text())
    ((face,),) = (image["faces"] for image in tagged["images"])
    assert set(face["models"]) == {"good", "poor"}


@pytest.mark.usefixtures("sketched")
def test_a_picture_without_a_face_is_said_and_the_rest_is_done(study: Study, tmp_path: Path) -> None:
    (tmp_path / "no.jpg").write_text("no picture")
    ended = compared(study, tmp_path / "out", "--crop", "aligned", "--image", tmp_path / "no.jpg")
    assert ended.exit_code == 1
    assert "no.jpg" in ended.stderr
    assert "surely better on" in ended.stdout
    assert not (tmp_path / "out" / "tagged.png").exists()
    (image,) = json.loads((tmp_path / "out" / "tagged.json").read_text())["images"]
    assert (image["error"] is not None, image["faces"]) == (True, [])


@pytest.mark.usefixtures("sketched")
def test_a_model_is_not_compared_with_itself(study: Study, tmp_path: Path) -> None:
    command = ["compare", study.celeba, "--model", study.good, "--model", study.good]
    options = ["--out", tmp_path, "--cache", study.cache, "--json"]
    ended = CliRunner().invoke(app, list(map(str, command + options)), catch_exceptions=False)
    found = json.loads(ended.stdout)
    assert (len(found["models"]), found["differences"]) == (1, [])


def test_models_of_one_name_are_told_apart() -> None:
    assert compare._short(["/a/first", "/b/second"]) == ["first", "second"]
    assert compare._short(["/a/best", "/b/best"]) == ["/a/best", "/b/best"]


@pytest.mark.usefixtures("sketched")
def test_a_model_without_a_history_has_no_curve_and_the_figures_all_the_same(study: Study, tmp_path: Path) -> None:
    network, card = checkpoint.load(study.poor)
    checkpoint.save(tmp_path / "bare", network, checkpoint.Card("tiny", card.preprocessing, features=32))
    command = ["compare", study.celeba, "--model", tmp_path / "bare", "--out", tmp_path / "out"]
    ended = CliRunner().invoke(app, list(map(str, [*command, "--cache", study.cache])), catch_exceptions=False)
    assert ended.exit_code == 0
    assert not (tmp_path / "out" / "learning-curves.png").exists()
    assert (tmp_path / "out" / "precision-recall-f1.png").exists()


@pytest.mark.lengthy
@pytest.mark.usefixtures("sketched")
def test_a_card_may_tell_less_of_its_epochs_than_another(study: Study, tmp_path: Path) -> None:
    network, card = checkpoint.load(study.poor)
    told = {"history": [{"epoch": 0, "loss": 0.5, "accuracy": 0.8, "seconds": 1.0}]}
    short = checkpoint.Card("tiny", card.preprocessing, features=32, training=told)
    checkpoint.save(tmp_path / "short", network, short)
    models = ("--model", study.good, "--model", tmp_path / "short")
    command = ["compare", study.celeba, *models, "--out", tmp_path / "out", "--cache", study.cache]
    assert CliRunner().invoke(app, list(map(str, command)), catch_exceptions=False).exit_code == 0
    header, *rows = (tmp_path / "out" / "learning-curves.csv").read_text().splitlines()
    assert "validation_loss" in header and rows[-1] == "short,0,0.500000,0.800000,,,,,,1.000000"


@pytest.mark.usefixtures("sketched")
def test_thresholds_that_are_none_are_wrong_usage_at_once(study: Study, tmp_path: Path) -> None:
    assert compared(study, tmp_path / "out", "--thresholds", "acuracy").exit_code == 2
    network, card = checkpoint.load(study.poor)
    checkpoint.save(tmp_path / "bare", network, checkpoint.Card("tiny", card.preprocessing, features=32))
    with pytest.raises(checkpoint.ModelError, match="facequery calibrate"):
        compared(study, tmp_path, "--model", tmp_path / "bare", "--thresholds", "f1", "--cache", tmp_path / "none")
    assert not (tmp_path / "none").exists(), "nothing was tagged"


@pytest.mark.usefixtures("sketched")
def test_a_model_may_be_called_by_bytes_that_are_no_text(study: Study, tmp_path: Path) -> None:
    names = [tmp_path / os.fsdecode(name) for name in (b"\xff", b"\xfe[b]")]
    for name, model in zip(names, (study.good, study.poor), strict=True):
        shutil.copytree(model, name)
    command = ["compare", study.celeba, "--model", names[0], "--model", names[1], "--out", tmp_path / "out"]
    ended = CliRunner().invoke(app, list(map(str, [*command, "--cache", study.cache])), catch_exceptions=False)
    assert ended.exit_code == 0 and "�[b] is right" in ended.stdout
    for table in ("comparison.csv", "learning-curves.csv", "reliability.csv"):
        assert "�[b]" in (tmp_path / "out" / table).read_text("utf-8")


def test_what_is_going_on_may_be_called_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # as on a terminal
    with progress.bar() as show:
        show(1, 2, "[/x]")


def test_every_model_keeps_its_colour_in_every_picture() -> None:
    many = comparison_pictures.colours([str(number) for number in range(7)])
    assert list(many.values())[:5] == list(dict.fromkeys(many.values()))
    assert np.unique(list(many.values())).size == 5
