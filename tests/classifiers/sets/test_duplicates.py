import numpy as np
import pytest

from classifiers.sets.duplicates import SIDE, contradictions, duplicates
from retrieval.attributes import ATTRIBUTES


@pytest.fixture
def faces() -> np.ndarray:
    """1,200 smooth pictures, more than one block, all unlike each other."""
    random = np.random.default_rng(0)
    coarse = random.integers(30, 220, (1200, 8, 8, 3)).astype(np.uint8)
    return coarse.repeat(SIDE // 8, axis=1).repeat(SIDE // 8, axis=2)


def test_copies_are_found_across_blocks_and_in_other_light(faces: np.ndarray) -> None:
    assert len(duplicates(faces)) == 0
    faces[1100] = faces[3]
    faces[700] = faces[699] // 2 + 40  # darker, with less contrast
    assert duplicates(faces).tolist() == [[3, 1100], [699, 700]]


def test_an_even_picture_is_like_nothing(faces: np.ndarray) -> None:
    faces[5] = faces[6] = 128
    assert len(duplicates(faces)) == 0


def test_there_are_no_pairs_among_no_pictures() -> None:
    assert duplicates(np.empty((0, SIDE, SIDE, 3), np.uint8)).shape == (0, 2)


def test_contradictions_are_counted_attribute_by_attribute() -> None:
    labels = np.zeros((4, 40), bool)
    labels[0, 0] = labels[1, 0] = labels[2, 1] = True
    first, second, *others = contradictions(labels, np.array([[0, 1], [2, 3]]))
    assert first == (ATTRIBUTES[0], 0, 2)
    assert second == (ATTRIBUTES[1], 1, 1)
    assert {row[1:] for row in others} == {(0, 0)}
