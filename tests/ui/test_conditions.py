import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.attributes import ATTRIBUTES
from retrieval.errors import QueryError
from retrieval.language.nodes import Columns, Not, Query, Term, mask
from retrieval.language.query import Parsed, parse, parsed
from tests.retrieval import trees
from ui.conditions import CAMERA, FOLDER, NEAR, TAKEN, chosen, narrowed, placed, said, threshold, toggled, without
from ui.conditions import asked as heard

FACES = Columns.from_probabilities(
    np.random.default_rng(0).random((40, 200), np.float32), dict.fromkeys(ATTRIBUTES, 0.5)
)


def of(text: str) -> Parsed | None:
    return parsed(text) if text else None


@pytest.mark.parametrize(
    ("query", "condition", "after"),
    [
        ("", "taken:2023-05..2023-08", "taken:2023-05..2023-08"),
        ("Smiling", "taken:2023", "Smiling AND taken:2023"),
        ("Smiling taken:2022 Male", "taken:2023-05", "Smiling AND taken:2023-05 AND Male"),
        ("taken:2022 taken:2021", "taken:2023", "taken:2023"),
        ("Smiling OR taken:2022", "taken:2023", "(Smiling OR taken:2022) AND taken:2023"),
        ("folder:a camera:X100", 'folder:"/b"', 'folder:"/b" AND camera:X100'),
        ("smiling woman", "taken:2023", "smiling AND woman AND taken:2023"),
        ("a woman with glasses", "Smiling > 0.83", "woman AND glasses AND Smiling > 0.83"),
        ("woman or  bald", "taken:2023", "(woman OR bald) AND taken:2023"),
        ("camera:X100", 'camera:"Z9"', 'camera:"Z9"'),
        ("near:1,2,3km Male", "near:4,5,600m", "near:4,5,600m AND Male"),
        ("Smiling AND Male", "Smiling > 0.83", "Smiling > 0.83 AND Male"),
        ("NOT Smiling", "Smiling > 0.83", "Smiling > 0.83"),
        ("Smiling > 0.2 AND Smiling < 0.9", "Smiling <= 0.5", "Smiling <= 0.5"),
        ("NOT taken:2022", "taken:2023", "NOT taken:2022 AND taken:2023"),
        ("Male", "path:a", 'Male AND path:"a"'),
        ("path:a", "path:b", 'path:a AND path:"b"'),
    ],
)
def test_a_condition_takes_the_place_of_the_one_before(query: str, condition: str, after: str) -> None:
    assert placed(of(query), condition) == after
    assert toggled(of(query), condition) == after


@pytest.mark.parametrize(
    ("query", "condition", "after"),
    [
        ("taken:2023", "taken:2023", ""),
        ("Smiling taken:2023", "taken:2023", "Smiling"),
        ('folder:"/b" Male', "folder:/b", "Male"),
        ("Smiling > 0.83", "Smiling > 0.83", ""),
    ],
)
def test_said_again_it_is_taken_back(query: str, condition: str, after: str) -> None:
    assert toggled(of(query), condition) == after


def test_what_is_no_condition_is_refused() -> None:
    with pytest.raises(QueryError):
        placed(of("Male"), "taken:yesterday")


@settings(deadline=None)
@given(trees.queries(most=6), trees.leaves())
def test_the_condition_is_there_afterwards_and_others_of_its_kind_are_not(tree: Query, leaf: Query) -> None:
    try:
        query = parsed(str(tree))
        condition, after = str(leaf), placed(query, str(leaf))
        read = parsed(after)
    except QueryError:
        return  # one that is too long or too deep, now
    for kind in (TAKEN, FOLDER, CAMERA, NEAR):
        if said(read, kind) == leaf:
            assert said(without(read, kind), kind) is None
            assert toggled(read, condition) == ("" if (rest := without(read, kind)) is None else rest.text)
    assert parse(condition) == leaf


def test_what_is_said_is_read_where_the_whole_query_says_it() -> None:
    assert said(of("Smiling taken:2023"), TAKEN) == parse("taken:2023")
    assert said(of("Smiling OR taken:2023"), TAKEN) is None
    assert said(of("NOT taken:2023"), TAKEN) is None
    assert said(of("NOT Smiling"), "Smiling") == Not(Term("Smiling"))
    assert said(None, TAKEN) is None
    assert without(of("Smiling taken:2023"), TAKEN) == of("Smiling")
    assert without(of("taken:2023"), TAKEN) is None


def test_what_is_left_can_be_gone_on_with_in_the_same_words() -> None:
    rest = without(of("taken:2022, smiling woman with glasses"), TAKEN)
    assert rest is not None and rest.text == "smiling AND woman AND glasses"
    assert placed(rest, "taken:2023") == "smiling AND woman AND glasses AND taken:2023"


def test_an_attribute_is_chosen_at_whatever_threshold() -> None:
    asked = of("Smiling > 0.8 AND NOT Male AND Young < 0.3 AND NOT Bald < 0.5 AND (Bangs OR Chubby)")
    assert chosen(asked) == {"Smiling": True, "Male": False, "Young": False, "Bald": True}
    assert threshold(asked, "Smiling") == (">", 0.8)
    assert threshold(asked, "Male") == ("<", None)
    assert threshold(asked, "Bald") == (">=", 0.5)
    assert threshold(asked, "Bangs") is None
    assert threshold(of("Male"), "Male") == (">=", None)


@pytest.mark.parametrize(
    ("said", "after"),
    [
        ({"what": "place", "condition": "taken:2023"}, "Smiling AND taken:2023"),
        ({"what": "toggle", "condition": "Smiling"}, ""),
        ({"what": "drop", "kind": "Smiling"}, ""),
        ({"what": "narrow", "name": "Male", "wanted": False}, "Smiling AND NOT Male"),
        ({"what": "narrow", "name": "Male) OR (Bald", "wanted": True}, None),
        ({"what": "place", "condition": "taken:"}, None),
        ({"what": "place", "condition": "x" * 5000}, None),
        ({"what": "place"}, None),
        ({"what": "erase", "condition": "Smiling"}, None),
        ("place", None),
        (None, None),
    ],
)
def test_what_a_browser_says_becomes_the_next_query_or_nothing(said: object, after: str | None) -> None:
    assert heard(of("Smiling"), said) == after


@pytest.mark.parametrize(
    ("query", "name", "wanted", "after"),
    [
        ("", "Smiling", True, "Smiling"),
        ("", "Smiling", False, "NOT Smiling"),
        ("Smiling", "Smiling", True, ""),
        ("Smiling", "Smiling", False, "NOT Smiling"),
        ("Smiling > 0.8 AND Male", "Smiling", True, "Male"),
        ("Smiling > 0.8 AND Male", "Smiling", False, "NOT Smiling AND Male"),
        ("NOT Smiling AND Male", "Smiling", False, "Male"),
        ("Smiling OR Male", "Young", True, "(Smiling OR Male) AND Young"),
    ],
)
def test_a_tap_on_an_attribute_asks_for_it_and_another_takes_it_back(
    query: str, name: str, wanted: bool, after: str
) -> None:
    assert narrowed(of(query), name, wanted) == after


@settings(deadline=None)
@given(trees.queries(trees.terms(), 8, quantified=False), st.sampled_from(ATTRIBUTES), st.booleans())
def test_narrowing_is_and(query: Query, name: str, wanted: bool) -> None:
    before, text = mask(query, FACES), str(query)
    if name in chosen(of(text)):
        return
    term = mask(parse(name if wanted else f"NOT {name}"), FACES)
    assert (mask(parse(narrowed(of(text), name, wanted)), FACES) == (before & term)).all()


@settings(deadline=None)
@given(trees.queries(trees.terms(), 8, quantified=False), st.sampled_from(ATTRIBUTES), st.booleans())
def test_narrowing_twice_is_not_at_all(query: Query, name: str, wanted: bool) -> None:
    before = of(str(query))
    if name not in chosen(before):
        assert narrowed(of(narrowed(before, name, wanted)), name, wanted) == str(query)
