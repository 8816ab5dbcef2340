import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch

from classifiers.cards.card import Card
from classifiers.cards.preprocessing import Preprocessing
from classifiers.networks import checkpoint
from classifiers.networks.architectures import build
from classifiers.networks.checkpoint import CARD
from retrieval.attributes import ATTRIBUTES
from tests.classifiers.conftest import draw_face, write_celeba
from ui import cli
from ui.study import figures

OPTIONS = ("--device", "cpu", "--no-progress")


class Ended(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def json(self) -> dict:
        return json.loads(self.out)


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the program in this process."""

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["facequery", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return Ended(int(ended.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture(scope="module")
def celeba(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("celeba")
    write_celeba(folder, 24, 60, 60)
    return folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    checkpoint.save(tmp_path / "model", build("tiny", 512), Card("tiny", Preprocessing(32)))
    return tmp_path / "model"


def test_a_card_of_before_is_measured_at_its_own_thresholds_and_at_one_half(
    run: Run, celeba: Path, model: Path, tmp_path: Path
) -> None:
    command = ("evaluate", celeba, "--model", model, "--cache", tmp_path, *OPTIONS)
    facts = run(*command, "--json").json
    assert facts["thresholds"] == "accuracy" and list(facts["sets"]) == ["accuracy", "counts"]
    ended = run(*command, "--thresholds", "f1")
    assert ended.status == 1 and "facequery calibrate" in ended.err


def test_calibrate_then_evaluate_at_each_set_of_thresholds(run: Run, celeba: Path, model: Path, tmp_path: Path) -> None:
    before = checkpoint.load(model)[1]
    options = ("--model", model, "--cache", tmp_path, *OPTIONS, "--json")
    assert run("calibrate", celeba, *options).json["split"] == "val"
    card = checkpoint.load(model)[1]
    assert card.weights_sha256 == before.weights_sha256 and card.fingerprint != before.fingerprint
    assert card.thresholds == card.threshold_sets["counts"]
    accuracy, f1 = (run("evaluate", celeba, *options, "--thresholds", name).json for name in ("accuracy", "f1"))
    assert accuracy["sets"] == f1["sets"] and list(f1["sets"]) == ["accuracy", "counts", "f1"]
    for facts in (accuracy, f1):
        assert facts["macro_f1"] == facts["sets"][facts["thresholds"]]["macro_f1"]
        assert all(each["contradiction_rate"] == 0 for each in facts["sets"].values())
        assert facts["find"] == "counts" and facts["likeness"]["queries"] == 60


def test_calibrate_may_look_at_faces_in_another_size_and_crop(
    run: Run, celeba: Path, model: Path, tmp_path: Path
) -> None:
    options = ("--model", model, "--cache", tmp_path, *OPTIONS)
    assert run("calibrate", celeba, *options, "--size", "40", "--crop", "20", "30", "160", "210").status == 0
    seen = checkpoint.load(model)[1].preprocessing
    assert (seen.size, seen.crop) == (40, (20, 30, 160, 210))
    assert run("calibrate", celeba, *options).status == 0
    assert checkpoint.load(model)[1].preprocessing == seen
    ended = run("calibrate", celeba, *options, "--crop", "20", "30", "10", "210")
    assert ended.status == 2 and "does not lie inside" in ended.err


def test_figures_are_kept_in_the_card_short(run: Run, celeba: Path, model: Path, tmp_path: Path) -> None:
    command = ("evaluate", celeba, "--model", model, "--cache", tmp_path, *OPTIONS, "--json", "--write-card")
    facts = run(*command, "--split", "val", "--queries").json
    kept = json.loads((model / CARD).read_text())["figures"]["val"]
    assert kept == figures.rounded({name: value for name, value in facts.items() if name not in ("model", "split")}, 5)
    assert kept["queries"]["pairs"]["queries"] > 0 and "counts" in kept["queries"]["triples"]["filter_f1"]


def test_the_report_as_csv_has_a_row_an_attribute_and_the_means(
    run: Run, celeba: Path, model: Path, tmp_path: Path
) -> None:
    command = ("evaluate", celeba, "--model", model, "--cache", tmp_path, *OPTIONS)
    rows = list(csv.DictReader(io.StringIO(run(*command, "--csv").out)))
    facts = run(*command, "--json").json
    assert [row["attribute"] for row in rows] == [*ATTRIBUTES, "macro average", "weighted average"]
    assert float(rows[-2]["f1"]) == pytest.approx(facts["macro_f1"], abs=1e-6)
    assert float(rows[-1]["recall"]) == pytest.approx(facts["weighted"]["recall"], abs=1e-6)
    assert int(rows[0]["support"]) == facts["attributes"]["5_o_Clock_Shadow"]["support"]


def test_people_are_told_which_thresholds_find_uses(run: Run, celeba: Path, model: Path, tmp_path: Path) -> None:
    run("calibrate", celeba, "--model", model, "--cache", tmp_path, *OPTIONS)
    out = run("evaluate", celeba, "--model", model, "--cache", tmp_path, *OPTIONS, "--queries").out
    last = out.strip().splitlines()[-3:]
    assert [line.partition(":")[0] for line in last] == [
        "thresholds for accuracy",
        "thresholds for counts, which `find` uses",
        "thresholds for f1",
    ]
    assert "pairs without NOT" in out and "ten nearest agree" in out


@pytest.fixture
def fairface(tmp_path: Path) -> Path:
    folder = tmp_path / "fairface"
    (folder / "val").mkdir(parents=True)
    random = np.random.default_rng(0)
    rows = ["file,age,gender,race"]
    for number in range(3):
        draw_face(random.random(40) < 0.5).save(folder / "val" / f"{number}.jpg")  # bands of grey: no face
        rows.append(f"val/{number}.jpg,20-29,Male,White")
    (folder / "fairface_label_val.csv").write_text("\n".join(rows))
    return folder


def test_fairface_is_measured_without_celeba_too(run: Run, fairface: Path, model: Path) -> None:
    ended = run("evaluate", "--fairface", fairface, "--model", model, *OPTIONS, "--json", "--write-card")
    assert list(ended.json) == ["model", "fairface"]
    assert (ended.json["fairface"]["photographs"], ended.json["fairface"]["found"]) == (3, 0)
    assert checkpoint.load(model)[1].figures["fairface"]["photographs"] == 3
    assert "0 of 3" in run("evaluate", "--fairface", fairface, "--model", model, *OPTIONS).out


@pytest.mark.parametrize("wrong", [(), ("--fairface", ".", "--csv"), ("--fairface", ".", "--queries")])
def test_without_celeba_there_is_no_report(run: Run, wrong: tuple[str, ...]) -> None:
    assert run("evaluate", *wrong).status == 2


def test_a_folder_that_is_not_fairfaces_gets_a_sentence(run: Run, tmp_path: Path, model: Path) -> None:
    ended = run("evaluate", "--fairface", tmp_path, "--model", model, *OPTIONS)
    assert ended.status == 1 and "fairface_label_val.csv is missing" in ended.err
