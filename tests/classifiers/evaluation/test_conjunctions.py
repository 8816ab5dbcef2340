from itertools import combinations, product

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score

from classifiers.evaluation import conjunctions as module
from classifiers.evaluation.conjunctions import (
    SMALLEST,
    Literals,
    average_precisions,
    conjunctions,
    enumerated,
    expected_filter_f1,
    ranking,
)

FEW = 7  # attributes, in place of the forty
LEAST = 8


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities [70, 7] with many equal ones, and labels, some of which are too rare to be asked for together."""
    monkeypatch.setattr(module, "ATTRIBUTES", module.ATTRIBUTES[:FEW])
    random = np.random.default_rng(0)
    labels = random.random((70, FEW)) < np.linspace(0.1, 0.6, FEW)
    probabilities = np.round(np.clip(labels * 0.3 + random.random((70, FEW)) * 0.7, 0, 1), 1)
    return probabilities.astype(np.float32), labels


@pytest.mark.parametrize(("words", "negated"), [(2, True), (2, False), (3, True)])
def test_the_figures_are_those_of_brute_force(
    measured: tuple[np.ndarray, np.ndarray], words: int, negated: bool
) -> None:
    probabilities, labels = measured
    precisions, first, f1 = [], [], []
    for columns in combinations(range(FEW), words):
        for wanted in product((True, False) if negated else (True,), repeat=words):
            truth = (labels[:, columns] == wanted).all(1)
            if truth.sum() < LEAST:
                continue
            p = np.where(wanted, probabilities[:, columns], 1 - probabilities[:, columns].astype(np.float64))
            scores = np.log(np.maximum(p, SMALLEST)).sum(1)
            precisions.append(average_precision_score(truth, scores))
            first.append(truth[np.argsort(-scores, kind="stable")][:60].mean())
            f1.append(f1_score(truth, ((probabilities[:, columns] >= 0.5) == wanted).all(1), zero_division=0))
    found = conjunctions(probabilities, labels, {"half": np.full(FEW, 0.5)}, words, negated=negated, least=LEAST)
    assert found.queries == len(precisions) > 5
    assert found.average_precision == pytest.approx(np.mean(precisions))
    assert found.first_60 == pytest.approx(np.mean(first))
    assert found.filter_f1 == {"half": pytest.approx(np.mean(f1))}


def test_equal_scores_are_found_together() -> None:
    random = np.random.default_rng(1)
    scores = -np.sort(-random.integers(0, 4, (50, 20)).astype(float), axis=1)
    hits = random.random((50, 20)) < 0.4
    hits[:, 0] = True
    expected = [average_precision_score(*row) for row in zip(hits, scores, strict=True)]
    assert average_precisions(hits, scores) == pytest.approx(expected)


@pytest.mark.parametrize(("words", "negated", "count"), [(2, False, 780), (2, True, 3120), (3, True, 79_040)])
def test_every_conjunction_is_asked_once(words: int, negated: bool, count: int) -> None:
    rows = enumerated(words, negated=negated).rows
    assert len(rows) == len({tuple(row) for row in rows.tolist()}) == count
    assert rows.max() < 80


def test_the_order_is_that_of_the_product() -> None:
    p = np.random.default_rng(2).uniform(0.01, 0.99, (30, 40)).astype(np.float32)
    order, _ = ranking(Literals(np.array([[3, 7]]), np.array([[True, False]])), p)
    product = p[:, 3].astype(float) * (1 - p[:, 7].astype(float))
    assert (np.diff(product[order[0]]) <= 0).all()


def test_what_is_too_rare_for_any_query_has_no_figures(measured: tuple[np.ndarray, np.ndarray]) -> None:
    probabilities, labels = measured
    found = conjunctions(probabilities, labels, {"half": np.full(FEW, 0.5)}, 2, least=71)
    assert (found.queries, found.average_precision, found.filter_f1) == (0, 0, {"half": 0})


def test_arithmetic_gives_the_published_networks_figures() -> None:
    """Equal attributes: precision and recall multiply."""
    assert expected_filter_f1(np.full(40, 0.8), np.full(40, 0.5), 2) == pytest.approx(2 * 0.64 * 0.25 / 0.89)
