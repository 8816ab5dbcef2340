"""Whatever is offered can be written there, and finds as many faces as it says."""

import time

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retrieval.answers.completion import MOST, Completions, Offer, completions
from retrieval.attributes import ATTRIBUTES
from retrieval.columns.columns import Columns
from retrieval.errors import QueryError
from retrieval.language.nodes import mask
from retrieval.language.query import parse
from retrieval.language.tokens import tokens
from retrieval.library import Library
from tests.retrieval.language.test_query import SOUP
from tests.retrieval.made import two_faces
from tests.retrieval.trees import queries, terms

VALUES = np.random.default_rng(5).random((40, 300), dtype=np.float32)
COLUMNS = Columns.from_probabilities(VALUES, dict.fromkeys(ATTRIBUTES, 0.5))
SAVED = {"smiles": "Smiling", "two": "Male AND Bald"}
CONTINUED = {"AND": " Male", "OR": " Male", "NOT": " Male", "faces": " = 1", "near:": "1,2,3km", "taken:": "2023"}


def offered(text: str, columns: Columns = COLUMNS) -> Completions:
    caret = text.index("|")
    return completions(text.replace("|", "", 1), caret, columns, SAVED)


def texts(text: str) -> list[str]:
    return [offer.text for offer in offered(text).offers]


def closed(text: str) -> str:
    kinds = [token.kind for token in tokens(text)]
    return text + ")" * (kinds.count("(") - kinds.count(")"))


def count(text: str) -> int:
    return int(mask(parse(text), COLUMNS).sum())


def test_attributes_are_offered_with_the_faces_that_they_leave():
    found = offered("Male AND smi|")
    assert found == Completions(9, 12, [Offer("Smiling", "attribute", "", count("Male AND Smiling"), False)])


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("wom|", ["woman"]),
        ("Smiling wom|", ["woman"]),
        ("Male an|", ["AND", "any("]),
        ("(Male o|", ["OR", "Oval_Face", "only("]),
        ("an|", ["any("]),
        ("NOT o|", ["Oval_Face", "only("]),
        ("Smiling > 0.9|", ["0.9", "0.95", "0.99"]),
        ("faces |", ["= 1", "= 2", "> 2"]),
        ("@|", ["@smiles", "@two"]),
        ("@t|", ["@two"]),
        ("Male # s|", []),
        ("Male) |", []),
        ("zzzz|", []),
        ("model:un|", ["unnamed"]),
    ],
)
def test_what_can_stand_there_is_offered(text: str, first: list[str]):
    assert texts(text)[: len(first)] == first and bool(texts(text)) == bool(first)


def test_behind_a_condition_come_what_joins_another_and_thresholds():
    assert texts("Smiling |")[:4] == ["AND", "OR", "> 0.9", "> 0.5"]
    assert "> 0.9" not in texts("Smiling > 0.5 |") and "> 0.9" not in texts("woman |")


def test_saved_searches_come_first_in_an_empty_field_with_their_faces():
    assert [offer[::3] for offer in offered("|").offers[:2]] == [
        ("@smiles", count("Smiling")),
        ("@two", count("Male AND Bald")),
    ]


def test_those_that_leave_the_most_faces_come_first_and_what_changes_none_last():
    found = [offer.faces for offer in offered("Smiling AND hair|").offers]
    assert found == sorted(found, reverse=True)
    assert offered("Smiling AND s|").offers[-1].text != "Sideburns" and texts("Smiling AND smil|")[0] == "Smiling"


def can_be_counted(text: str) -> bool:
    """Not where it names a model or a person whom nobody knows."""
    try:
        return count(text) >= 0
    except QueryError:
        return False


def is_as_promised(text: str, caret: int) -> None:
    found = completions(text, caret, COLUMNS, SAVED)
    assert 0 <= found.start <= found.end <= len(text) and len(found.offers) <= 2 * MOST
    for offer in found.offers:
        if offer.kind == "search":
            assert offer.faces == count(SAVED[offer.text[1:]])
            continue
        before = text[: found.start] + offer.text
        if offer.begun:
            before += CONTINUED.get(offer.text, "Male" if offer.text.endswith("(") else '"x"')
        parse(closed(before))
        if offer.faces is None:
            assert offer.begun or not can_be_counted(closed(before))
            continue
        tail = text[found.end :]
        whole = before + (tail if tail[:1] in ("", ",", ")") or tail[0].isspace() else f" {tail}")
        try:
            assert offer.faces == count(whole)
        except QueryError:
            assert offer.faces == count(closed(before))


@settings(max_examples=50, deadline=None)
@given(queries(terms(), most=5), st.data())
def test_every_offer_can_be_written_and_finds_what_it_says(query: object, data: st.DataObject):
    text = str(query)
    is_as_promised(text, data.draw(st.integers(0, len(text))))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(SOUP), max_size=6).map(" ".join), st.integers(-1, 40))
@example("(", 1)
@example("Male >", 6)
@example("any(", 4)
@example("@", 1)
@example("camera:“x", 9)
@example("Male, ", 6)
@example("model: AND AND", 11)
def test_a_text_that_is_no_query_is_offered_what_mends_it(text: str, caret: int):
    is_as_promised(text, caret)


def test_a_long_query_is_completed_in_time():
    text = " AND ".join(["any(Male OR Bald)"] * 100) + " AND s"
    started = time.thread_time()
    assert completions(text, len(text), COLUMNS, {}).offers
    assert time.thread_time() - started < 2


def test_a_library_completes(library: Library):
    two_faces(library)
    library.save_search("smiles", "Smiling")
    assert library.completions("@", 1).offers == [Offer("@smiles", "search", "Smiling", 1, False)]
    assert library.completions("Smi", 3).offers[0].faces == 1
