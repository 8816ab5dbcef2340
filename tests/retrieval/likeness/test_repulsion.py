import numpy as np
import pytest

from retrieval.likeness import repulsion as module
from retrieval.likeness.repulsion import repulsion


@pytest.mark.parametrize("spread", [0.5, 5.0, 60.0])
def test_the_grid_says_what_all_pairs_say(spread: float, monkeypatch: pytest.MonkeyPatch) -> None:
    places = (spread * np.random.default_rng(1).normal(size=(600, 2))).astype(np.float32)
    on_grid, near_on_grid = repulsion(places)
    monkeypatch.setattr(module, "FEW", 1000)
    exact, near = repulsion(places)
    assert np.corrcoef(on_grid.ravel(), exact.ravel())[0, 1] > 0.98
    assert abs(near_on_grid / near - 1) < 0.1


def test_points_push_each_other_away_and_all_together_nowhere() -> None:
    pushed, _ = repulsion(np.array([[0, 0], [1, 0]], np.float32))
    assert pushed[0, 0] < 0 < pushed[1, 0] and abs(pushed.sum()) < 1e-6
