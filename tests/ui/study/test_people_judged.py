"""How heads are judged, on drawn vectors by a head that changes nothing."""

import numpy as np
import pytest

from retrieval.likeness.recognition import Head
from ui.study.people_judged import Strangers, judged, taken_for_one, threshold

WIDTH = 16


@pytest.fixture
def head() -> Head:
    eye, zero = np.eye(WIDTH, dtype=np.float32), np.zeros(WIDTH, np.float32)
    return Head(eye, zero, zero + 1, eye, zero, zero, alike=0.5)


@pytest.fixture
def crowd() -> tuple[np.ndarray, np.ndarray]:
    """30 people with four faces each, whose cosines are 0.9 and 0 about."""
    dice = np.random.default_rng(0)
    people = np.repeat(np.arange(30), 4)
    faces = dice.normal(size=(30, WIDTH))[people] + 0.3 * dice.normal(size=(120, WIDTH))
    return (faces / np.linalg.norm(faces, axis=1, keepdims=True)).astype(np.float32), people


def test_from_the_threshold_on_nearly_all_pairs_in_a_group_are_right(head, crowd):
    faces, people = crowd
    alike = threshold(faces, people)
    assert judged(head, faces, people, alike)["precision"] >= 0.95
    assert judged(head, faces, people, alike - 0.01)["precision"] < 0.95


def test_strangers_that_are_joined_are_counted_but_no_copies_and_none_seen_from_the_side(head):
    """Eight faces in four pairs of equal vectors: two pictures are copies, and one face of the next pair is turned."""
    dice = np.random.default_rng(0)
    vectors = np.repeat(np.eye(WIDTH, dtype=np.float32)[:4], 2, axis=0)
    pictures = dice.integers(0, 256, (8, 32, 32, 3), np.uint8)
    pictures[1] = pictures[0]
    ahead = np.array([(70, 112), (109, 112), (90, 136), (73, 154), (106, 153)], np.float64)
    landmarks = np.repeat(ahead[None], 8, axis=0)
    landmarks[2, 2, 0] = 60  # the nose
    told = taken_for_one(head, Strangers(vectors, pictures, landmarks), 0.9)
    assert told["copies"] == 1 and told["turned_aside"] == 1
    assert told["wrong_pairs"] == 2 and told["in_wrong_group"] == 4
