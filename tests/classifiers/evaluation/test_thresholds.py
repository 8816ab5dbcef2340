from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.evaluation.thresholds import FOR_FIND, RULES, as_many_as_expected, highest_expected_f1, threshold_sets


@given(st.integers(1, 60), st.randoms())
def test_as_many_are_found_as_the_probabilities_add_up_to(count: int, random: Random) -> None:
    probabilities = np.array(random.sample(range(100), count), np.float32) / 100
    threshold = as_many_as_expected(probabilities)
    assert (probabilities.astype(np.float64) >= threshold).sum() == round(probabilities.sum(dtype=np.float64))
    assert 0 <= threshold <= 1


def test_none_are_found_where_less_than_half_a_face_is_expected() -> None:
    probabilities = np.array([0.2, 0.1, 0.05], np.float32)
    assert not (probabilities.astype(np.float64) >= as_many_as_expected(probabilities)).any()


@given(st.lists(st.integers(1, 99), min_size=1, max_size=40, unique=True))
def test_no_other_cut_has_a_higher_expected_f1(percents: list[int]) -> None:
    p = np.array(percents, np.float32).astype(np.float64) / 100

    def expected_f1(found: np.ndarray) -> float:
        return 2 * p[found].sum() / (found.sum() + p.sum())

    best = expected_f1(p >= highest_expected_f1(p.astype(np.float32)))
    assert best >= max(expected_f1(p >= cut) for cut in p) - 1e-6


def test_the_cut_for_f1_is_half_the_best_f1() -> None:
    """As Lipton, Elkan and Naryanaswamy proved for calibrated probabilities."""
    p = np.linspace(0, 1, 20_001)[1:-1]
    cut = highest_expected_f1(p.astype(np.float32))
    found = p >= cut
    assert cut == pytest.approx(p[found].sum() / (found.sum() + p.sum()), abs=1e-3)


def test_probabilities_that_are_all_zero_find_nothing() -> None:
    nothing = np.zeros(5, np.float32)
    assert highest_expected_f1(nothing) > 0 and as_many_as_expected(nothing) > 0


def test_there_are_three_sets_each_with_a_rule() -> None:
    sets = threshold_sets(np.random.default_rng(0).random((50, 40), np.float32))
    assert set(sets) == set(RULES) and FOR_FIND in sets
    assert all(len(cuts) == 40 and 0 <= min(cuts) <= max(cuts) <= 1 for cuts in sets.values())
    assert set(sets["accuracy"]) == {0.5}
