"""Where torch is not installed all but the study works, and the study says what to install."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from classifiers.cards.card import Card
from classifiers.cards.preprocessing import Preprocessing
from classifiers.networks import checkpoint
from classifiers.networks.architectures import build
from ui.shipped import samples_folder

Facequery = Callable[..., subprocess.CompletedProcess[str]]
PROGRAM = "import sys; sys.modules.update(torch=None, torchvision=None); from ui.cli import main; main()"


@pytest.fixture(scope="module")
def facequery(tmp_path_factory: pytest.TempPathFactory) -> Facequery:
    """The command line in a process that cannot import torch."""
    library = tmp_path_factory.mktemp("library")

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", PROGRAM, *map(str, arguments)]
        environment = {**os.environ, "FACEQUERY_LIBRARY": str(library)}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    return run


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photographs")
    for path in sorted(samples_folder().glob("*.jpg"))[:4]:
        shutil.copy(path, folder)
    return folder


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two small ones."""
    folders = [tmp_path_factory.mktemp(name) for name in ("one", "other")]
    for folder in folders:
        checkpoint.save(folder, build("tiny"), Card("tiny", Preprocessing(32)))
    return folders


def test_a_folder_is_indexed_asked_and_tagged_anew(facequery: Facequery, photographs: Path, models: list[Path]) -> None:
    first, (one, other) = next(photographs.iterdir()), models
    for arguments in (
        ("index", photographs, "--model", one, "--no-progress"),
        ("find", "Male OR NOT Male"),
        ("similar", first),
        ("tag", first, "--model", one),
        ("retag", "--model", other, "--no-progress"),
        ("verify",),
    ):
        done = facequery(*arguments)
        assert done.returncode == 0, done.stderr
    assert facequery("find", "Male OR NOT Male", "--paths").stdout.count("\n") == 4


@pytest.mark.lengthy
def test_the_demo_is_shown(facequery: Facequery, tmp_path: Path) -> None:
    done = facequery("demo", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "contact-sheet.png").exists()


@pytest.mark.parametrize("command", ["--help", "index --help", "ui --help", "train --help"])
def test_help_is_given(facequery: Facequery, command: str) -> None:
    assert facequery(*command.split()).returncode == 0


@pytest.mark.lengthy
def test_the_study_says_what_to_install(facequery: Facequery, tmp_path: Path) -> None:
    for arguments in (("train", tmp_path, "--out", tmp_path / "run"), ("people-head", tmp_path, "--model", "resnet50")):
        done = facequery(*arguments)
        assert done.returncode == 1
        assert "pip install 'facequery[train]'" in done.stderr and done.stderr.count("\n") == 1


def test_a_graphics_card_asks_for_torch(facequery: Facequery, photographs: Path) -> None:
    done = facequery("tag", next(photographs.iterdir()), "--device", "cuda")
    assert done.returncode == 2 and "pip install 'facequery[gpu]'" in done.stderr
