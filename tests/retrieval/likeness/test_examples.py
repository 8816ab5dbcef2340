import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import ContradictoryExamples
from retrieval.likeness import examples
from retrieval.likeness.examples import BETA, Examples
from retrieval.likeness.vectors import Vectors
from tests.retrieval.made import vector

MATRIX = np.stack([vector(seed) for seed in range(60)])
MATRIX[30:] = MATRIX[:30] + np.float32(0.7) * MATRIX[30:]
MATRIX /= np.linalg.norm(MATRIX, axis=1, keepdims=True)
VECTORS = Vectors(MATRIX, np.arange(60, dtype=np.int64))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_examples_rank_as_their_definition_says(data: st.DataObject):
    like, unlike = (data.draw(st.lists(st.integers(0, 59), min_size=least, max_size=3)) for least in (1, 0))
    asked = Examples.of([MATRIX[at] * 3 for at in like], [MATRIX[at] for at in unlike])
    towards = MATRIX[like].mean(axis=0) - (BETA * MATRIX[unlike].mean(axis=0) if unlike else 0)
    expected = np.argsort(-(MATRIX @ towards), kind="stable")[:20]
    found = VECTORS.search(asked.direction(), 20).ids
    np.testing.assert_allclose(MATRIX[found] @ towards, MATRIX[expected] @ towards, atol=1e-6)


def test_a_negative_sends_its_like_further_down():
    plain, asked = Examples.of([MATRIX[0]]), Examples.of([MATRIX[0]], [MATRIX[30]])
    places = [VECTORS.search(question.direction(), 60).ids.index(30) for question in (plain, asked)]
    assert places[0] == 1 and places[1] >= 1
    far = Examples.of([MATRIX[0]], [MATRIX[9]])
    assert VECTORS.search(far.direction(), 60).ids[-1] == 9


def test_examples_that_cancel_one_another_are_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(examples, "BETA", 1.0)
    for asked in (Examples.of([MATRIX[0]], [MATRIX[0]]), Examples.of([MATRIX[0], -MATRIX[0]])):
        with pytest.raises(ContradictoryExamples, match="cancel"):
            asked.direction()


@pytest.mark.parametrize("bad", [np.zeros(512, np.float32), np.full(512, np.nan, np.float32), MATRIX[0][:5]])
def test_an_example_that_is_no_direction_is_refused(bad: np.ndarray):
    for like, unlike in (([bad], []), ([MATRIX[0]], [bad])):
        with pytest.raises(ValueError, match="embedding"):
            Examples.of(like, unlike)
    with pytest.raises(ValueError, match="no face"):
        Examples.of([])
