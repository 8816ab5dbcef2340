"""The command `retag`, over drawn faces and tiny networks."""

import csv
import io
from pathlib import Path

import pytest

from tests.ui.ended import Run

pytestmark = pytest.mark.usefixtures("two_models")


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
