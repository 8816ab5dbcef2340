from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.likeness import vectors
from retrieval.likeness.vectors import Nearest, Vectors
from tests.retrieval.made import vector

POOL = np.stack([vector(seed) for seed in range(40)] + [-vector(0)])
NEAR = POOL[:8] + np.float32(1e-4) * POOL[8:16]
POOL = np.concatenate([POOL, NEAR / np.linalg.norm(NEAR, axis=1, keepdims=True)]).astype(np.float32)

NEAR_ONE = POOL[1][None] + np.float32(1e-6) * POOL[2:7]
NEAR_ONE /= np.linalg.norm(NEAR_ONE, axis=1, keepdims=True)


WAYS = ("read", "filtered", "selected")


def made(matrix: NDArray[np.float32]) -> Vectors:
    return Vectors(matrix, np.arange(len(matrix), dtype=np.int64) * 3 + 5)


def search(way: str, matrix: NDArray[np.float32], query: NDArray[np.float32], k: int, allowed: Any = None) -> Nearest:
    """Asks in that way however few the faces are."""
    with pytest.MonkeyPatch.context() as patch:
        if way != "read":
            for name, value in {"ROWS": 0, "FEW": 10**6, "DEEP": 1, "MANY": 10**6 if way == "filtered" else 0}.items():
                patch.setattr(vectors, name, value)
        index = made(matrix)
        index.search(POOL[0], 1)  # the second question is the one that scans
        found = index.search(query, k, allowed)
        assert way == "read" or not found.ids or index._scan is not None
        return found


def brute_force(matrix: Any, query: Any, k: int, allowed: Any) -> tuple[list[int], list[float]]:
    direction = query / np.linalg.norm(query.astype(np.float64))
    cosines = (matrix.astype(np.float64) * direction).sum(axis=1).clip(-1, 1).astype(np.float32)
    ranked = sorted((-cosine, at) for at, cosine in enumerate(cosines.tolist()) if allowed is None or allowed[at])
    return [3 * at + 5 for _, at in ranked[:k]], [-cosine for cosine, _ in ranked[:k]]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_similar_equals_brute_force_numpy(data: st.DataObject):
    compare_with_brute_force(data)


@pytest.mark.fault
@settings(max_examples=2000, deadline=None)
@given(st.data())
def test_similar_equals_brute_force_numpy_often(data: st.DataObject):
    compare_with_brute_force(data)


def compare_with_brute_force(data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(POOL) - 1), max_size=80))  # with many exact ties
    matrix = POOL[rows].reshape(-1, 512)
    allowed = data.draw(st.none() | st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)).map(np.array))
    allowed = allowed if allowed is None else allowed.astype(np.bool_)
    k = data.draw(st.integers(0, 100))
    way = data.draw(st.sampled_from(WAYS))
    query = POOL[data.draw(st.integers(0, len(POOL) - 1))] * np.float32(data.draw(st.sampled_from([1, 0.01, 30])))
    ids, cosines, _ = search(way, matrix, query, k, allowed)
    expected, similarities = brute_force(matrix, query, k, allowed)
    assert ids == expected
    np.testing.assert_allclose(cosines, similarities, atol=1e-5)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("k", [1, 3, 10, 64, 65])
def test_of_many_equal_faces_the_first_numbers_are_found(k: int, way: str):
    matrix = np.concatenate([POOL[[1] * 60], NEAR_ONE, POOL[[1] * 60], POOL[[2] * 3]])
    for query in (POOL[1], NEAR_ONE[0], (POOL[1] + POOL[2]) / 2, (POOL[1] + 2 * POOL[2]) / 3):
        for allowed in (None, np.arange(len(matrix)) % 7 > 0):
            assert search(way, matrix, query, k, allowed).ids == brute_force(matrix, query, k, allowed)[0]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("share", [0.0, 0.001, 0.01, 0.049, 0.051, 0.5, 1.0])
def test_narrow_and_wide_filters_are_exact(share: float, way: str):
    dice = np.random.default_rng(3)
    matrix = dice.normal(size=(3000, 512)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    allowed = dice.random(3000) < share
    for k in (1, 50, 3001):
        assert search(way, matrix, matrix[7], k, allowed).ids == brute_force(matrix, matrix[7], k, allowed)[0]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("k", [0, 1, 12, 13, 10_000])
@pytest.mark.parametrize("count", [0, 12])
@pytest.mark.parametrize("allowed", ["all", "none", "some", "unfiltered"])
def test_no_minus_one_and_no_numpy_scalar_leaves_vectors(k: int, count: int, allowed: str, way: str):
    masks = {"all": np.ones(count, np.bool_), "none": np.zeros(count, np.bool_), "some": np.arange(count) % 3 == 0}
    mask = masks.get(allowed)
    ids, cosines, _ = search(way, POOL[:count], POOL[3], k, mask)
    assert len(ids) == len(cosines) == min(k, count if mask is None else int(mask.sum()))
    assert all(type(face) is int and face >= 5 for face in ids) and all(type(cosine) is float for cosine in cosines)
    assert all(-1 <= cosine <= 1 for cosine in cosines) and len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    "query",
    [
        np.full(512, np.nan, np.float32),
        np.where(np.arange(512) == 7, np.inf, vector(1)).astype(np.float32),
        np.zeros(512, np.float32),
        vector(1)[:511],
        np.zeros((1, 512), np.float32),
        vector(1).astype(np.float64),
    ],
)
def test_a_query_that_is_no_direction_is_refused(query: NDArray[np.float32]):
    with pytest.raises(ValueError, match="embedding"):
        made(POOL).search(query, 5)


def test_a_negative_k_and_a_mask_of_other_faces_are_refused():
    for k, allowed in ((-1, None), (1, np.ones(3, np.bool_))):
        with pytest.raises(ValueError):
            made(POOL).search(vector(1), k, allowed)


@pytest.mark.parametrize("way", WAYS)
def test_a_broken_vector_in_the_index_is_never_found(way: str):
    matrix = POOL[:20].copy()
    matrix[4] = np.nan
    for k in (1, 5, 20):
        ids = search(way, matrix, POOL[4], k).ids
        assert 4 * 3 + 5 not in ids and len(ids) == min(k, 19)


def test_the_first_question_is_answered_without_a_scan(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(vectors, "ROWS", 10)
    index = made(np.tile(POOL, (8, 1)))
    first = index.search(POOL[3], 3)
    assert index._scan is None and index.search(POOL[3], 3) == first and index._scan is not None


def test_rows_are_had_by_the_numbers_of_their_faces():
    index = made(POOL)
    np.testing.assert_array_equal(index.matrix[index.positions([11, 5])], POOL[[2, 0]])
