import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.calibration import calibration_curve

from classifiers.evaluation import compare


def right(share: float, images: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random((images, 40)) < share


def test_equal_models_do_not_differ() -> None:
    same = right(0.9, 200, 0)
    found = compare.accuracy_difference(same, same)
    assert (found.difference, found.low, found.high, found.p) == (0, 0, 0, 1)


def test_a_better_model_is_surely_better_and_the_other_way_round() -> None:
    worse, better = right(0.85, 400, 0), right(0.9, 400, 1)
    found = compare.accuracy_difference(worse, better)
    assert found.difference == pytest.approx(better.mean() - worse.mean())
    assert 0 < found.low < found.difference < found.high
    assert found.p < 0.001
    assert compare.accuracy_difference(better, worse).high < 0


def test_forty_errors_of_one_image_count_as_one_observation() -> None:
    """One image in ten goes wrong as a whole: the interval must be as wide as for one decision an image."""
    ruined = np.repeat(right(0.9, 500, 2)[:, :1], 40, axis=1)
    found = compare.accuracy_difference(np.ones((500, 40), bool), ruined)
    expected = 1.96 * np.sqrt(0.9 * 0.1 / 500)
    assert found.high - found.low == pytest.approx(2 * expected, rel=0.15)


def test_a_bootstrap_repeats_for_its_seed() -> None:
    models = right(0.85, 100, 0), right(0.86, 100, 1)
    assert compare.accuracy_difference(*models) == compare.accuracy_difference(*models)
    assert compare.accuracy_difference(*models, seed=1) != compare.accuracy_difference(*models)


def test_the_sign_test_counts_only_what_one_model_gets_right() -> None:
    first = np.array([True] * 90 + [False] * 10)
    second = np.array([True] * 80 + [False] * 20)
    assert compare.mcnemar(first, second) == pytest.approx(2 * 0.5**10)
    assert compare.mcnemar(first, first) == 1


def test_forty_tests_are_held_to_one_level() -> None:
    assert compare.holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert compare.holm([0.9] * 40) == [1.0] * 40


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_no_p_value_becomes_smaller_and_their_order_stays(p: list[float]) -> None:
    adjusted = compare.holm(p)
    assert all(a >= b for a, b in zip(adjusted, p, strict=True))
    assert [adjusted[i] for i in np.argsort(p, kind="stable")] == sorted(adjusted)


@settings(deadline=None)
@given(arrays(np.float32, 50, elements=st.floats(0, 1, width=32)), arrays(bool, 50))
def test_bins_count_every_face_once_and_agree_with_scikit_learn(p: np.ndarray, labels: np.ndarray) -> None:
    bins = compare.reliability(p, labels)
    assert sum(b.faces for b in bins) == 50
    assert sum(b.share * b.faces for b in bins) == pytest.approx(labels.sum())
    inside = not np.isin(np.round(p * 10, 4), np.arange(1, 10)).any()  # scikit-learn puts edges elsewhere
    if inside:
        share, mean = calibration_curve(labels, p, n_bins=10)
        assert np.allclose([b.share for b in bins], share)
        assert np.allclose([b.probability for b in bins], mean)
