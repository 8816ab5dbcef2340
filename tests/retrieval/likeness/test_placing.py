import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.likeness import placing
from retrieval.likeness.placing import added, placed
from tests.retrieval.made import vector

GROUPS, EACH = 6, 25


def crowd(seed: int = 0) -> NDArray[np.float32]:
    """float32[150, 512]: six groups of vectors that are alike, one group after another."""
    dice = np.random.default_rng(seed)
    made = np.stack([vector(group) for group in range(GROUPS)]).repeat(EACH, axis=0)
    made = made + 0.02 * dice.normal(size=made.shape)
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def own(group: int) -> slice:
    return slice(group * EACH, (group + 1) * EACH)


def test_the_same_vectors_always_lie_in_the_same_places() -> None:
    first, second = placed(crowd()), placed(crowd())
    assert (first.at == second.at).all() and (first.apart == second.apart).all()


def test_likes_lie_together_and_others_apart() -> None:
    at = placed(crowd()).at
    apart = np.linalg.norm(at[:, None] - at, axis=2)
    np.fill_diagonal(apart, np.inf)
    nearest = np.argsort(apart, axis=1)[:, :10] // EACH
    assert (nearest == (np.arange(len(at)) // EACH)[:, None]).mean() > 0.99


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 7])
def test_few_vectors_have_places_too(count: int) -> None:
    found = placed(crowd()[: count * EACH : EACH][:count] if count < 7 else crowd()[:7])
    assert np.isfinite(found.at).all() and not found.lacking.any()


def test_equal_vectors_have_places_and_are_not_apart() -> None:
    found = placed(np.repeat(vector(1)[None], 30, axis=0))
    assert np.isfinite(found.at).all() and found.apart.max() < 1e-5


def test_a_new_vector_is_placed_among_its_likes_and_nobody_moves() -> None:
    vectors, chosen = crowd(), np.array([3, 40, 77, 149])
    known = placed(vectors)
    before = known.at.copy()
    known.at[chosen], known.apart[chosen] = np.nan, np.nan
    found = added(vectors, known, chosen)
    for face, at in zip(chosen.tolist(), found.at, strict=True):
        centres = [np.nanmean(before[own(group)], axis=0) for group in range(GROUPS)]
        assert np.argmin([np.linalg.norm(at - centre) for centre in centres]) == face // EACH
    assert np.array_equal(known.at[:3], before[:3])


def test_what_is_unlike_all_others_is_said_to_be_apart() -> None:
    vectors = crowd()
    vectors[70] = vector(99)
    assert placed(vectors).apart.argmax() == 70


def test_a_damaged_vector_has_no_place_and_is_not_looked_for_again() -> None:
    vectors = crowd()
    vectors[5] = np.nan
    found = placed(vectors)
    assert np.isnan(found.at[5]).all() and not found.lacking.any() and np.isfinite(np.delete(found.at, 5, 0)).all()


def test_more_than_are_unfolded_together_are_placed_by_their_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "MOST", 100)
    found = placed(crowd())
    centres = np.stack([np.median(found.at[own(group)], axis=0) for group in range(GROUPS)])
    nearest = np.linalg.norm(found.at[:, None] - centres, axis=2).argmin(axis=1)
    assert (nearest == np.arange(len(found.at)) // EACH).mean() > 0.95


def test_progress_rises_to_nearly_all_and_may_end_the_work() -> None:
    told: list[float] = []
    placed(crowd(), told.append)
    assert told == sorted(told) and 0 <= told[0] < 0.5 and 0.9 < told[-1] <= 1

    def stop(share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        placed(crowd(), stop)
