from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from classifiers.sets import celeba, explore
from classifiers.sets.celeba import Faces
from retrieval.attributes import ATTRIBUTES

MALE, YOUNG = ATTRIBUTES.index("Male"), ATTRIBUTES.index("Young")
some_labels = st.integers(2, 60).flatmap(lambda n: arrays(bool, (n, 40)))


@pytest.fixture
def labels() -> np.ndarray:
    """200 faces of chance, but Bald, which nobody is; Male and Young are opposites."""
    made = np.random.default_rng(3).random((200, 40)) < 0.4
    made[:, ATTRIBUTES.index("Bald")] = False
    made[:, MALE] = ~made[:, YOUNG]
    return made


def test_frequencies_come_the_commonest_first_with_their_imbalance(labels: np.ndarray) -> None:
    labels[:, YOUNG] = np.arange(200) < 150
    rows = explore.frequencies(labels)
    assert [row.positives for row in rows] == sorted((row.positives for row in rows), reverse=True)
    young = next(row for row in rows if row.attribute == "Young")
    assert (young.positives, young.share, young.imbalance) == (150, 0.75, 3.0)
    assert rows[-1] == ("Bald", 0, 0.0, None)


@settings(deadline=None)
@given(some_labels)
def test_phi_is_what_numpy_says_where_both_classes_are(labels: np.ndarray) -> None:
    phi = explore.correlations(labels)
    both = labels.any(0) & ~labels.all(0)
    assert np.allclose(phi, phi.T)
    assert (np.diag(phi) == 1).all()
    if both.sum() > 1:
        assert np.allclose(phi[np.ix_(both, both)], np.corrcoef(labels[:, both].T.astype(float)))
    others = ~both[:, None] & ~np.eye(40, dtype=bool)
    assert (phi[others] == 0).all()


@settings(deadline=None)
@given(some_labels)
def test_clustering_orders_every_attribute_once(labels: np.ndarray) -> None:
    assert sorted(explore.clustered(explore.correlations(labels)).tolist()) == list(range(40))


def test_what_goes_together_stands_together(labels: np.ndarray) -> None:
    labels[:, 7] = labels[:, 31]
    order = explore.clustered(explore.correlations(labels)).tolist()
    assert abs(order.index(7) - order.index(31)) == 1


def test_the_strongest_pair_is_named_with_its_sign(labels: np.ndarray) -> None:
    first, *others = explore.strongest(explore.correlations(labels), 20)
    assert first == ("Male", "Young", pytest.approx(-1))
    strengths = [abs(pair.phi) for pair in (first, *others)]
    assert strengths == sorted(strengths, reverse=True)
    assert len(strengths) == 20


def test_a_cross_table_counts_everybody_once(labels: np.ndarray) -> None:
    table = explore.crossed(labels, "Male", "Young")
    young = int(labels[:, YOUNG].sum())
    assert table.tolist() == [[0, young], [200 - young, 0]]


def test_people_are_counted_by_how_often_they_are_seen() -> None:
    assert explore.images_per_person(np.array([4, 4, 4, 7, 9, 9, 9, -1, -1])) == [(1, 1), (3, 2)]
    assert explore.images_per_person(np.full(5, -1)) == []


def test_examples_have_or_have_not_the_attribute_and_repeat_for_a_seed(celeba_folder: Path) -> None:
    faces = celeba.load(celeba_folder).faces
    chosen = explore.examples(faces, "Smiling", 5, seed=1)
    column = faces.labels[:, ATTRIBUTES.index("Smiling")]
    assert column[chosen.positive].all()
    assert not column[chosen.negative].any()
    again, other = (explore.examples(faces, "Smiling", 5, seed) for seed in (1, 2))
    assert again.positive.tolist() == chosen.positive.tolist()
    assert other.positive.tolist() != chosen.positive.tolist()


def test_examples_show_different_people_while_there_are() -> None:
    labels = np.ones((8, 40), bool)
    faces = Faces(Path(), tuple("abcdefgh"), labels, np.array([1, 1, 1, 1, 1, 2, 3, -1]))
    chosen = explore.examples(faces, "Male", 6, seed=0)
    assert {int(faces.identities[i]) for i in chosen.positive[:4]} == {1, 2, 3, -1}
    assert len(set(chosen.positive.tolist())) == 6
    assert len(chosen.negative) == 0
