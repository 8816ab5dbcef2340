import numpy as np
import pytest
from hypothesis import given, settings

from retrieval.answers.emptied import Dropped, Moved, dropped, moved
from retrieval.attributes import ATTRIBUTES
from retrieval.columns.columns import Columns
from retrieval.language.nodes import Query, mask
from retrieval.language.query import parse
from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, fill
from tests.retrieval.trees import queries, terms

N = 100


def faces() -> Columns:
    """40 men, of whom 5 are bald; 30 smile, all of them women; nobody wears a hat."""
    values = np.full((40, N), 0.2, np.float32)
    for name, members in {"Male": range(40), "Bald": range(5), "Smiling": range(60, 90)}.items():
        values[ATTRIBUTES.index(name), list(members)] = 0.8
    return Columns.from_probabilities(values, dict.fromkeys(ATTRIBUTES, 0.5))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Male AND Smiling", [("Smiling", "Male", 40), ("Male", "Smiling", 30)]),
        ("Male AND Smiling AND Bald", [("Smiling", "Male AND Bald", 5)]),
        ("Bald AND NOT Male", [("Bald", "NOT Male", 60), ("NOT Male", "Bald", 5)]),
        ("Bald AND (Bangs OR Smiling)", [("Bald", "Bangs OR Smiling", 30), ("Bangs OR Smiling", "Bald", 5)]),
        ("any(Male AND Wearing_Hat)", [("Wearing_Hat", "any(Male)", 40)]),
        ("Wearing_Hat AND Male AND Smiling", []),  # no one of them alone is to blame
        ("Wearing_Hat", []),
        ("Male", []),
        ("Male AND Bald", []),
    ],
)  # fmt: skip
def test_the_condition_that_leaves_no_face_is_named_with_what_there_is_without_it(
    query: str, found: list[tuple[str, str, int]]
):
    assert dropped(parse(query), faces()) == [Dropped(*one) for one in found]


@settings(max_examples=150, deadline=None)
@given(queries(terms(), most=8))
def test_what_is_promised_is_found(query: Query):
    columns = faces()
    for one in dropped(query, columns):
        assert not mask(query, columns).any()
        assert mask(parse(one.rest), columns).sum() == one.faces > 0


def test_a_query_of_many_terms_is_tried_in_time(library: Library):
    fill(library, [a_photo(f"/{at}", a_face(at)) for at in range(20)])
    assert library.dropped(" AND ".join(f"Male>.{at + 500}" for at in range(256))) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Male AND Smiling", []),  # who does not smile is far from it
        ("Smiling > 0.9", [("Smiling > 0.9", "Smiling >= 0.8", 30)]),
        ("Male > 0.95 AND Bald", [("Male > 0.95", "Male >= 0.8", 5)]),
        ("Male > 0.95 AND Smiling", []),
        ("Male < 0.1", [("Male < 0.1", "Male < 0.21", 60)]),
        ("NOT Male >= 0.1", [("NOT Male >= 0.1", "NOT Male >= 0.21", 60)]),
        ("NOT Smiling < 0.9", [("NOT Smiling < 0.9", "NOT Smiling < 0.8", 30)]),
        ("any(Smiling > 0.9)", []),
        ("Male", []),
    ],
)
def test_a_threshold_that_is_missed_by_little_is_named_with_how_far_it_moves(
    query: str, found: list[tuple[str, str, int]]
):
    assert [one._replace(rest="") for one in moved(parse(query), faces())] == [
        Moved(condition, instead, "", count) for condition, instead, count in found
    ]


@settings(max_examples=150, deadline=None)
@given(queries(terms(), most=8, quantified=False))
def test_a_moved_threshold_keeps_its_promise(query: Query):
    columns = faces()
    for one in moved(query, columns):
        assert not mask(query, columns).any()
        assert mask(parse(one.rest), columns).sum() == one.faces > 0
        assert one.instead.removeprefix("NOT ") in one.rest  # under a NOT of several it stands there without its own
