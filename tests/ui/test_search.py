"""A search as a URL, and what a click makes of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.attributes import ATTRIBUTES
from retrieval.errors import QueryError
from retrieval.nodes import Columns
from retrieval.query import parse
from tests.retrieval.trees import queries, terms
from ui.search import LARGEST, Search, chosen, corrected, named, narrowed, offers

FACES = Columns.from_probabilities(
    np.random.default_rng(0).random((40, 200), np.float32), dict.fromkeys(ATTRIBUTES, 0.5)
)
searches = st.builds(
    Search,
    query=st.text(),
    sort=st.sampled_from(["confidence", "path", "added"]),
    page=st.integers(1, LARGEST),
    like=st.none() | st.integers(1, LARGEST),
    within=st.booleans(),
)


@given(searches)
def test_a_search_survives_its_url(search: Search) -> None:
    assert Search.from_params(search.params()) == search


def test_a_plain_search_has_a_plain_url() -> None:
    assert Search().params() == {}
    assert Search("Smiling").params() == {"q": "Smiling"}


@given(st.dictionaries(st.sampled_from(["q", "sort", "page", "like", "within", "x"]), st.text()))
def test_any_url_means_some_search(params: dict[str, str]) -> None:
    search = Search.from_params(params)
    assert search.page >= 1 and (search.like is None or search.like >= 1)


@given(queries(terms(), 8, quantified=False), st.sampled_from(ATTRIBUTES), st.booleans())
def test_narrowing_is_and(query: object, name: str, wanted: bool) -> None:
    before, text = query.mask(FACES), str(query)  # type: ignore[attr-defined]
    if name in chosen(text):
        return
    term = parse(name if wanted else f"NOT {name}").mask(FACES)
    assert (parse(narrowed(text, name, wanted)).mask(FACES) == (before & term)).all()


@given(queries(terms(), 8, quantified=False), st.sampled_from(ATTRIBUTES), st.booleans())
def test_narrowing_twice_is_not_at_all(query: object, name: str, wanted: bool) -> None:
    if name not in chosen(str(query)):
        assert narrowed(narrowed(str(query), name, wanted), name, wanted) == str(query)


@pytest.mark.parametrize(
    ("query", "name", "wanted", "after"),
    [
        ("", "Male", True, "Male"),
        ("  ", "Male", False, "NOT Male"),
        ("Male", "Male", True, ""),
        ("Male", "Male", False, "NOT Male"),
        ("smiling bald", "Male", False, "Smiling AND Bald AND NOT Male"),
        ("Male OR Bald", "Young", True, "(Male OR Bald) AND Young"),
        ("(Male OR Bald) AND Young", "Young", True, "Male OR Bald"),
        ("Male > 0.9", "Male", True, "Male > 0.9 AND Male"),
    ],
)
def test_what_one_click_makes_of_a_query(query: str, name: str, wanted: bool, after: str) -> None:
    assert narrowed(query, name, wanted) == after


def test_the_conditions_of_a_query_are_known() -> None:
    assert chosen("Male AND NOT Bald AND (Young OR Smiling) AND Chubby > 0.5") == {"Male": True, "Bald": False}
    assert named("Male AND NOT (Bald OR Young > 0.3)") == {"Male", "Bald", "Young"}
    assert (chosen(""), named(" ")) == ({}, set())


@pytest.mark.parametrize(
    ("query", "after"),
    [
        ("Male AND NOT Eyeglases", "Male AND NOT Eyeglasses"),
        ("Eyeglases > 0.5 AND Male", "Eyeglasses > 0.5 AND Male"),
        ("big nse AND Male", "Big_Nose AND Male"),
        ("(Smilling)", "(Smiling)"),
        ("female AND Smiling", "NOT Male AND Smiling"),
        ("Smiling > 90", "Smiling > 0.9"),
        ("male pth:*.jpg bald", "male path:*.jpg bald"),
        ('file: "a b" male', 'path: "a b" male'),
        ("anny(male)", "any(male)"),
        ("male AND face = 2", "male AND faces = 2"),
        ("faces == 2", "faces = 2"),
    ],
)
def test_the_first_suggestion_mends_the_query(query: str, after: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse(query)
    assert corrected(raised.value, raised.value.suggestions[0]) == after
    parse(after)


@pytest.mark.parametrize(
    ("query", "after"),
    [
        ("smiling && male", "smiling AND male"),
        ("male -smiling", "male NOT smiling"),
        ("smiling = 0.9", "smiling >= 0.9"),
        ("smiling || male", "smiling OR male"),
    ],
)
def test_a_symbol_is_replaced_and_no_word_with_it(query: str, after: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse(query)
    (first, *_) = offers(raised.value)
    assert corrected(raised.value, first) == after


@pytest.mark.parametrize("query", ["smiling > 0,9", "smiling > -1", "smiling > > 0.5"])
def test_only_what_can_be_read_is_offered(query: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse(query)
    for suggestion in offers(raised.value):
        parse(corrected(raised.value, suggestion))


@given(st.text(alphabet="abn _()<>=.019\n\t'ANDORTSmiling", max_size=40))
def test_a_suggestion_always_makes_a_query_one_can_go_on_with(text: str) -> None:
    try:
        parse(text)
    except QueryError as error:
        for suggestion in error.suggestions:
            assert suggestion in corrected(error, suggestion)
