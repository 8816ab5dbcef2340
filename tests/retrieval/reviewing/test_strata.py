import numpy as np
import pytest

from retrieval.reviewing import strata
from retrieval.reviewing.strata import Drawn, cut, order


def certainties(n: int, seed: int = 0) -> strata.Floats:
    return np.random.default_rng(seed).beta(0.2, 1, n)


def test_every_prefix_of_the_order_is_a_stratified_sample():
    drawn = Drawn.of(certainties(5000), strata.MISSES, 400, seed=1)
    for n in (1, 7, 50, 200, 400):
        counted = np.bincount(drawn.stratum[:n], minlength=len(drawn.strata))
        assert counted.max() - counted.min() <= 1


def test_the_strata_rise_in_certainty_and_hold_every_face_once():
    p = certainties(5000)
    drawn = Drawn.of(p, strata.HITS, 400, seed=1)
    means = [stratum.certainty for stratum in drawn.strata]
    assert means == sorted(means) and sum(stratum.faces for stratum in drawn.strata) == 5000
    assert len(set(drawn.positions.tolist())) == 400 and (drawn.certainty == p[drawn.positions]).all()


def test_faces_of_which_the_model_is_sure_take_few_of_the_judgements():
    """By plain chance, of 50 faces 5 would be none of the surest."""
    p = np.concatenate([np.full(900, 0.001), np.full(100, 0.4)])
    drawn = Drawn.of(p, strata.MISSES, 50, seed=1)
    assert (drawn.certainty > 0.1).sum() >= 20


def test_the_same_seed_draws_the_same_faces_and_another_one_others():
    p = certainties(1000)
    one, same, other = (Drawn.of(p, strata.HITS, 50, seed).positions.tolist() for seed in (1, 1, 2))
    assert one == same != other


@pytest.mark.parametrize("n", [0, 1, 2, 5, 9])
def test_few_faces_are_all_drawn(n: int):
    drawn = Drawn.of(certainties(n), strata.HITS, 400, seed=1)
    assert sorted(drawn.positions.tolist()) == list(range(n))


def test_equally_certain_faces_are_drawn_by_chance_alone():
    picked = np.zeros(40)
    for seed in range(300):
        picked[order(cut(np.full(40, 0.7), strata.HITS), 10, np.random.default_rng(seed))] += 1
    assert picked.min() > 40 and picked.max() < 120  # 75 of 300 each
