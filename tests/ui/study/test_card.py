"""The command `card`."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from classifiers.cards.card import ModelError
from classifiers.cards.model_card import render
from ui.cli import app

MODELS = Path(__file__).parents[3] / "data" / "models"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A folder with a card; its weights are not needed."""
    folder = tmp_path / "mine"
    folder.mkdir()
    shutil.copy(MODELS / "densenet121" / "card.json", folder)
    return folder


def test_a_card_is_printed_and_nothing_written(model: Path) -> None:
    ended = CliRunner().invoke(app, ["card", str(model)], catch_exceptions=False)
    assert ended.stdout == render("mine", json.loads((model / "card.json").read_text()))
    assert [path.name for path in model.iterdir()] == ["card.json"]


def test_a_card_is_written_beside_its_json(model: Path) -> None:
    ended = CliRunner().invoke(app, ["card", str(model), "--write"], catch_exceptions=False)
    assert ended.stdout == ""
    assert (model / "README.md").read_text().startswith('---\nlicense: "other"')


def test_what_is_no_card_is_an_error(model: Path) -> None:
    (model / "card.json").write_text("{}")
    with pytest.raises(ModelError, match="not a model's card"):
        CliRunner().invoke(app, ["card", str(model), "--write"], catch_exceptions=False)
    assert not (model / "README.md").exists()


@pytest.mark.parametrize("name", sorted(path.parent.name for path in MODELS.glob("*/card.json")))
def test_the_shipped_readme_is_what_the_card_says(name: str) -> None:
    """Written by `facequery card NAME --write`."""
    written = (MODELS / name / "README.md").read_text()
    assert written == render(name, json.loads((MODELS / name / "card.json").read_text()))
