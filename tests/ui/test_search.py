"""A search as a URL, and what a click makes of it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import QueryError
from retrieval.language.query import parse
from ui.search import EXAMPLES, LARGEST, Search, corrected, offers

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


@pytest.mark.parametrize(
    ("query", "after"),
    [
        ("Male AND NOT Eyeglases", "Male AND NOT Eyeglasses"),
        ("Eyeglases > 0.5 AND Male", "Eyeglasses > 0.5 AND Male"),
        ("big nse AND Male", "Big_Nose AND Male"),
        ("(Smilling)", "(Smiling)"),
        ("old man AND Smiling", "NOT Young man AND Smiling"),
        ("NOT girl OR Bald", "NOT (NOT Male AND Young) OR Bald"),
        ("woman > 0.9 smiling", "Male < 0.1 smiling"),
        ("woman with a hat or bald", "woman AND a hat or bald"),
        ("Smiling > 0,9", "Smiling > 0.9"),
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
        ("smiling > 0,9", ["0.9"], "smiling > 0.9"),  # neither AND nor OR leads on
    ],
)
def test_what_mends_one_word_of_several_is_offered(query: str, offered: list[str], after: str | None) -> None:
    with pytest.raises(QueryError) as raised:
        parse(query)
    assert offers(raised.value)[:1] == offered
    assert not offered or corrected(raised.value, offered[0]) == after
