from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval import lists, vectors
from retrieval.lists import Lists
from retrieval.vectors import Vectors

Floats = NDArray[np.float32]
COUNT = 6000


def people(dice: np.random.Generator, count: int = COUNT) -> Floats:
    """Ten faces of each person, whose looks come from 32 hidden numbers: neighbours that can be found and missed."""
    looks = dice.normal(size=(-(-count // 10), 32)).repeat(10, 0)[:count] + 0.6 * dice.normal(size=(count, 32))
    matrix = looks @ dice.normal(size=(32, 512))
    return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)


def train(sample: Floats, count: int) -> Floats:
    return sample[:: max(1, len(sample) // count)][:count]


@pytest.fixture(scope="module")
def matrix() -> Floats:
    return people(np.random.default_rng(0))


@pytest.fixture(scope="module")
def made(matrix: Floats) -> Lists:
    return lists.build(matrix, train)


def recall(found: list[list[int]], matrix: Floats, asked: list[int], allowed: NDArray[np.bool_]) -> float:
    hits = 0
    for ids, at in zip(found, asked, strict=True):
        nearest = np.flatnonzero(allowed)[np.argsort(-(matrix[allowed] @ matrix[at]))[:10]]
        hits += len(set(ids) & set(nearest.tolist()))
    return hits / (10 * len(asked))


@pytest.mark.parametrize("share", [1.0, 0.5, 0.1, 0.02])
@pytest.mark.parametrize("kind", ["random", "attribute"])
def test_ten_nearest_are_found_at_every_selectivity(
    matrix: Floats, made: Lists, share: float, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "ROWS", 30)
    monkeypatch.setattr(vectors, "DEEP", 1)
    dice = np.random.default_rng(7)
    asked = dice.choice(COUNT, 100, replace=False).tolist()
    height = dice.random(COUNT) if kind == "random" else matrix @ (matrix[3] - matrix[999])
    allowed = height >= np.quantile(height, 1 - share)
    index = Vectors(matrix, np.arange(COUNT), made)
    found = [index.search(matrix[at], 10, allowed) for at in asked]
    assert all(answer.recall is not None and answer.recall >= lists.RECALL for answer in found)
    assert (
        recall([answer.ids for answer in found], matrix, asked, allowed) >= 0.95
    )  # 1,000 neighbours of unseen filters


def test_not_everything_is_looked_at(matrix: Floats, made: Lists) -> None:
    near, _ = made.near(matrix[5], 10, None)
    assert 10 <= len(near) < COUNT / 2 and 5 in near


def test_where_the_near_lists_hold_no_match_it_looks_further(matrix: Floats, made: Lists) -> None:
    far = np.zeros(COUNT, np.bool_)
    far[np.argsort(matrix @ matrix[5])[:400]] = True
    near, _ = made.near(matrix[5], 60, far)
    assert len(near) >= 60 and far[near].all()


@pytest.mark.parametrize("matches", [0, 1, 9, 300])
def test_as_many_as_are_wanted_are_found_whenever_they_match(matrix: Floats, made: Lists, matches: int) -> None:
    allowed = np.zeros(COUNT, np.bool_)
    allowed[np.random.default_rng(1).choice(COUNT, matches, replace=False)] = True
    for wanted in (1, 50, COUNT):
        near, _ = made.near(matrix[0], wanted, allowed)
        assert len(near) >= min(wanted, matches) and len(set(near.tolist())) == len(near)


def test_every_face_is_in_one_list(matrix: Floats, made: Lists) -> None:
    assert sorted(made.order.tolist()) == list(range(COUNT)) and made.bounds[0] == 0 and made.bounds[-1] == COUNT
    assert (np.diff(made.bounds) > 0).all() and len(made.centroids) == len(made.bounds) - 1


def test_lists_are_kept_and_read_again(matrix: Floats, tmp_path: Path) -> None:
    first = lists.load(tmp_path, "one", matrix[:500], train)
    again = lists.load(tmp_path, "one", matrix[:500], lambda *_: pytest.fail("should not train again"))
    for field in ("centroids", "order", "bounds", "shares", "recalls"):
        np.testing.assert_array_equal(getattr(first, field), getattr(again, field))


@pytest.mark.parametrize("count", [1, 2, 11, 40])
def test_a_handful_of_faces_makes_lists_too(count: int) -> None:
    few = people(np.random.default_rng(2), count)
    near, _ = lists.build(few, train).near(few[0], count, None)
    assert sorted(near.tolist()) == list(range(count))
