import numpy as np
import pytest
from sklearn import metrics

from classifiers.evaluate import evaluate
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


def test_the_json_is_the_contracts(figures: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    data = evaluate(*figures).as_json()
    top = "images accuracy balanced_accuracy macro_f1 weighted mean_average_precision attributes"
    row = "accuracy balanced_accuracy precision recall f1 average_precision support"
    assert list(data) == top.split()
    assert list(data["weighted"]) == ["precision", "recall", "f1"]
    assert list(data["attributes"]) == list(ATTRIBUTES)
    assert list(data["attributes"]["Bald"]) == row.split()
