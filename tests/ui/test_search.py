"""A search as a URL, and what a click makes of it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.attributes import ATTRIBUTES
from retrieval.errors import QueryError
from retrieval.language.nodes import Columns, Query, mask
from retrieval.language.query import Parsed, parse, parsed
from tests.retrieval.trees import queries, terms
from ui.search import EXAMPLES, LARGEST, Search, chosen, corrected, narrowed, offers

FACES = Columns.from_probabilities(
    np.random.default_rng(0).random((40, 200), np.float32), dict.fromkeys(ATTRIBUTES, 0.5)
)


def asked(text: str) -> Parsed | None:
    """As the page reads it: nothing is no query."""
    return parsed(text) if text.strip() else None


numbers = st.lists(st.integers(1, LARGEST), max_size=EXAMPLES, unique=True).map(tuple)
searches = st.builds(
    Search,
    query=st.text(),
    sort=st.sampled_from(["confidence", "path", "added"]),
    like=numbers,
    within=st.booleans(),
    fold=st.booleans(),
    by=st.sampled_from(["look", "person"]),
    precision=st.none() | st.floats(0, 1, exclude_min=True),
)


@settings(deadline=None)
@given(searches, numbers)
def test_a_search_survives_its_url(search: Search, unlike: tuple[int, ...]) -> None:
    search = replace(search, unlike=tuple(face for face in unlike if face not in search.like))
    assert Search.from_params(search.params()) == search


def test_a_plain_search_has_a_plain_url() -> None:
    assert Search().params() == {}
    assert Search("Smiling").params() == {"q": "Smiling"}


PARAMETERS = ["q", "sort", "page", "like", "unlike", "within", "fold", "by", "precision", "x"]


@given(st.dictionaries(st.sampled_from(PARAMETERS), st.text() | st.text("0123456789,.e-")))
def test_any_url_means_some_search(params: dict[str, str]) -> None:
    search = Search.from_params(params)
    assert all(face >= 1 for face in (*search.like, *search.unlike))
    assert search.precision is None or 0 < search.precision <= 1
    assert Search.from_params(search.params()) == search


def test_examples_come_and_go() -> None:
    search = Search("Male", within=True).resembling(1).resembling(2).resembling(3, wanted=False)
    assert (search.like, search.unlike) == ((1, 2), (3,))
    assert search.resembling(2, wanted=False).like == (1,)  # no face is both
    assert search.resembling(3).unlike == ()
    assert search.without(1, 3) == Search("Male", like=(2,), within=True)
    assert search.alone() == Search("Male")


def test_of_too_many_examples_the_oldest_goes() -> None:
    search = Search(like=tuple(range(1, EXAMPLES + 1)))
    assert search.resembling(99).like == (*range(2, EXAMPLES + 1), 99)
    long = ",".join(map(str, range(1, 3 * EXAMPLES)))
    assert Search.from_params({"like": long}).like == search.like


@pytest.mark.parametrize(
    ("said", "meant"),
    [("0.95", 0.95), ("1", 1.0), ("0", None), ("1.01", None), ("-1", None), ("nan", None), ("inf", None), ("x", None)],
)
def test_a_precision_is_a_share(said: str, meant: float | None) -> None:
    assert Search.from_params({"precision": said}).precision == meant


@given(queries(terms(), 8, quantified=False), st.sampled_from(ATTRIBUTES), st.booleans())
def test_narrowing_is_and(query: Query, name: str, wanted: bool) -> None:
    before, text = mask(query, FACES), str(query)
    if name in chosen(asked(text)):
        return
    term = mask(parse(name if wanted else f"NOT {name}"), FACES)
    assert (mask(parse(narrowed(asked(text), name, wanted)), FACES) == (before & term)).all()


@given(queries(terms(), 8, quantified=False), st.sampled_from(ATTRIBUTES), st.booleans())
def test_narrowing_twice_is_not_at_all(query: object, name: str, wanted: bool) -> None:
    before = asked(str(query))
    if name not in chosen(before):
        assert narrowed(asked(narrowed(before, name, wanted)), name, wanted) == str(query)


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
    assert narrowed(asked(query), name, wanted) == after


def test_the_conditions_of_a_query_are_known() -> None:
    conditions = parsed("Male AND NOT Bald AND (Young OR Smiling) AND Chubby > 0.5")
    assert chosen(conditions) == {"Male": True, "Bald": False}
    assert parsed("Male AND NOT (Bald OR Young > 0.3)").attributes == {"Male", "Bald", "Young"}
    assert (chosen(None), parsed("corrected").attributes) == ({}, set())


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


@pytest.mark.parametrize(
    ("query", "offered", "after"),
    [
        ("Smilling AND Bld", ["Smiling"], "Smiling AND Bld"),
        ("Smilling AND (Male", ["Smiling"], "Smiling AND (Male"),
        ("pth:x AND Smilling", ["path:"], "path:x AND Smilling"),
        ("Smiling adn Bld", ["AND"], "Smiling AND Bld"),
        ("smiling > 0,9", [], None),  # neither AND nor OR leads on
    ],
)
def test_what_mends_one_word_of_several_is_offered(query: str, offered: list[str], after: str | None) -> None:
    with pytest.raises(QueryError) as raised:
        parse(query)
    assert offers(raised.value)[:1] == offered
    assert not offered or corrected(raised.value, offered[0]) == after
