import numpy as np
import pytest

from retrieval.reviewing.posterior import Judged, posterior


def judged(faces: list[int], yes: list[int], no: list[int], certainty: list[float], unsure: list[int]) -> Judged:
    whole = (np.array(numbers, np.int64) for numbers in (faces, yes, no, unsure))
    return Judged(*whole, np.array(certainty))


def drawn(*of: list[int], certainty: list[float], unsure: list[int] | None = None) -> np.ndarray:
    said = judged(of[0], of[1], of[2], certainty, unsure or [0] * len(of[0]))
    return posterior(said, np.random.default_rng(0)).right


def test_where_all_was_judged_nothing_is_left_to_guess():
    assert (drawn([10, 5], [8, 0], [2, 5], certainty=[0.5, 0.1]) == [8, 0]).all()


def test_never_fewer_than_were_found_and_never_more_than_there_are():
    right = drawn([1000, 300], [3, 20], [7, 2], certainty=[0.2, 0.9])
    assert (right >= [3, 20]).all() and (right <= [993, 298]).all()


def test_nothing_found_in_a_large_stratum_leans_on_the_model_and_on_the_others():
    """By that stratum alone up to 3 of 20, and so 7,500 of 50,000, could not be ruled out."""
    right = drawn([50_000, 200], [0, 60], [20, 40], certainty=[0.0005, 0.6])
    assert np.quantile(right[:, 0], 0.975) < 1500


def test_a_model_that_is_far_off_is_not_believed():
    right = drawn([1000, 1000], [1, 2], [29, 28], certainty=[0.9, 0.95])
    assert np.quantile(right.sum(1), 0.975) < 400


def test_of_faces_that_cannot_be_judged_nothing_is_claimed():
    said = judged([1000], [20], [5], [0.8], [25])
    found = posterior(said, np.random.default_rng(0))
    assert 300 < np.median(found.judged) < 700
    assert np.median(found.right / found.judged) == pytest.approx(0.8, abs=0.06)
    sure = posterior(judged([1000], [20], [5], [0.8], [0]), np.random.default_rng(0))
    assert (sure.judged == 1000).all()


def test_the_same_judgements_give_the_same_draws():
    one, other = (drawn([1000, 50], [3, 9], [7, 1], certainty=[0.2, 0.9]) for _ in range(2))
    assert (one == other).all()
