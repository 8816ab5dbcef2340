import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answers.estimate import Expected, expected, surest

confidences = st.lists(st.floats(0, 1, width=32), max_size=30).map(lambda values: np.array(values, np.float32))


def test_the_mean_confidence_is_the_expected_precision_and_its_share_of_all_the_recall() -> None:
    confidence = np.array([0.9, 0.7, 0.4, 0.0], np.float32)
    assert expected(confidence[:2], confidence) == pytest.approx((0.8, 0.8, 0.7))


def test_nothing_found_has_no_precision_and_nothing_there_no_recall() -> None:
    nothing = np.zeros(3, np.float32)
    assert expected(nothing[:0], nothing) == Expected(None, None, None)
    assert expected(nothing, nothing) == Expected(0.0, None, 0.0)
    assert expected(nothing[:0], nothing[:0]) == Expected(None, None, None)


def test_it_agrees_with_what_is_true_of_faces_whose_attributes_go_together() -> None:
    random = np.random.default_rng(0)
    man = random.random(50_000) < 0.5  # seen by the model, so it is in each face's probabilities
    beard = np.where(man, random.beta(3, 2, 50_000), random.beta(1, 40, 50_000)).astype(np.float32)
    male = np.where(man, 0.97, 0.03).astype(np.float32)
    truth = (random.random(50_000) < beard) & (random.random(50_000) < male)
    mask = (beard > 0.5) & (male > 0.5)
    answer = expected((beard * male)[mask], beard * male)
    assert answer.precision == pytest.approx(truth[mask].mean(), abs=0.01)
    assert answer.recall == pytest.approx((truth & mask).sum() / truth.sum(), abs=0.01)


@given(confidences, st.floats(0, 1))
def test_the_surest_are_the_most_that_keep_the_precision(confidence: np.ndarray, precision: float) -> None:
    kept = surest(confidence, precision)
    if kept.any():
        assert confidence[kept].mean(dtype=float) >= precision - 1e-6
        assert confidence[~kept].max(initial=-1) < confidence[kept].min()
    for least in set(confidence.tolist()):  # no larger set of surest faces would do
        more = confidence >= np.float32(least)
        if more.sum() > kept.sum():
            assert confidence[more].mean(dtype=float) < precision + 1e-6
