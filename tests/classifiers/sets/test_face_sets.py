from pathlib import Path

import numpy as np
import pytest

from classifiers.sets import celeba, face_sets
from classifiers.sets.celeba import DatasetError
from retrieval.attributes import ATTRIBUTES

MALE, YOUNG = ATTRIBUTES.index("Male"), ATTRIBUTES.index("Young")


def table(folder: Path, text: str) -> Path:
    path = folder / "further.csv"
    path.write_bytes(text.encode())
    return path


def test_a_cell_is_yes_no_in_either_layout_or_unknown(tmp_path: Path) -> None:
    text = "\ufeffimage,Young,identity,Male\na.png,1,anna,-1\nsub/b.png,,, 0 \nc.png,0,anna,\n"
    read = face_sets.read(table(tmp_path, text))
    assert (read.name, read.faces.folder, read.people) == ("further.csv", tmp_path, ("anna", "", "anna"))
    assert read.faces.names == ("a.png", "sub/b.png", "c.png")
    assert read.known[:, [MALE, YOUNG]].tolist() == [[True, True], [True, False], [False, True]]
    assert read.faces.labels[:, [MALE, YOUNG]].tolist() == [[False, True], [False, False], [False, False]]
    assert read.known.sum() == 4 and read.faces.labels.sum() == 1
    told = read.told()
    assert (told["data"], told["images"], told["known"]) == ("further.csv", 3, {"Male": 2, "Young": 2})


def test_a_table_may_know_nothing_but_the_images(tmp_path: Path) -> None:
    read = face_sets.read(table(tmp_path, "image\na.png\nb.png\n"))
    assert len(read) == 2 and not read.known.any() and read.people == ("", "")
    assert len(read.first(1)) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("image,Male,Smile\na.png,1,1\n", r"row 1: column 3 \(“Smile”\) is no attribute.*Did you mean Smiling\?"),
        ("image,male\na.png,1\n", r"row 1: column 2 \(“male”\).*Did you mean Male\?"),
        ("image,shoe size\na.png,1\n", r"row 1: column 2 \(“shoe size”\) is no attribute.*Leave it out"),
        ("image,Male,Male\na.png,1,1\n", r"row 1: column 3 \(“Male”\) is there twice"),
        ("image,Male,Young\na.png,1,1\nb.png,1,yes\n", r"row 3: column 3 \(“Young”\) holds “yes”"),
        ("image,Male\na.png,1.0\n", r"row 2: column 2 \(“Male”\) holds “1.0”"),
        ("image,Male\na.png,nan\n", r"row 2: column 2 \(“Male”\) holds “nan”"),
        ("image,Male\na.png,1\nb.png\n", "row 3: 1 cells under 2 columns"),
        ("image,Male\na.png,1\na.png,0\n", r"row 3: column 1 .* names a.png once more"),
        ("image,Male\n,1\n", r"row 2: column 1 .* names no image"),
        ("image,Male\n", "names no image"),
        ("", "not a table"),
        ('image,Male\n"a.png,1\n', "not a table"),
    ],
)
def test_what_is_wrong_with_a_table_is_named_by_row_and_column(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(DatasetError, match=sentence):
        face_sets.read(table(tmp_path, text))


def test_a_table_that_is_not_there_or_no_text_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"nowhere\.csv cannot be read"):
        face_sets.read(tmp_path / "nowhere.csv")
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DatasetError, match="not a table"):
        face_sets.read(tmp_path / "binary.csv")


def test_people_of_one_name_are_one_person_in_all_sets(celeba_folder: Path, tmp_path: Path) -> None:
    own = face_sets.of_celeba(celeba.load(celeba_folder).split("train").first(8))
    more = face_sets.read(table(tmp_path, "image,identity\na.png,1\nb.png,anna\nc.png,\nd.png,anna\n"))
    people = face_sets.people([own, more])
    assert own.people == ("0",) * 4 + ("1",) * 4
    assert people[8] == people[4] != people[0]  # CelebA's person 1
    assert people[9] == people[11] not in people[:8]
    assert people[10] == -1
    assert sorted(set(people.tolist())) == [-1, 0, 1, 2]
    nobody = face_sets.read(table(tmp_path, "image\na.png\n"))
    with pytest.raises(DatasetError, match="whose faces these are"):
        face_sets.people([nobody])


def test_of_celeba_all_is_known(celeba_folder: Path) -> None:
    own = face_sets.of_celeba(celeba.load(celeba_folder).split("train"))
    assert own.known.all() and own.told() == {"data": "CelebA, training partition", "images": 64}
    assert np.array_equal(own.known.shape, own.faces.labels.shape)
