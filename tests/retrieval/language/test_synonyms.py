"""What people say for an attribute is read as it, and never what has another meaning."""

import pytest

from retrieval.attributes import ATTRIBUTES
from retrieval.errors import QueryError
from retrieval.language.names import parts, recognise
from retrieval.language.nodes import And, Not, Query, Term, leaves
from retrieval.language.query import parse
from retrieval.language.synonyms import SHAKY, SYNONYMS

WOMAN, GLASSES, HAT = Not(Term("Male")), Term("Eyeglasses"), Term("Wearing_Hat")
SAID = [(word, row) for row in SYNONYMS for word in row.words]
DOUBTED = [(word, row) for row in SHAKY for word in row.words]


@pytest.mark.parametrize(("word", "row"), SAID, ids=[word for word, _ in SAID])
def test_a_word_is_read_as_what_its_row_says(word: str, row: object):
    asked = parse(word)
    assert asked == parse(row.meaning) and str(asked) == row.meaning  # type: ignore[attr-defined]
    assert [leaf.said for leaf in leaves(parse(f"a {word.upper()}"))] == [word.upper()]  # type: ignore[union-attr]


@pytest.mark.parametrize(("word", "row"), DOUBTED, ids=[word for word, _ in DOUBTED])
def test_a_shaky_word_is_refused_with_the_reason_and_what_is_nearest(word: str, row: object):
    with pytest.raises(QueryError) as caught:
        parse(f"Smiling AND {word}")
    error = caught.value
    assert (error.position, error.length) == (12, len(word))
    assert row.reason in error.problem and error.suggestions == row.nearest  # type: ignore[attr-defined]
    for nearest in error.suggestions:
        parse(nearest)


def test_no_word_is_the_name_of_an_attribute_or_said_for_two():
    words = [" ".join(parts(word)) for word, _ in [*SAID, *DOUBTED]]
    assert len(words) == len(set(words))
    assert all(recognise([word]) is None for word in words)
    assert {row.name for row in SYNONYMS} <= set(ATTRIBUTES)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("smiling woman with glasses", And((Term("Smiling"), WOMAN, GLASSES))),
        ("a smiling woman, without a hat", And((Term("Smiling"), WOMAN, Not(HAT)))),
        ("no glasses", Not(GLASSES)),
        ("no beard", Term("No_Beard")),
        ("no beard no glasses", And((Term("No_Beard"), Not(GLASSES)))),
        ("without (hat or glasses)", Not(parse("Wearing_Hat OR Eyeglasses"))),
        ("No (hat)", Not(HAT)),
        ("glasses, and hat", And((GLASSES, HAT))),
        ("glasses, or hat", parse("Eyeglasses OR Wearing_Hat")),
        ("with glasses OR with a hat", parse("Eyeglasses OR Wearing_Hat")),
        ("woman but not smiling", And((WOMAN, Not(Term("Smiling"))))),
        ("wearing a hat", HAT),
        ("glasses > 0.8", Term("Eyeglasses", ">", 0.8)),
        ("not woman", Not(WOMAN)),
        ("taken:2023, woman", And((parse("taken:2023"), WOMAN))),
        ("black hair", Term("Black_Hair")),
        ("woman AND (hat OR glasses)", And((WOMAN, parse("hat OR glasses")))),
        ("any(woman) (glasses, hat)", parse("any(NOT Male) AND Eyeglasses AND Wearing_Hat")),
    ],
)
def test_a_query_is_read_as_people_speak(text: str, query: Query):
    assert parse(text) == query


@pytest.mark.parametrize(
    ("text", "position", "says", "suggests"),
    [
        ("woman with glasses or hat", 6, "two ways", ("AND",)),
        ("glasses, hat or beard", 7, "two ways", ("AND", "OR")),
        ("without glasses or hat", 0, "two ways", ("NOT",)),
        ("no glasses or hat", 0, "two ways", ("NOT",)),
        ("hat or woman but bald", 13, "two ways", ("AND",)),
        ("woman > 0.9", 0, "behind the name", ("Male < 0.1",)),
        ("woman <= 0.25", 0, "behind the name", ("Male >= 0.75",)),
        ("Smiling > 0,9", 10, "behind a point", ("0.9",)),
        ("woman,", 5, "after the comma", ()),
        (", woman", 0, "name of an attribute", ()),
        ("woman,, hat", 6, "name of an attribute", ()),
        ("with", 0, "missing after with", ()),
        ("woman without", 6, "missing after without", ()),
        ("no", 0, "No attribute", ("NOT",)),
        ("a", 0, "No attribute", ()),
    ],
)
def test_what_can_be_meant_in_two_ways_is_refused(text: str, position: int, says: str, suggests: tuple[str, ...]):
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.position == position and says in caught.value.problem
    assert caught.value.suggestions[: len(suggests)] == suggests
