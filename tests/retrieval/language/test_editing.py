import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import QueryError
from retrieval.language import editing
from retrieval.language.editing import Branch, Edited
from retrieval.language.nodes import And, Not, Or, Query, children
from retrieval.language.query import parse, parsed
from tests.retrieval.trees import queries


@pytest.mark.parametrize(
    ("text", "place", "without", "turned", "joined"),
    [
        ("woman", (), "", "NOT woman", "woman OR |"),
        ("NOT woman", (), "", "woman", "NOT woman OR |"),
        ("a smiling woman", (1,), "smiling", "smiling AND NOT woman", "smiling AND (woman OR |)"),
        ("woman, no hat", (1,), "woman", "woman AND hat", "woman AND (NOT hat OR |)"),
        ("bald OR hat", (0,), "hat", "NOT bald OR hat", "bald OR | OR hat"),
        ("(bald OR hat) man", (0, 1), "bald AND man", "(bald OR NOT hat) AND man", "(bald OR hat OR |) AND man"),
        ("(bald OR hat) man", (0,), "man", "NOT (bald OR hat) AND man", "(bald OR hat OR |) AND man"),
        ("any(bald hat)", (0, 0), "any(hat)", "any(NOT bald AND hat)", "any((bald OR |) AND hat)"),
        ("any(bald)", (0,), "", "any(NOT bald)", "any(bald OR |)"),
        ("NOT (bald hat)", (), "", "bald AND hat", "NOT (bald AND hat) OR |"),
        ('hat path:"a b" bald', (1,), "hat AND bald", 'hat AND NOT path:"a b" AND bald',
         'hat AND (path:"a b" OR |) AND bald'),
        ("hat smiling # x\n > 0.9", (0,), "Smiling > 0.9", "NOT hat AND Smiling > 0.9", "(hat OR |) AND Smiling > 0.9"),
    ],
)  # fmt: skip
def test_a_condition_is_dropped_turned_and_joined_in_its_own_words(
    text: str, place: Branch, without: str, turned: str, joined: str
):
    query = parsed(text)
    assert editing.without(query, place) == Edited(without, len(without))
    assert editing.turned(query, place) == Edited(turned, len(turned))
    assert editing.joined(query, place) == Edited(joined.replace("|", ""), joined.index("|"))


def places(node: Query) -> list[Branch]:
    inner = [(at, *place) for at, child in enumerate(children(node)) for place in places(child)]
    return [(), *inner]


@settings(max_examples=300, deadline=None)
@given(queries(most=8), st.data())
def test_what_is_written_anew_is_the_same_query(query: Query, data: st.DataObject):
    asked = parsed(str(query))
    assert parse(editing.written(asked.text, asked.tree)) == query
    place = data.draw(st.sampled_from(places(asked.tree)))
    node = editing.at(asked.tree, place)
    try:
        turned = parse(editing.turned(asked, place).text)
        text, caret = editing.joined(asked, place)
        joined = parse(f"{text[:caret]}Bald{text[caret:]}")
    except QueryError as error:  # one level too deep
        assert "deep" in error.problem
        return
    if place == ():
        assert turned == (node.child if isinstance(node, Not) else Not(node))
        assert isinstance(joined, Or)
    less = editing.without(asked, place).text
    assert less == "" or parse(less) != query or isinstance(query, And | Or)
