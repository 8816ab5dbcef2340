import numpy as np
import pytest

from retrieval.columns.sayings import Sayings, listed, metres, names

NONE = np.nan
THREE = Sayings(np.array([[5, NONE, 10], [1, NONE, 0], [48.85, NONE, 90], [2.35, NONE, 7]]), ("A", "B"))


def test_nothing_is_said_by_photographs_that_say_nothing() -> None:
    none = Sayings.nothing(3)
    assert not none.between(-(2**61), 2**61).any() and not none.by(lambda _: True).any()
    assert not none.near(0, 0, 1e9).any()


def test_a_time_has_its_beginning_and_not_its_end() -> None:
    assert THREE.between(5, 10).tolist() == [True, False, False]
    assert THREE.between(6, 11).tolist() == [False, False, True]


def test_a_camera_is_wanted_by_its_name() -> None:
    assert THREE.by(lambda name: name == "B").tolist() == [True, False, False]
    assert THREE.by(lambda _: True).tolist() == [True, False, True]


def test_near_is_also_beyond_the_pole_and_beyond_the_line_where_the_date_changes() -> None:
    assert THREE.near(89.9, -173, 12_000).tolist() == [False, False, True]
    pacific = Sayings(np.array([[0], [NONE], [-17.0], [179.99]]), ())
    assert pacific.near(-17, -179.99, 2200).all() and not pacific.near(-17, -179.99, 2000).any()


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        ((48.8566, 2.3522), (51.5074, -0.1278), 343.6),  # Paris, London
        ((-33.8688, 151.2093), (40.7128, -74.0060), 15988.8),  # Sydney, New York
        ((0, 0), (0, 180), 20015.1),
        ((90, 5), (90, 99), 0),
        ((48.8566, 2.3522), (48.8566, 2.3522), 0),
    ],
)
def test_a_distance_is_that_of_an_atlas(
    one: tuple[float, float], other: tuple[float, float], kilometres: float
) -> None:
    far = metres(*one, np.array([other[0]], float), np.array([other[1]], float))[0] / 1000
    assert far == pytest.approx(kilometres, rel=0.001, abs=0.001)


def test_the_names_of_cameras_are_read_as_they_were_written() -> None:
    assert names(listed(("FUJIFILM X100", "Société"))) == ("FUJIFILM X100", "Société")
    assert names(listed(())) == ()
