import json
from pathlib import Path

import numpy as np
import pytest

from classifiers.networks import checkpoint, dlib_file
from classifiers.teaching import described
from retrieval.attributes import ATTRIBUTES
from tests.classifiers.conftest import write_celeba
from tests.classifiers.dlibs import written
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


@pytest.fixture
def training(tmp_path: Path) -> tuple[object, ...]:
    """A small run's command, with a table of three further faces beside it."""
    write_celeba(tmp_path / "celeba", 32, 16, 8)
    names = sorted(path.name for path in (tmp_path / "celeba" / "img_align_celeba").iterdir())[-3:]
    rows = "".join(f"{name},{cell}\n" for name, cell in zip(names, ("1", "", "0"), strict=True))
    (tmp_path / "celeba" / "img_align_celeba" / "more.csv").write_text("image,Male\n" + rows)
    shape = ("--size", 16, "--features", 8, "--batch-size", 16, "--epochs", 1, "--device", "cpu", "--no-progress")
    also = ("--also", tmp_path / "celeba" / "img_align_celeba" / "more.csv", "--cache", tmp_path / "cache")
    return ("train", tmp_path / "celeba", "--model", "tiny", "--out", tmp_path / "run", *shape, *also)


def test_a_run_learns_from_a_table_and_from_descriptors(run: Run, training: tuple[object, ...], tmp_path: Path) -> None:
    np.save(tmp_path / "d.npy", np.random.default_rng(0).normal(size=(35, 4)).astype(np.float16))
    likeness = ("--descriptors", tmp_path / "d.npy", "--relate", 0.1, "--point", 0.2)
    ended = run(*training, *likeness, "--erase", 0.2, "--coarse", 0.1, "--json")
    assert ended.status == 0 and ended.json[0]["images"] == 32
    card = checkpoint.load(tmp_path / "run")[1]
    assert [each["images"] for each in card.training["sets"]] == [32, 3] and "more.csv" in card.licence


def test_what_cannot_be_learned_from_is_said_and_no_run_is_begun(
    run: Run, training: tuple[object, ...], tmp_path: Path
) -> None:
    np.save(tmp_path / "d.npy", np.ones((32, 4), np.float32))
    described = run(*training, "--descriptors", tmp_path / "d.npy", "--point", 0.2)
    assert described.status == 1 and "describes 32 images, and there are 35" in described.err
    assert run(*training, "--same-view").status == run(*training, "--relate", 0.1).status == 2
    table = tmp_path / "celeba" / "img_align_celeba" / "more.csv"
    table.write_text(table.read_text().replace(",0\n", ",yes\n"))
    wrong = run(*training)
    assert wrong.status == 1 and "row 4: column 2 (“Male”) holds “yes”" in wrong.err.replace("\n", " ")
    assert not (tmp_path / "run").exists()


@pytest.mark.lengthy
def test_a_head_that_was_learned_with_the_network_is_judged_and_kept(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = written()[1]
    monkeypatch.setattr(described, "installed", lambda: weights)
    write_celeba(tmp_path / "celeba", 32, 16, 16)
    likeness = (
        "--describe",
        "--own",
        0.2,
        "--head-identity",
        0.05,
        "--point",
        0.1,
        "--augment",
        "--bend",
        0.5,
        "--blend",
        0.2,
    )
    shape = ("--size", 16, "--features", 512, "--batch-size", 16, "--epochs", 1, "--crop", 24, 41, 154, 199)
    command = ("train", tmp_path / "celeba", "--model", "tiny", "--out", tmp_path / "run", "--device", "cpu",
               "--cache", tmp_path / "cache", "--no-progress")  # fmt: skip
    ended = run(*command, *shape, *likeness, "--poor", 0.4, "--refit", "--keep", "last")
    assert ended.status == 0 and "same person first" in ended.out
    model = tmp_path / "run"
    card = checkpoint.load(model)[1]
    assert card.people["figures"]["test"]["images"] == 16 and card.people["training"]["learned"] == "with the network"
    before = (model / checkpoint.HEAD).read_bytes()
    assert run(*command, "--resume").status == 0 and (model / checkpoint.HEAD).read_bytes() == before
    again = run("people-head", tmp_path / "celeba", "--model", model, "--head", model / checkpoint.HEAD, "--cache",
                tmp_path / "cache", "--no-progress", "--json").json  # fmt: skip
    assert again["alike"] == card.people["alike"]
    pictures, library = tmp_path / "celeba" / "img_align_celeba", ("--library", tmp_path / "library")
    assert run("index", pictures, *library, "--model", model, "--crop", "aligned").status == 0
    assert run("similar", "--face", 1, "--by", "person", *library).status == 0


def test_without_dlib_s_weights_it_is_said_how_to_have_them_and_no_run_is_begun(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_celeba(tmp_path / "celeba", 8, 4, 4)
    monkeypatch.setattr(dlib_file, "installed", lambda: None)
    command = ("train", tmp_path / "celeba", "--model", "tiny", "--out", tmp_path / "run", "--device", "cpu")
    ended = run(*command, "--crop", 24, 41, 154, 199, "--describe", "--own", 0.1)
    assert ended.status == 1 and "pip install 'facequery[people]'" in ended.err
    assert run(*command, "--own", 0.1).status == 2 and not (tmp_path / "run").exists()
