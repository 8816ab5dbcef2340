"""`explore` over drawn faces."""

import csv
import json
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from classifiers.sets.celeba import DatasetError
from retrieval.attributes import ATTRIBUTES
from tests.classifiers.conftest import write_celeba
from ui.cli import app
from ui.study import attribute_sheets


@pytest.fixture(scope="module")
def celeba(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawn")
    write_celeba(folder, 40, 12, 12)
    return folder


class Explored(NamedTuple):
    folder: Path
    result: Result


@pytest.fixture(scope="module")
def whole(celeba: Path, tmp_path_factory: pytest.TempPathFactory) -> Explored:
    """All of the drawn data, explored once."""
    out = tmp_path_factory.mktemp("whole")
    return Explored(out, explored(celeba, "--out", out, "--json"))


def explored(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["explore", *map(str, arguments)], catch_exceptions=False)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_picture_has_its_table_and_every_attribute_its_sheet(whole: Explored) -> None:
    written = [Path(path) for path in json.loads(whole.result.stdout)]
    assert sorted(written) == sorted(path for path in whole.folder.rglob("*") if path.is_file())
    assert {path.stem for path in written if path.parent.name == "contact-sheets"} == set(ATTRIBUTES)
    for picture in whole.folder.glob("*.png"):
        assert picture.with_suffix(".csv").exists()
        with Image.open(picture) as image:
            assert image.width > 600
            assert set(image.info) <= {"dpi"}  # no date, no version


def test_the_tables_say_what_the_labels_say(celeba: Path, whole: Explored) -> None:
    labels = pd.read_csv(celeba / "list_attr_celeba.csv", index_col=0)
    counts = {row["attribute"]: int(row["positives"]) for row in read(whole.folder / "frequency.csv")}
    assert counts == (labels == 1).sum().to_dict()
    pairs = read(whole.folder / "strongest-pairs.csv")
    assert len(pairs) == 20
    for pair in pairs:
        assert float(pair["phi"]) == pytest.approx(labels[pair["first"]].corr(labels[pair["second"]]), abs=1e-5)
    for row in read(whole.folder / "contact-sheets.csv"):
        assert labels.loc[row["image"], row["attribute"]] == int(row["label"])
    assert sum(int(row["images"]) for row in read(whole.folder / "male-young-crossed.csv")) == len(labels)
    assert [int(row["images"]) for row in read(whole.folder / "partitions.csv")] == [40, 12, 12]


@pytest.mark.lengthy
def test_a_split_is_looked_at_alone(celeba: Path, tmp_path: Path) -> None:
    explored(celeba, "--out", tmp_path, "--split", "test")
    labels = pd.read_csv(celeba / "list_attr_celeba.csv", index_col=0).iloc[52:]
    counts = {row["attribute"]: int(row["positives"]) for row in read(tmp_path / "frequency.csv")}
    assert counts == (labels == 1).sum().to_dict()


@pytest.mark.lengthy
def test_the_other_layout_without_identities_makes_the_same_bytes(
    celeba: Path, whole: Explored, tmp_path: Path
) -> None:
    root = tmp_path / "data" / "celeba"
    root.mkdir(parents=True)
    (root / "img_align_celeba").symlink_to(celeba / "img_align_celeba")
    for name, head in (("list_attr_celeba", True), ("list_eval_partition", False)):
        table = pd.read_csv(celeba / f"{name}.csv", index_col=0)
        lines = table.to_csv(sep=" ", header=False).splitlines()
        lines = [str(len(table)), " ".join(table.columns), *lines] if head else lines
        (root / f"{name}.txt").write_text("\n".join(lines) + "\n")
    ended = explored(tmp_path / "data", "--out", tmp_path / "out")
    assert "who is who" in ended.stderr
    written = {path.name for path in (tmp_path / "out").glob("*.*")}
    assert {path.name for path in whole.folder.glob("*.*")} - written == {
        "images-per-person.csv",
        "images-per-person.png",
    }
    assert str(tmp_path / "out" / "frequency.png") in ended.stdout.splitlines()
    for name in written - {"contact-sheets.csv"}:  # who is chosen depends on who is known
        assert (tmp_path / "out" / name).read_bytes() == (whole.folder / name).read_bytes()


def test_a_sheet_of_the_same_faces_has_the_same_bytes(celeba: Path, tmp_path: Path) -> None:
    files = sorted((celeba / "img_align_celeba").iterdir())
    once, again = (attribute_sheets.write(tmp_path / f"{n}.png", "Bald", files[:5], files[5:7]) for n in (1, 2))
    assert once.read_bytes() == again.read_bytes()


def test_a_missing_picture_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="nowhere"):
        attribute_sheets.write(tmp_path / "sheet.png", "Bald", [tmp_path / "nowhere.jpg"], [])
