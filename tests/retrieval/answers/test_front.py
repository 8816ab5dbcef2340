"""The first faces in one pass are those of a full sort, and so is what is expected of all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.answers import front, ranking
from retrieval.answers.estimate import expected
from retrieval.attributes import ATTRIBUTES
from retrieval.columns import bits
from retrieval.columns.columns import Columns
from retrieval.language.query import parse

QUERIES = [
    *("Smiling", "NOT Smiling", "Big_Nose AND NOT Eyeglasses", "Male OR Young", "Smiling > 0.9 AND Male <= 0.25"),
    *("Male AND NOT Male", "(Male OR Bald) AND NOT (Young OR Chubby)", "Smiling >= 0", "Smiling > 1"),
]


def columns(seed: int, n: int, steps: int) -> Columns:
    """Faces of which many are equally sure, the fewer `steps` there are."""
    values = np.random.default_rng(seed).integers(0, steps + 1, (len(ATTRIBUTES), n)) / steps
    return Columns.from_probabilities(values.astype(np.float32), dict.fromkeys(ATTRIBUTES, 0.5))


@given(
    seed=st.integers(0, 1000),
    n=st.integers(0, 300),
    steps=st.sampled_from([1, 2, 10, 10**6]),
    query=st.sampled_from(QUERIES),
    start=st.integers(0, 20),
    count=st.integers(1, 70),
)
@settings(deadline=None)
def test_the_first_in_one_pass_are_those_of_a_full_sort(
    seed: int, n: int, steps: int, query: str, start: int, count: int
) -> None:
    known, tree = columns(seed, n, steps), parse(query)
    words, confidence = tree.bits(known), tree.confidence(known)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(front, "BLOCK", 64)
        page, hope = front.front(known, tree, words, start, start + count)
    members = bits.positions(words, n)
    best = ranking.best_first(confidence[members], start + count)[start:]
    assert page.total == len(members)
    assert page.positions.tolist() == members[best].tolist()
    assert page.scores.tolist() == confidence[members][best].tolist()
    wanted = expected(confidence[members], confidence)
    meant = wanted if len(members) else wanted._replace(recall=hope.recall)
    assert [*hope] == [value if value is None else pytest.approx(value, rel=1e-5, abs=1e-6) for value in meant]


@pytest.mark.parametrize(
    ("query", "stop", "can"),
    [
        *[(query, 60, True) for query in QUERIES],
        *[
            ("any(Male)", 60, False),
            ('Male AND path:"x"', 60, False),
            ("faces > 1", 60, False),
        ],
        *[("Male", front.MOST + 1, False), ("Male", 0, False)],
    ],
)
def test_it_answers_queries_of_attributes_alone_and_few_faces(query: str, stop: int, can: bool) -> None:
    assert front.is_for(parse(query), stop) is can
