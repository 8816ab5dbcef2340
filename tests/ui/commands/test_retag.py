"""The commands `retag`, `verify` and `erase`, over drawn faces and tiny networks."""

import csv
import io
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import torch

from classifiers import checkpoint
from classifiers.checkpoint import Card
from classifiers.networks import build
from classifiers.preprocessing import Preprocessing
from tests.classifiers.conftest import draw_face
from tests.ui.ended import Ended
from ui import cli

Run = Callable[..., Ended]


def model(folder: Path, seed: int) -> Path:
    torch.manual_seed(seed)
    checkpoint.save(folder, build("tiny"), Card("tiny", Preprocessing(32)))
    return folder


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the program on a library of six drawn faces, tagged by the model `first`; there is another, `second`."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number in range(6):
        draw_face(np.random.default_rng(number).random(40) < 0.5).save(pictures / f"{number}.png")

    def run(*arguments: object, typed: str = "") -> Ended:
        monkeypatch.setenv("FACEQUERY_LIBRARY", str(tmp_path / "library"))
        monkeypatch.setattr(sys, "argv", ["facequery", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return Ended(int(ended.value.code or 0), *capsys.readouterr())

    model(tmp_path / "second", seed=2)
    assert run("index", pictures, "--crop", "aligned", "--model", model(tmp_path / "first", seed=1)).status == 0
    return run


def test_another_model_takes_the_library_over_and_says_what_changes(run: Run, tmp_path: Path):
    dry = run("retag", "--model", tmp_path / "second", "--dry-run", "--json")
    assert dry.status == 0 and (dry.json["switched"], dry.json["faces"], dry.json["blocked"]) == (False, 6, [])
    before = {face["face"]: face["attributes"] for face in run("find", "Male >= 0", "--json").json["faces"]}
    listed = run("retag", "--model", tmp_path / "second", "--csv")
    rows = list(csv.DictReader(io.StringIO(listed.out)))
    assert (
        len(rows) == len(dry.json["changes"]) == sum(dry.json["gained"].values()) + sum(dry.json["lost"].values()) > 0
    )
    for row in rows:
        assert float(row["before"]) == pytest.approx(before[int(row["face"])][row["attribute"]], abs=1e-5)
        assert (row["has"] == "1") == (float(row["after"]) >= 0.5)
    again = run("retag", "--model", tmp_path / "second")
    assert "0 of 6 faces changed" in again.out and "The library is" in again.out


def test_a_photograph_that_is_gone_blocks_it(run: Run, tmp_path: Path):
    (tmp_path / "pictures" / "3.png").unlink()
    ended = run("retag", "--model", tmp_path / "second", "--json")
    assert ended.status == 1 and not ended.json["switched"] and len(ended.json["blocked"]) == 1
    assert "3.png: there is no such file" in ended.err and "--drop-missing" in ended.err
    refused = run("retag", "--model", tmp_path / "second", "--drop-missing", "--json")
    assert refused.status == 1 and refused.out == "" and "is the drive mounted?" in refused.err
    dropped = run("retag", "--model", tmp_path / "second", "--drop-missing", "--yes", "--json")
    assert dropped.status == 1 and dropped.json["switched"] and dropped.json["forgotten"]["photos"] == 1


def test_a_library_is_verified(run: Run, tmp_path: Path):
    assert run("verify", "--json").json == {"findings": []} and "as it should be" in run("verify").out
    with closing(sqlite3.connect(tmp_path / "library" / "library.db")) as connection, connection:
        connection.execute("UPDATE photo SET outcome = 'no_face' WHERE id = 2")
    found = run("verify", "--json")
    assert found.status == 1 and [f["kind"] for f in found.json["findings"]] == ["outcome"]
    assert run("verify").status == 1


def test_faces_are_erased_by_who_means_it(run: Run, tmp_path: Path):
    assert run("erase", 1, 2, typed="n\n").status == 1
    assert run("verify").status == 0 and run("find", "Male >= 0", "--json").json["total"] == 6
    erased = run("erase", 1, 2, "--yes", "--json")
    assert erased.status == 0 and erased.json == {"faces": 2, "photographs": 2, "complete": True, "read": False}
    (tmp_path / "pictures" / "3.png").unlink()
    run("index", tmp_path / "pictures", "--crop", "aligned", "--model", tmp_path / "first")
    assert run("find", "Male >= 0", "--json").json["total"] == 3, "one is missing"
    asked = run("erase", "--query", "Male >= 0", typed="y\n")
    assert asked.status == 0 and "Forget 4 faces" in asked.err
    assert run("find", "Male >= 0", "--json").json["total"] == 0 and run("verify").status == 0
    again = run("erase", 1, "--yes")
    assert again.status == 1 and "no face 1." in again.err, "it is not there any more"
    assert run("erase").status == 2
    assert run("erase", "--finish").status == 0
    assert run("erase", 1, "--query", "Male").status == 2


def test_a_reader_in_the_way_is_told_from_bytes_that_another_face_has(run: Run, tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / "library" / "library.db")) as connection, connection:
        connection.execute("UPDATE embedding SET vector = (SELECT vector FROM embedding WHERE face = 1) WHERE face = 2")
    same = run("erase", 1, "--yes")
    assert same.status == 1 and "another file" in same.err and "reads" not in same.err
    with closing(sqlite3.connect(tmp_path / "library" / "library.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM face").fetchone()
        read = run("erase", 2, "--yes")
    assert read.status == 1 and "somebody still reads" in read.err and "another file" not in read.err
