import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.answers.estimate import expected
from retrieval.answers.thresholds import STEPS, distribution
from retrieval.attributes import ATTRIBUTES
from retrieval.columns import bits
from retrieval.columns.columns import Columns
from retrieval.language.nodes import And, Query, mask
from retrieval.language.query import parse

THRESHOLDS = dict.fromkeys(ATTRIBUTES, 0.37)
awkward = st.sampled_from([0.0, 1.0, 0.5, 0.25, *(np.float32(k / STEPS).item() for k in (1, 370, 830, 999))])
values = st.lists(st.one_of(awkward, st.floats(0, 1, width=32)), max_size=30)


def of(smiling: list[float]) -> Columns:
    dice = np.random.default_rng(len(smiling))
    probabilities = dice.random((len(ATTRIBUTES), len(smiling)), dtype=np.float32)
    probabilities[ATTRIBUTES.index("Smiling")] = smiling
    return Columns.from_probabilities(probabilities, THRESHOLDS)


def asked(condition: str, rest: str | None) -> Query:
    return parse(condition) if rest is None else And((parse(rest), parse(condition)))


@settings(deadline=None, max_examples=150)
@given(values, st.integers(0, STEPS), st.sampled_from([None, "Male", "NOT Male", "Male > 0.6 OR Young"]))
def test_every_threshold_finds_what_the_query_with_it_does(smiling: list[float], step: int, rest: str | None) -> None:
    columns = of(smiling)
    found = distribution(columns, None if rest is None else parse(rest), "Smiling")
    for condition, faces, right in (
        (f"Smiling > {step / STEPS!r}", found.above[step], found.right_above[step]),
        (f"Smiling <= {step / STEPS!r}", found.total - found.above[step], found.right_below[step]),
        (found.standard.condition, found.standard.faces, found.standard.right),
    ):
        tree = asked(condition, rest)
        assert faces == bits.count(tree.bits(columns)), condition
        confidence = tree.confidence(columns)
        hope = expected(confidence[mask(tree, columns)], confidence).precision
        assert right == pytest.approx((hope or 0) * faces, rel=1e-4, abs=1e-6), condition


def test_what_is_below_every_threshold_or_at_the_last_is_counted_too() -> None:
    found = distribution(of([0.0, 0.0, 1.0]), None, "Smiling")
    assert found.total == 3 and found.above[0] == 1 and found.above[STEPS] == 0
    assert found.threshold == 0.37 and found.standard == ("Smiling", 1, 1.0)


def test_of_many_blocks_no_face_is_lost() -> None:
    smiling = np.random.default_rng(3).random(150_001, dtype=np.float32)
    found = distribution(of(smiling.tolist()), None, "Smiling")
    assert found.above.tolist()[:1000:100] == [int((smiling > k / 10).sum()) for k in range(10)]
