from pathlib import Path

import numpy as np
import pytest

from classifiers.cards.card import Calibration, Card, card_from_json
from classifiers.cards.consistency import contradictions
from classifiers.cards.preprocessing import Preprocessing
from classifiers.evaluation.calibrate import base_rates, calibrate, calibrated, platt
from classifiers.sets import celeba


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


@pytest.fixture
def validation() -> tuple[np.ndarray, np.ndarray]:
    """Logits, and labels that are true as often as sigmoid(0.5 * logit - 1) says."""
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, (4000, 40)).astype(np.float32)
    return logits, random.random((4000, 40)) < sigmoid(0.5 * logits - 1)


def test_platt_finds_the_scale_and_shift_that_made_the_labels() -> None:
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, 50_000).astype(np.float32)
    labels = random.random(50_000) < sigmoid(0.5 * logits - 1)
    assert platt(logits, labels) == pytest.approx((0.5, -1), abs=0.05)


@pytest.mark.parametrize("labels", [np.ones(10, bool), np.zeros(10, bool)])
def test_an_attribute_that_never_varies_is_left_as_it_is(labels: np.ndarray) -> None:
    assert platt(np.arange(10, dtype=np.float32), labels) == (1.0, 0.0)
    logits, columns = np.arange(10, dtype=np.float32)[:, None].repeat(40, 1), labels[:, None].repeat(40, 1)
    assert calibrate(logits, columns, np.full(40, 0.3)).shift == (0.0,) * 40


def test_a_backward_attribute_is_not_turned_round() -> None:
    logits = np.arange(-5, 5, dtype=np.float32)
    assert platt(logits, logits < 0) == (1.0, 0.0)


def test_calibration_keeps_the_order_of_faces_and_extremes_finite() -> None:
    logits = np.linspace(-1000, 1000, 99, dtype=np.float32)[:, None].repeat(40, 1)
    labels = (np.arange(99)[:, None] + np.arange(40)) % 7 < (logits > 0) * 5 + 1
    calibration = calibrate(logits, labels)
    probabilities = calibration.probabilities(logits)
    assert (np.diff(probabilities, axis=0) >= 0).all()
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    assert len(calibration.shift) == len(calibration.scale) == 40


def test_without_calibration_a_logit_of_zero_is_one_half() -> None:
    assert (Calibration().probabilities(np.zeros((1, 40), np.float32)) == 0.5).all()


def test_base_rates_move_probabilities_to_another_population(validation: tuple[np.ndarray, np.ndarray]) -> None:
    """Where true faces are twice as many among the others, and look alike, that is what probabilities add up to."""
    logits, labels = validation
    twice = np.concatenate([np.flatnonzero(labels[:, 0]), np.arange(len(labels))])
    rates = np.full(40, labels[twice, 0].mean())
    moved = calibrate(logits, labels, rates).probabilities(logits[twice])[:, 0]
    assert moved.mean() == pytest.approx(labels[twice, 0].mean(), abs=0.01)
    unmoved = calibrate(logits, labels).probabilities(logits[twice])[:, 0]
    assert unmoved.mean() < labels[twice, 0].mean() - 0.02


def test_base_rates_are_those_of_training_and_validation(celeba_folder: Path) -> None:
    data = celeba.load(celeba_folder)
    parts = [data.split(name).labels for name in ("train", "val")]
    assert base_rates(data) == pytest.approx(np.concatenate(parts).mean(0))


def test_a_calibrated_card_has_all_sets_and_contradicts_itself_nowhere(
    validation: tuple[np.ndarray, np.ndarray],
) -> None:
    logits, labels = validation
    card = Card("tiny", Preprocessing(32), figures={"test": {"accuracy": 1}})
    card = calibrated(card, logits, labels, labels.mean(0))
    assert list(card.threshold_sets) == ["accuracy", "f1", "counts"]
    assert card.thresholds == card.threshold_sets["counts"] and card.threshold_rule.startswith("counts: ")
    raw, kept = card.calibration.probabilities(logits), card.probabilities(logits)
    for cuts in card.threshold_sets.values():
        assert contradictions(raw >= np.array(cuts)).any() and not contradictions(kept >= np.array(cuts)).any()
    assert list(card.figures) == ["val"]  # those of other thresholds are gone
    assert card.figures["val"]["sets"]["f1"]["contradiction_rate"] == 0
    assert card_from_json(card.as_json(), Path("card")).fingerprint == card.fingerprint
