from pathlib import Path

import numpy as np
import pytest

from classifiers.sets import celeba
from classifiers.sets.celeba import DatasetError
from retrieval.attributes import ATTRIBUTES
from tests.classifiers.conftest import write_celeba


def test_kaggles_layout_is_read_split_by_split(celeba_folder: Path) -> None:
    data = celeba.load(celeba_folder)
    assert [len(data.split(name)) for name in ("train", "val", "test")] == [64, 16, 16]
    assert data.split("val").names[0] == "000065.jpg"
    assert data.split("train").identities[:5].tolist() == [0, 0, 0, 0, 1]


def test_torchvisions_layout_says_the_same_as_kaggles(celeba_folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "celeba"
    root.mkdir()
    (root / "img_align_celeba").symlink_to(celeba_folder / "img_align_celeba")
    kaggle = celeba.load(celeba_folder)
    names, labels = kaggle.faces.names, np.where(kaggle.faces.labels, 1, -1)
    rows = [f"{n} " + " ".join(f"{v:2d}" for v in row) for n, row in zip(names, labels.tolist(), strict=True)]
    (root / "list_attr_celeba.txt").write_text("\n".join([str(len(rows)), " ".join(ATTRIBUTES), *rows]))
    parts = [f"{n} {p}" for n, p in zip(names, kaggle.partition.tolist(), strict=True)]
    (root / "list_eval_partition.txt").write_text("\n".join(parts))

    torchvision = celeba.load(tmp_path)

    assert torchvision.faces.names == names
    assert (torchvision.faces.labels == kaggle.faces.labels).all()
    assert (torchvision.partition == kaggle.partition).all()
    assert (torchvision.faces.identities == -1).all()


@pytest.mark.parametrize(
    ("table", "old", "new", "sentence"),
    [
        ("list_attr_celeba.csv", "Smiling", "Grinning", "no column Smiling"),
        ("list_attr_celeba.csv", "000001.jpg,-1", "000001.jpg,0", "other than 1 and -1"),
        ("list_attr_celeba.csv", "000002.jpg", "000001.jpg", "twice"),
        ("list_eval_partition.csv", "000003.jpg", "000999.jpg", "does not name 000003.jpg"),
        ("list_eval_partition.csv", "image_id", "name", "not a CelebA table"),
    ],
)
def test_a_wrong_table_gets_a_sentence(tmp_path: Path, table: str, old: str, new: str, sentence: str) -> None:
    write_celeba(tmp_path, 4, 2, 2)
    text = (tmp_path / table).read_text()
    if old == "000001.jpg,-1":
        old = text.splitlines()[1][:12]
        new = old[:11] + "5"
    (tmp_path / table).write_text(text.replace(old, new, 1))
    with pytest.raises(DatasetError, match=sentence):
        celeba.load(tmp_path)


@pytest.mark.parametrize("gone", ["list_attr_celeba.csv", "list_eval_partition.csv", "img_align_celeba"])
def test_what_is_missing_is_named(tmp_path: Path, gone: str) -> None:
    write_celeba(tmp_path, 4, 2, 2)
    (tmp_path / gone).rename(tmp_path / "elsewhere")
    with pytest.raises(DatasetError, match=gone.removesuffix(".csv")):
        celeba.load(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no folder"):
        celeba.load(tmp_path / "nowhere")


def test_an_empty_split_and_an_unknown_split_are_refused(tmp_path: Path) -> None:
    write_celeba(tmp_path, 4, 2, 0)
    data = celeba.load(tmp_path)
    with pytest.raises(DatasetError, match="no image of the test split"):
        data.split("test")
    with pytest.raises(DatasetError, match="no split called 'dev'"):
        data.split("dev")
