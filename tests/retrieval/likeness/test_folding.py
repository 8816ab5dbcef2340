from collections.abc import Hashable

import numpy as np
import pytest

from retrieval.likeness import folding
from retrieval.likeness.folding import SAME, folded, groups
from retrieval.likeness.vectors import Vectors
from tests.retrieval.made import vector


def near(row: np.ndarray, seed: int, cosine: float) -> np.ndarray:
    other = vector(seed) - row * (row @ vector(seed))
    return (cosine * row + np.sqrt(1 - cosine**2) * other / np.linalg.norm(other)).astype(np.float32)


def burst(count: int = 90, times: int = 3) -> np.ndarray:
    """Each face and `times` - 1 photographs of the same second."""
    rows = [near(vector(seed), 1000 + seed * 10 + at, 0.995) for seed in range(count) for at in range(times)]
    return np.stack(rows)


@pytest.mark.parametrize("k", [1, 7, 60, 90, 200])
def test_as_many_groups_are_found_as_there_are(k: int):
    vectors = Vectors(burst(), np.arange(270, dtype=np.int64))
    found, counts = folded(lambda n: vectors.search(vector(4), n), k, vectors, lambda ids: list(ids))
    assert len(found.ids) == len(counts) == min(k, 90)
    assert len({face // 3 for face in found.ids}) == len(found.ids) and found.ids[0] // 3 == 4
    assert found.cosines == sorted(found.cosines, reverse=True) and max(counts) == 3
    if k >= 90:
        assert counts == [3] * 90


def test_faces_are_folded_by_likeness_or_by_their_bytes():
    rows = np.stack(
        [vector(0), near(vector(0), 5, SAME + 0.005), near(vector(0), 6, SAME - 0.005), vector(1), vector(1)]
    )
    alone: list[Hashable] = ["a", "b", "c", "d", "e"]
    assert grouped(rows, alone) == [0, 0, 1, 2, 2]
    assert grouped(rows, ["a", "b", "a", "d", "e"]) == [0, 0, 0, 1, 1]
    assert grouped(rows[:0], []) == []


def grouped(rows: np.ndarray, sources: list[Hashable]) -> list[int]:
    return groups(rows, np.arange(len(rows)), sources)


def one_by_one(rows: np.ndarray, sources: list[Hashable]) -> list[int]:
    """By the definition: each face with every first face before it."""
    leaders: list[int] = []
    known: dict[Hashable, int] = {}
    group = []
    for at, source in enumerate(sources):
        alike = [number for number, leader in enumerate(leaders) if rows[leader] @ rows[at] >= SAME]
        found = known.get(source, alike[0] if alike else len(leaders))
        if found == len(leaders):
            leaders.append(at)
        known[source] = found
        group.append(found)
    return group


@pytest.mark.parametrize("most", [4, 10_000])
@pytest.mark.parametrize("spread", [0.02, 0.14, 0.3])
def test_blocks_and_few_numbers_give_what_comparing_one_by_one_gives(
    spread: float, most: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(folding, "BLOCK", 64)
    monkeypatch.setattr(folding, "PAIRS", most)
    dice = np.random.default_rng(5)
    rows = dice.normal(size=(30, 512)).repeat(20, axis=0) + spread * dice.normal(size=(600, 512))
    rows = (dice.permutation(rows) / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    sources: list[Hashable] = dice.integers(0, 900, 600).tolist()
    assert grouped(rows, sources) == one_by_one(rows, sources)


def test_faces_in_few_directions_and_one_that_is_broken_are_folded_too(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(folding, "BLOCK", 8)
    rows = np.concatenate([burst(20, 2), np.full((1, 512), np.nan, np.float32), burst(20, 2)])
    assert grouped(rows, list(range(81))) == [at // 2 for at in range(40)] + [20] + [at // 2 for at in range(40)]


def test_an_empty_answer_folds_into_nothing():
    vectors = Vectors(np.empty((0, 512), np.float32), np.empty(0, np.int64))
    found, counts = folded(lambda n: vectors.search(vector(4), n), 5, vectors, lambda ids: list(ids))
    assert found.ids == counts == []
