import numpy as np
import pytest

from retrieval.reviewing.calibration import Evidence, check, error, fitted, moved


def evidence(shift: float, slope: float, count: int, seed: int = 0) -> Evidence:
    """Of faces whose true log-odds are shift + slope * those that the model says."""
    random = np.random.default_rng(seed)
    said = random.normal(0, 3, count)
    right = random.random(count) < 1 / (1 + np.exp(-(shift + slope * said)))
    return Evidence(1 / (1 + np.exp(-said)), right, np.ones(count))


@pytest.mark.parametrize(("shift", "slope"), [(0, 1), (-1.5, 1), (1, 0.6)])
def test_the_fit_finds_what_the_log_odds_were_moved_by(shift: float, slope: float):
    found = fitted(evidence(shift, slope, 20_000))
    assert found.shift == pytest.approx(shift, abs=0.1) and found.slope == pytest.approx(slope, abs=0.05)


def test_of_little_the_fit_believes_the_model_rather_than_a_slope():
    few = Evidence(np.array([0.9, 0.1]), np.array([False, True]), np.ones(2))
    assert fitted(few).slope > 0.8
    assert fitted(few.among(np.zeros(2, np.bool_))) == (0, 1)


def test_what_is_moved_is_better_calibrated_for_faces_that_the_fit_has_not_seen():
    known, other = evidence(-1.5, 0.8, 100), evidence(-1.5, 0.8, 5000, seed=1)
    checked = check(known)
    assert checked.better and checked.after < checked.before
    assert error(moved(other.probability, fitted(known)), other) < error(other.probability, other) / 3


def test_a_model_that_is_calibrated_is_seldom_said_to_be_bettered():
    assert sum(check(evidence(0, 1, 100, seed)).better for seed in range(100)) < 20


def test_an_error_is_of_the_faces_that_the_judged_ones_stand_for():
    two = Evidence(np.array([0.5, 0.9]), np.array([True, True]), np.array([1.0, 99.0]))
    assert error(two.probability, two) == pytest.approx(0.01 * 0.5 + 0.99 * 0.1)
