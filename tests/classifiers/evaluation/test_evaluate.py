import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from classifiers.cards.consistency import RULES
from classifiers.evaluation.evaluate import calibration_noise, evaluate, expected_calibration_error, summary
from retrieval.attributes import ATTRIBUTES


@pytest.fixture
def figures() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    labels = random.random((200, 40)) < np.linspace(0.05, 0.9, 40)
    probabilities = np.clip(labels * 0.3 + random.random((200, 40)) * 0.7, 0, 1).astype(np.float32)
    return probabilities, labels, np.linspace(0.3, 0.7, 40)


def test_the_figures_are_scikit_learns(figures: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    probabilities, labels, thresholds = figures
    decided = probabilities >= thresholds
    found = evaluate(probabilities, labels, thresholds)
    assert found.accuracy == pytest.approx((decided == labels).mean())
    assert found.macro_f1 == pytest.approx(metrics.f1_score(labels, decided, average="macro"))
    assert found.macro("precision") == pytest.approx(metrics.precision_score(labels, decided, average="macro"))
    assert found.weighted("recall") == pytest.approx(metrics.recall_score(labels, decided, average="weighted"))
    assert found.mean_average_precision == pytest.approx(metrics.average_precision_score(labels, probabilities))
    balanced = [metrics.balanced_accuracy_score(labels[:, i], decided[:, i]) for i in range(40)]
    assert found.balanced_accuracy == pytest.approx(np.mean(balanced))
    assert found.attributes["Young"].support == labels[:, 39].sum()


def test_an_attribute_that_no_image_has_is_no_division_by_zero(
    figures: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    probabilities, labels, thresholds = figures
    labels[:, 0] = False
    row = evaluate(probabilities, labels, thresholds).attributes["5_o_Clock_Shadow"]
    assert (row.recall, row.f1, row.average_precision, row.support) == (0, 0, 0, 0)


def test_the_json_has_all_that_the_contract_names(figures: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    data = evaluate(*figures).as_json()
    top = "images accuracy balanced_accuracy macro_f1 weighted mean_average_precision attributes"
    row = "accuracy balanced_accuracy precision recall f1 average_precision support"
    assert set(top.split()) < set(data)
    assert list(data["weighted"]) == ["precision", "recall", "f1"]
    assert list(data["attributes"]) == list(ATTRIBUTES)
    assert {*row.split(), "expected_calibration_error"} == set(data["attributes"]["Bald"])


def test_a_summary_says_each_sets_figures_and_all_of_the_chosen(
    figures: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    probabilities, labels, _ = figures
    sets = {name: evaluate(probabilities, labels, np.full(40, cut)) for name, cut in (("low", 0.2), ("high", 0.8))}
    data = summary(sets, "high")
    assert data["thresholds"] == "high" and data["accuracy"] == sets["high"].accuracy
    assert data["sets"]["low"]["macro_f1"] == sets["low"].macro_f1 != data["macro_f1"]


def test_the_calibration_error_is_that_worked_out_by_hand() -> None:
    """Bins of a fifteenth: 0.02 and 0.06 with one true (off by 0.92), 0.5 with none (0.5), 1 with one (0): of 4."""
    probabilities = np.array([0.02, 0.06, 0.5, 1.0], np.float32)
    labels = np.array([False, True, False, True])
    assert expected_calibration_error(probabilities, labels) == pytest.approx((0.92 + 0.5 + 0) / 4, abs=1e-6)


@given(st.integers(0, 15))
def test_the_calibration_error_is_zero_where_every_share_is_right(true: int) -> None:
    labels = np.arange(15) < true
    assert expected_calibration_error(np.full(15, true / 15, np.float32), labels) == pytest.approx(0, abs=1e-6)


def test_the_noise_is_the_calibration_error_of_labels_drawn_from_the_probabilities() -> None:
    random = np.random.default_rng(1)
    p = random.random(3000).astype(np.float32)
    drawn = [expected_calibration_error(p, random.random(3000) < p) for _ in range(200)]
    assert calibration_noise(p) == pytest.approx(np.mean(drawn), rel=0.03)


def test_contradictory_rows_are_counted_once_and_rules_each() -> None:
    labels = np.zeros((4, 40), bool)
    for name in ("Bald", "Bangs", "Wavy_Hair"):
        labels[0, ATTRIBUTES.index(name)] = True  # two rules, one row
    found = evaluate(labels.astype(np.float32), labels, np.full(40, 0.5))
    assert found.contradictory == found.contradictory_labels == 0.25
    assert {name for name, rows in found.broken.items() if rows} == {"Bald AND Bangs", "Bald AND Wavy_Hair"}
    assert list(found.broken) == [rule.name for rule in RULES]
