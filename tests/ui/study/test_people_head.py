"""The command `people-head`, over drawn faces and a tiny network."""

from pathlib import Path

import numpy as np

from classifiers.cards.preprocessing import Preprocessing
from classifiers.networks import checkpoint
from classifiers.networks.architectures import build
from retrieval.library import Library
from tests.classifiers.conftest import write_celeba
from tests.ui.ended import Run
from ui.study.people_head import beside


def test_a_head_is_trained_kept_and_used(run: Run, tmp_path: Path) -> None:
    write_celeba(tmp_path / "celeba", 32, 16, 16)
    model = tmp_path / "model"
    checkpoint.save(model, build("tiny", 512), checkpoint.Card("tiny", Preprocessing(32), features=512))
    command = ("people-head", tmp_path / "celeba", "--model", model, "--epochs", 2, "--cache", tmp_path / "cache")
    told = run(*command, "--no-progress", "--json").json
    assert told["figures"]["test"]["images"] == 16 and told["training"]["epochs"] == 2
    assert checkpoint.load(model)[1].people["alike"] == told["alike"]
    assert "Two groups are one person from" in run(*command, "--no-progress").out
    again = run(*command, "--head", model / checkpoint.HEAD, "--no-progress", "--json").json
    assert again["alike"] == told["alike"] and again["training"]["learned"] == "with the network"
    pictures = tmp_path / "celeba" / "img_align_celeba"
    library = ("--library", tmp_path / "library")
    assert run("index", pictures, *library, "--model", model, "--crop", "aligned").status == 0
    assert run("similar", "--face", 1, "--by", "person", *library).status == 0
    assert run("people", "group", *library).status == 0
    with Library.open(tmp_path / "library") as opened:
        assert opened.model is not None and opened.model.head == (model / checkpoint.HEAD).read_bytes()


def test_a_library_of_a_model_without_a_head_is_told_what_to_do(run: Run, tmp_path: Path) -> None:
    write_celeba(tmp_path / "celeba", 4, 4, 4)
    checkpoint.save(tmp_path / "old", build("tiny", 512), checkpoint.Card("tiny", Preprocessing(32), features=512))
    pictures, library = tmp_path / "celeba" / "img_align_celeba", ("--library", tmp_path / "library")
    run("index", pictures, *library, "--model", tmp_path / "old", "--crop", "aligned")
    ended = run("similar", "--face", 1, "--by", "person", *library)
    assert ended.status == 1 and "facequery retag --model densenet121-112" in ended.err.replace("\n", " ")
    assert run("people", "group", "--by", "look", *library).status == 2


def test_beside_strangers_what_they_share_is_taken_off() -> None:
    eye, zero = np.eye(16, dtype=np.float32), np.zeros(16, np.float32)
    arrays = {"first": eye, "bias": zero, "slope": zero + 1, "second": eye, "shift": zero, "centre": zero}
    strangers = (np.random.default_rng(1).normal(size=(400, 16)) + 3 * np.eye(16)[1]).astype(np.float32)
    made = beside(arrays, strangers)
    assert made["centre"][1] > 1 and np.abs(np.delete(made["centre"], 1)).max() < 0.2
    assert beside(made, strangers) is made  # as that of a model is whose figures are asked for again


def test_a_head_that_is_given_must_be_one(run: Run, tmp_path: Path) -> None:
    write_celeba(tmp_path / "celeba", 4, 4, 4)
    model = tmp_path / "model"
    checkpoint.save(model, build("tiny", 512), checkpoint.Card("tiny", Preprocessing(32), features=512))
    (tmp_path / "head").write_bytes(b"none")
    ended = run("people-head", tmp_path / "celeba", "--model", model, "--head", tmp_path / "head", "--no-progress",
                "--cache", tmp_path / "cache")  # fmt: skip
    assert ended.status == 1 and "tells no people apart" in ended.err.replace("\n", " ")
