import numpy as np
import pytest

from classifiers.evaluation import likeness as module
from classifiers.evaluation.likeness import likeness, neighbours, pairs_found


def at_angles(*degrees: float) -> np.ndarray:
    return np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], 1).astype(np.float32)


def test_recall_counts_queries_whose_person_comes_early_enough() -> None:
    """Persons 1 and 2 take turns at one side of a circle, the two photographs of person 3 stand together opposite."""
    people = np.array([1, 2, 1, 2, 3, 3])
    found = likeness(at_angles(0, 2, 5, 9, 180, 181), people, np.zeros((6, 40), bool), at=(1, 2))
    assert found.queries == 6
    assert found.recall == {1: pytest.approx(2 / 6), 2: pytest.approx(4 / 6)}


def test_only_people_with_another_photograph_are_asked_for() -> None:
    found = likeness(at_angles(0, 1, 5, 9), np.array([7, 7, 8, -1]), np.zeros((4, 40), bool))
    assert found.queries == 2 and found.recall[1] == 1
    assert likeness(at_angles(0, 1, 2), np.full(3, -1), np.zeros((3, 40), bool)).queries == 0


def test_a_photograph_is_not_its_own_neighbour() -> None:
    assert neighbours(at_angles(0, 0, 90), 2)[:2].tolist() == [[1, 2], [0, 2]]


@pytest.mark.parametrize("block", [1, 7, 512])
def test_the_nearest_are_those_of_the_whole_matrix(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(module, "BLOCK", block)
    vectors = np.random.default_rng(0).normal(size=(30, 8)).astype(np.float32)
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -np.inf)
    assert (neighbours(vectors, 10) == np.argsort(-similarity, axis=1)[:, :10]).all()


def test_agreement_is_counted_over_pairs() -> None:
    random = np.random.default_rng(1)
    labels, people = random.random((12, 40)) < 0.4, np.arange(12) // 4
    found = likeness(random.normal(size=(12, 4)).astype(np.float32), people, labels)
    pairs = [(i, j) for i in range(12) for j in range(12) if i != j]
    equal = {(i, j): (labels[i] == labels[j]).sum() for i, j in pairs}
    assert found.chance == pytest.approx(np.mean(list(equal.values())))
    assert found.same_person == pytest.approx(np.mean([equal[i, j] for i, j in pairs if people[i] == people[j]]))
    assert 0 < found.agreement < 40


def test_equal_faces_agree_on_everything() -> None:
    labels = np.repeat([[True] * 40, [False] * 40], 11, axis=0)
    found = likeness(at_angles(*range(11), *range(180, 191)), np.full(22, -1), labels)
    assert found.agreement == 40 and found.chance == pytest.approx(40 * 10 / 21)
    assert list(found.as_json()["recall"]) == ["1", "5", "10"]


def test_true_pairs_are_found_that_are_more_alike_than_strangers_are() -> None:
    angles = np.radians([0, 5, 90, 120, 200, 201])
    vectors = np.stack([np.cos(angles), np.sin(angles)], 1).astype(np.float32)
    people = np.array([1, 1, 2, 2, 3, -1])  # two are 5 degrees apart, two 30; strangers 80 and more
    assert pairs_found(vectors, people) == 1
    assert pairs_found(vectors, np.array([1, 1, 2, 2, 3, 4])) == 0.5  # these two strangers are 1 degree apart
    assert pairs_found(vectors, np.arange(6)) == pairs_found(vectors, np.zeros(6, np.int64)) == 0
