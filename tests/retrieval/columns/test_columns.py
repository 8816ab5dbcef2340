import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.columns.columns import Photographs
from retrieval.columns.paths import Paths

seeds = st.integers(0, 2**32 - 1)


def of(photos: list[int]) -> Photographs:
    """Photographs are counted from 0 without a gap."""
    numbers = np.unique(np.array(photos, np.int64), return_inverse=True)[1].astype(np.int64)
    return Photographs.of(numbers, Paths.of([b""] * len(set(photos))))


def check(photos: list[int], seed: int) -> None:
    photographs, dice = of(photos), np.random.default_rng(seed)
    holds, values = dice.random(len(photos)) < 0.4, dice.choice([0.0, 1e-9, 0.25, 0.5, 1.0], len(photos))
    mine = [[other for other, photo in enumerate(photos) if photo == own] for own in photos]
    others = [[other for other in family if other != at] for at, family in enumerate(mine)]
    assert photographs.any(holds).tolist() == [holds[family].any() for family in mine]
    assert photographs.only(holds).tolist() == [
        holds[at] and not holds[family].any() for at, family in enumerate(others)
    ]
    assert photographs.product(values).tolist() == pytest.approx([values[family].prod() for family in mine])
    assert photographs.product_of_others(values).tolist() == pytest.approx([values[rest].prod() for rest in others])


@settings(deadline=None)
@given(st.lists(st.integers(1, 4), max_size=6), seeds)
def test_faces_that_follow_one_another_are_put_together(sizes: list[int], seed: int):
    photos = [-at for at, size in enumerate(sizes) for _ in range(size)]  # the last photograph's path comes first
    check(photos, seed)
    assert of(photos).together.faces is None


@settings(deadline=None)
@given(st.lists(st.integers(0, 4), max_size=16), seeds)
def test_so_are_faces_that_lie_anywhere(photos: list[int], seed: int):
    check(photos, seed)
    assert of([0, 1, 0]).together.faces is not None


def test_a_photograph_may_have_more_faces_than_a_byte_counts():
    assert not of([0] * 257 + [1]).only(np.ones(258, np.bool_))[:257].any()
