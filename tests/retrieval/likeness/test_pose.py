import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.likeness.pose import turned

FRONT = np.array([[70, 111], [108, 111], [89, 135], [74, 152], [105, 152]], np.float64)  # CelebA's, aligned


def rotated(points: NDArray[np.float64], degrees: float) -> NDArray[np.float64]:
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return points @ turn.T * 3 + 500


def aside(share: float) -> NDArray[np.float64]:
    """The nose by that share of the distance of the eyes to the right, and the eyes nearer by as much."""
    points = FRONT.copy()
    points[2, 0] += 38 * share
    return points


@pytest.mark.parametrize("degrees", [0, 30, 90, 180, -120])
def test_a_face_is_turned_aside_or_not_however_its_photograph_lies(degrees: float) -> None:
    both = np.stack([rotated(FRONT, degrees), rotated(aside(0.5), degrees), rotated(aside(-0.5), degrees)])
    assert turned(both).tolist() == [False, True, True]


def test_eyes_that_nearly_cover_one_another_are_seen_from_the_side() -> None:
    profile = FRONT.copy()
    profile[0, 0], profile[3, 0] = 95, 98
    assert turned(profile[None]).tolist() == [True]


def test_no_faces_are_none_turned() -> None:
    assert len(turned(np.empty((0, 5, 2)))) == 0
