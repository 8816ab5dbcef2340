from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.likeness import sketches, vectors
from retrieval.likeness.sketches import Sketches
from retrieval.likeness.vectors import Vectors

Floats = NDArray[np.float32]
COUNT = 6000


def people(dice: np.random.Generator, count: int = COUNT) -> Floats:
    """Ten faces of each person, whose looks come from 32 hidden numbers: neighbours that can be found and missed."""
    looks = dice.normal(size=(-(-count // 10), 32)).repeat(10, 0)[:count] + 0.6 * dice.normal(size=(count, 32))
    matrix = looks @ dice.normal(size=(32, 512))
    return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)


def built(matrix: Floats) -> Sketches:
    return sketches.measured(*sketches.sketched(matrix), matrix)


@pytest.fixture(scope="module")
def matrix() -> Floats:
    return people(np.random.default_rng(0))


@pytest.fixture(scope="module")
def made(matrix: Floats) -> Sketches:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sketches, "ROWS", 100)  # bands down to 1/64
        patch.setattr(sketches, "LEAST", 10)
        return built(matrix)


def recall(found: list[list[int]], matrix: Floats, asked: list[int], allowed: NDArray[np.bool_]) -> float:
    hits = 0
    for ids, at in zip(found, asked, strict=True):
        nearest = np.flatnonzero(allowed)[np.argsort(-(matrix[allowed] @ matrix[at]))[:10]]
        hits += len(set(ids) & set(nearest.tolist()))
    return hits / (10 * len(asked))


@pytest.mark.parametrize("share", [1.0, 0.5, 0.1, 0.05])
@pytest.mark.parametrize("kind", ["random", "attribute"])
def test_ten_nearest_are_found_at_every_selectivity(
    matrix: Floats, made: Sketches, share: float, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "ROWS", 30)
    monkeypatch.setattr(vectors, "DEEP", 1)
    dice = np.random.default_rng(7)
    asked = dice.choice(COUNT, 100, replace=False).tolist()
    height = dice.random(COUNT) if kind == "random" else matrix @ (matrix[3] - matrix[999])
    allowed = height >= np.quantile(height, 1 - share)
    index = Vectors(matrix, np.arange(COUNT), made)
    found = [index.search(matrix[at], 10, allowed) for at in asked]
    assert all(answer.recall is not None and answer.recall >= sketches.RECALL for answer in found)
    # 1,000 neighbours of unseen filters
    assert recall([answer.ids for answer in found], matrix, asked, allowed) >= 0.95


def test_few_are_compared_and_all_of_them_match(matrix: Floats, made: Sketches) -> None:
    allowed = np.arange(COUNT) % 2 == 0
    near, _ = made.near(matrix[5], 10, COUNT // 2, allowed)
    assert near is not None and 10 <= len(near) < COUNT / 10 and allowed[near].all()
    near, _ = made.near(matrix[5], 10, COUNT, None)
    assert near is not None and 5 in near


@pytest.mark.parametrize("matches", [0, 1, 9, 300, 3000])
def test_as_many_as_are_wanted_are_found_whenever_they_match(
    matrix: Floats, made: Sketches, matches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "ROWS", 0)
    allowed = np.zeros(COUNT, np.bool_)
    allowed[np.random.default_rng(1).choice(COUNT, matches, replace=False)] = True
    index = Vectors(matrix, np.arange(COUNT), made)
    for wanted in (1, 50, COUNT):
        ids = index.search(matrix[0], wanted, allowed).ids
        assert len(set(ids)) == len(ids) == min(wanted, matches) and allowed[ids].all()


def test_what_sketches_cannot_tell_apart_is_compared_by_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "ROWS", 30)
    monkeypatch.setattr(sketches, "MOST", 300)
    dice = np.random.default_rng(0)
    noise = people(dice, 1)[0] + 1e-3 * dice.normal(size=(2000, 512))  # one face, 2,000 times
    matrix = (noise / np.linalg.norm(noise, axis=1, keepdims=True)).astype(np.float32)
    answer = Vectors(matrix, np.arange(2000), built(matrix)).search(matrix[3], 10)
    assert answer.recall is None and answer.ids == np.argsort(-(matrix @ matrix[3]))[:10].tolist()


def test_sketches_are_kept_and_read_again(matrix: Floats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = sketches.load(tmp_path, "one", matrix[:500])
    monkeypatch.setattr(sketches, "sketched", lambda *_: pytest.fail("should not be made again"))
    again = sketches.load(tmp_path, "one", matrix[:500])
    for kept, read in zip(first.depths, again.depths, strict=True):
        np.testing.assert_array_equal(kept, read)
    for made in (first, again):
        near, _ = made.near(matrix[7], 10, 500, None)
        assert near is not None and 7 in near


@pytest.mark.parametrize("count", [1, 2, 11, 40])
def test_a_handful_of_faces_has_sketches_too(count: int) -> None:
    few = people(np.random.default_rng(2), count)
    assert Vectors(few, np.arange(count), built(few)).search(few[0], count).ids[0] == 0


def test_a_damaged_row_is_never_found_and_harms_no_other(matrix: Floats, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "ROWS", 30)
    broken = matrix.copy()
    broken[4] = np.nan
    ids = Vectors(broken, np.arange(COUNT), built(broken)).search(matrix[5], 10).ids
    assert 4 not in ids and len(ids) == 10 and ids[0] == 5
