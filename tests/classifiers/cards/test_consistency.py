import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.cards.consistency import MOST, REFUSED, RULES, consistent, contradictions
from retrieval.attributes import ATTRIBUTES

HALF = (0.5,) * 40
SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed: int) -> tuple[np.ndarray, list[tuple[float, ...]]]:
    """Some rows of eighths, so that many are equal to each other and to thresholds, and two sets of thresholds."""
    random = np.random.default_rng(seed)
    rows = (random.integers(0, 9, (20, 40)) / 8).astype(np.float32)
    return rows, [tuple(random.random(40).tolist()), tuple((random.integers(1, 9, 40) / 8).tolist())]


def faces(**probabilities: float) -> np.ndarray:
    row = np.full((1, 40), 0.01, np.float32)
    for name, value in probabilities.items():
        row[0, ATTRIBUTES.index(name)] = value
    return row


def test_a_bald_face_with_bangs_is_a_contradiction() -> None:
    broken = contradictions(faces(Bald=0.9, Bangs=0.8, Smiling=0.9) >= 0.5)
    assert [rule.name for rule, is_broken in zip(RULES, broken[0], strict=True) if is_broken] == ["Bald AND Bangs"]


def test_the_weaker_of_two_words_is_put_just_below_its_threshold() -> None:
    kept = consistent(faces(Bald=0.9, Bangs=0.8, Smiling=0.9), [HALF])
    assert (kept[0, [ATTRIBUTES.index(name) for name in ("Bald", "Smiling")]] == np.float32(0.9)).all()
    bangs = kept[0, ATTRIBUTES.index("Bangs")]
    assert bangs < 0.5 and bangs == pytest.approx(0.5, abs=1e-6)


def test_weaker_is_meant_by_the_words_own_threshold() -> None:
    cuts = np.full(40, 0.5)
    cuts[ATTRIBUTES.index("Bald")] = 0.1  # 0.45 is far above it, 0.6 is not far above one half
    decided = consistent(faces(Bald=0.45, Bangs=0.6), [tuple(cuts)]) >= cuts
    assert decided[0, ATTRIBUTES.index("Bald")] and not decided[0, ATTRIBUTES.index("Bangs")]


@given(SEEDS)
def test_no_decision_contradicts_itself_at_any_of_the_thresholds(seed: int) -> None:
    rows, sets = drawn(seed)
    kept = consistent(rows, sets)
    assert not any(contradictions(kept >= np.array(cuts)).any() for cuts in sets)
    assert (kept <= rows).all() and (kept >= 0).all()


@given(SEEDS, st.floats(0, 1))
def test_a_contradiction_is_never_added_at_other_thresholds_either(seed: int, cut: float) -> None:
    rows, sets = drawn(seed)
    assert not (contradictions(consistent(rows, sets) >= cut) & ~contradictions(rows >= cut)).any()


@given(SEEDS)
def test_rows_without_a_contradiction_are_left_as_they_are(seed: int) -> None:
    rows = drawn(seed)[0] ** 4  # few are above one half
    whole = ~contradictions(rows >= 0.5).any(1)
    assert (consistent(rows, [HALF])[whole] == rows[whole]).all()
    assert whole.any() and not whole.all()


def test_what_is_given_is_not_written_into() -> None:
    rows = faces(Bald=0.9, Bangs=0.8)
    consistent(rows, [HALF])
    assert rows[0, ATTRIBUTES.index("Bangs")] == np.float32(0.8)


def test_rules_are_those_the_labels_nearly_never_break() -> None:
    assert all(rule.lift <= MOST for rule in RULES) and all(rule.lift > MOST for rule in REFUSED)
    assert len({rule.name for rule in (*RULES, *REFUSED)}) == len(RULES) + len(REFUSED)
