from hypothesis import given, settings

from retrieval.answers.conditions import MOST, Condition, conditions, meanings
from retrieval.columns.columns import Columns
from retrieval.language.nodes import Query, leaves, mask
from retrieval.language.query import parse, parsed
from tests.retrieval.answers.test_emptied import N, faces
from tests.retrieval.trees import queries, terms


def parts(one: Condition) -> list[Condition]:
    return [one, *(inner for part in one.parts for inner in parts(part))]


def counted(text: str, columns: Columns) -> int:
    return int(mask(parse(text), columns).sum()) if text else len(columns)


def test_a_query_is_made_of_conditions_as_they_were_written():
    found = conditions(parsed("smiling woman NOT hat OR any(bald)"), faces())
    assert found is not None and found.kind == "or"
    first, second = found.parts
    assert [(one.kind, one.text, one.denied, one.meaning) for one in first.parts] == [
        ("one", "smiling", False, None),
        ("one", "woman", False, "NOT Male"),
        ("one", "hat", True, "Wearing_Hat"),
    ]
    assert second.kind == "any" and [one.text for one in second.parts] == ["bald"]


def test_each_says_how_many_faces_there_are_without_it_and_with_its_opposite():
    found = conditions(parsed("Male AND Bald"), faces())
    assert found is not None
    assert [(one.dropped.faces, one.turned.faces, one.joined.faces) for one in found.parts] == [
        (5, 0, None),
        (40, 35, None),
    ]
    assert found.dropped == ("", 0, N)


@settings(max_examples=100, deadline=None)
@given(queries(terms(), most=6))
def test_what_is_promised_is_found(query: Query):
    columns = faces()
    found = conditions(parsed(str(query)), columns)
    assert found is not None
    for one in parts(found):
        for change in (one.dropped, one.turned):
            assert change.faces is None or counted(change.text, columns) == change.faces


def test_a_very_long_query_is_not_taken_apart():
    assert conditions(parsed(" ".join(["Male"] * (MOST + 1))), faces()) is None
    assert len(leaves(parse(" ".join(["Male"] * MOST)))) == MOST


def test_what_words_are_read_as_is_said_once_each():
    read = meanings(parse("woman (glasses OR Woman) Smiling hat > 0.5"))
    assert read == {"woman": "NOT Male", "glasses": "Eyeglasses", "Woman": "NOT Male", "hat": "Wearing_Hat"}
