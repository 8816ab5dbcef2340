from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from classifiers.sets import fairface
from classifiers.sets.celeba import DatasetError
from classifiers.sets.fairface import LABELS, agreement, by_group, wilson

TABLE = """file,age,gender,race
val/1.jpg,more than 70,Male,White
val/2.jpg,30-39,Female,Black
val/3.jpg,3-9,Female,White
val/4.jpg,40-49,Male,Black
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "val").mkdir()
    (tmp_path / LABELS).write_text(TABLE)
    for number in (1, 2, 4):
        (tmp_path / "val" / f"{number}.jpg").touch()
    return tmp_path


def test_only_photographs_that_are_there_are_looked_at(folder: Path) -> None:
    data = fairface.load(folder)
    assert [path.name for path in data.paths] == ["1.jpg", "2.jpg", "4.jpg"]
    assert data.truth["Male"].tolist() == [True, False, True]


def test_young_is_up_to_39(folder: Path) -> None:
    assert fairface.load(folder).truth["Young"].tolist() == [False, True, False]


def test_agreement_is_told_by_race_gender_and_age(folder: Path) -> None:
    found = np.array([0, 2])  # no face in the second photograph
    facts = by_group(fairface.load(folder), found, {"Male": np.array([True, False])})
    assert (facts["photographs"], facts["found"]) == (3, 2)
    assert list(facts["Male"]) == ["all", "race", "gender", "age"]
    assert facts["Male"]["all"]["accuracy"] == 0.5
    assert facts["Male"]["race"]["White"]["accuracy"] == 1 and facts["Male"]["race"]["Black"]["accuracy"] == 0
    assert list(facts["Male"]["age"]) == ["40-49", "more than 70"]


def test_no_face_in_any_photograph_is_no_division_by_zero(folder: Path) -> None:
    nothing = np.empty(0, bool)
    assert by_group(fairface.load(folder), np.empty(0, np.int64), {"Male": nothing})["Male"] == {}


def test_the_interval_is_wilsons() -> None:
    """As in Brown, Cai, DasGupta, "Interval estimation for a binomial proportion", 2001: of 10, 0 and 5 right."""
    assert wilson(0, 10) == pytest.approx((0, 0.2775), abs=1e-4)
    assert wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert wilson(0, 0) == (0, 1)


def test_balanced_accuracy_needs_both_labels() -> None:
    both = agreement(np.array([True, True, True]), np.array([True, True, False]))
    assert both.accuracy == pytest.approx(2 / 3) and both.balanced_accuracy == 0.5
    assert (both.labelled, both.decided) == (2, 3)
    assert agreement(np.array([True]), np.array([True])).balanced_accuracy is None


DAMAGED: dict[str, Callable[[Path], object]] = {
    "no table": lambda f: (f / LABELS).unlink(),
    "an empty table": lambda f: (f / LABELS).write_text(""),
    "bytes for a table": lambda f: (f / LABELS).write_bytes(b"\xff\xfe\x00\xd8"),
    "no column of ages": lambda f: (f / LABELS).write_text(TABLE.replace("age", "years")),
    "an age that is none": lambda f: (f / LABELS).write_text(TABLE.replace("3-9", "old")),
    "no photograph": lambda f: [path.unlink() for path in (f / "val").iterdir()],
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_folder_that_is_not_fairfaces_gets_a_sentence(folder: Path, damage: Callable[[Path], object]) -> None:
    damage(folder)
    with pytest.raises(DatasetError, match=str(folder)):
        fairface.load(folder)
