from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_score, recall_score

from classifiers.calibrate import break_even_threshold, calibrate, platt
from classifiers.checkpoint import Calibration


def test_platt_finds_the_scale_and_shift_that_made_the_labels() -> None:
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, 50_000).astype(np.float32)
    labels = random.random(50_000) < 1 / (1 + np.exp(-(0.5 * logits - 1)))
    assert platt(logits, labels) == pytest.approx((0.5, -1), abs=0.05)


@pytest.mark.parametrize("labels", [np.ones(10, bool), np.zeros(10, bool)])
def test_an_attribute_that_never_varies_is_left_as_it_is(labels: np.ndarray) -> None:
    assert platt(np.arange(10, dtype=np.float32), labels) == (1.0, 0.0)


def test_a_backward_attribute_is_not_turned_round() -> None:
    logits = np.arange(-5, 5, dtype=np.float32)
    assert platt(logits, logits < 0) == (1.0, 0.0)


@given(st.lists(st.booleans(), min_size=1, max_size=40), st.randoms())
def test_as_many_are_found_as_there_are(labels: list[bool], random: Random) -> None:
    probabilities = np.array(random.sample(range(1, 100), len(labels)), np.float32) / 100
    threshold = break_even_threshold(probabilities, np.array(labels))
    assert (probabilities.astype(np.float64) >= threshold).sum() == sum(labels)
    assert 0 <= threshold <= 1


def test_precision_equals_recall_at_the_threshold() -> None:
    random = np.random.default_rng(1)
    labels = random.random(1000) < 0.2
    probabilities = np.clip(labels * 0.2 + random.random(1000) * 0.8, 0, 1).astype(np.float32)
    decided = probabilities >= break_even_threshold(probabilities, labels)
    assert precision_score(labels, decided) == recall_score(labels, decided)


def test_calibration_keeps_the_order_of_faces_and_extremes_finite() -> None:
    logits = np.linspace(-1000, 1000, 99, dtype=np.float32)[:, None].repeat(40, 1)
    labels = (np.arange(99)[:, None] + np.arange(40)) % 7 < (logits > 0) * 5 + 1
    calibration, thresholds = calibrate(logits, labels)
    probabilities = calibration.probabilities(logits)
    assert (np.diff(probabilities, axis=0) >= 0).all()
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    assert len(thresholds) == len(calibration.scale) == 40


def test_without_calibration_a_logit_of_zero_is_one_half() -> None:
    assert (Calibration().probabilities(np.zeros((1, 40), np.float32)) == 0.5).all()
