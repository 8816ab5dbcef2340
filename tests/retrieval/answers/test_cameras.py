import numpy as np

from retrieval.answers import cameras as listing
from retrieval.answers.cameras import Cameras, cameras
from retrieval.columns.sayings import Sayings
from retrieval.language.nodes import Camera
from retrieval.language.query import parse


def of(*found: tuple[str | None, int]) -> Cameras:
    """Of photographs by these cameras, with so many faces each."""
    names = tuple(dict.fromkeys(name for name, _ in found if name is not None))
    table = Sayings.nothing(len(found)).table
    table[1] = [np.nan if name is None else names.index(name) for name, _ in found]
    return cameras(Sayings(table, names), np.array([faces for _, faces in found], np.int64))


def test_the_camera_of_the_most_faces_comes_first() -> None:
    found = of(("X100", 1), ("EOS 5D", 5), ("X100", 2), (None, 4), ("Z9", 0))
    assert found == ([("EOS 5D", 5), ("X100", 3)], 0, 4)


def test_a_camera_counts_what_asking_for_it_finds() -> None:
    found = of(("Canon EOS 5D", 5), ("Canon EOS 5D Mark II", 3), ("Canon-EOS-50D", 2))
    assert found.cameras == [("Canon EOS 5D", 8), ("Canon EOS 5D Mark II", 3), ("Canon-EOS-50D", 2)]


def test_its_condition_names_it_whatever_it_is_called() -> None:
    for name in ('"', "\\", "<b>x</b>", "a\nb", "É", ") OR Smiling"):
        (by,) = of((name, 1)).cameras
        assert parse(by.condition) == Camera(name)


def test_a_name_without_a_word_cannot_be_asked_for_and_is_counted_with_the_rest() -> None:
    assert of(("--", 2), ("X100", 1)) == ([("X100", 1)], 2, 0)


def test_of_too_many_cameras_the_rest_is_counted() -> None:
    found = of(*((f"No. {number}x", 1) for number in range(listing.MOST + 3)))
    assert len(found.cameras) == listing.MOST and found.rest == 3


def test_without_photographs_there_are_none() -> None:
    assert of() == ([], 0, 0)
