import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import JOINERS, QueryError, excerpt, shown


def test_a_query_error_shows_the_query_the_place_and_what_was_meant():
    error = QueryError("No attribute is called “Smilling”.", "Male AND Smilling", 9, ("Smiling", "Male", "Bald"))
    assert str(error).splitlines() == [
        "No attribute is called “Smilling”.",
        "  Male AND Smilling",
        "           ^",
        "Did you mean Smiling, Male or Bald?",
    ]


@pytest.mark.parametrize(
    ("query", "position", "line", "column"),
    [
        ("日本 x", 3, "日本 x", 5),  # two columns each
        ("e\u0301 x", 3, "e\u0301 x", 2),  # a combining accent takes none
        ("م\u200cا x", 4, "م\u200cا x", 3),  # nor does a joiner
        ("a\tb\nx", 4, "a␉b␊x", 4),
        ("\x00\x7f\x9bx", 3, "␀␡\ufffdx", 3),
        ("\u202eevil x", 6, "\ufffdevil x", 6),  # right-to-left override
        ("\udcff x", 2, "\ufffd x", 2),  # a byte that was not UTF-8
        ("", 0, "", 0),
    ],
)
def test_the_caret_stands_under_its_character(query: str, position: int, line: str, column: int):
    assert excerpt(query, position) == (line, column)


def test_a_long_query_is_shown_around_the_place():
    line, column = excerpt("a" * 2000 + "!" + "b" * 2000, 2000)
    assert line[column] == "!" and line[0] == line[-1] == "…" and len(line) == 74


@given(st.text(), st.data())
def test_an_excerpt_is_one_printable_line_that_encodes(text: str, data: st.DataObject):
    position = data.draw(st.integers(0, max(0, len(text) - 1)))
    line, column = excerpt(text, position)
    line.encode()
    assert not any(unicodedata.category(character).startswith("C") for character in line if character not in JOINERS)
    assert 0 <= column <= 2 * len(line)


def test_ordinary_text_is_shown_as_it_is():
    assert shown("/fotos/Größe 日本.jpg") == "/fotos/Größe 日本.jpg"


@pytest.mark.parametrize("text", ["👩\u200d👩\u200d👧", "علی\u200cرضا", "क्\u200dष", "شاهنامه\u200cخوانی.jpg"])
def test_joiners_are_shown_and_not_replaced(text: str):
    assert shown(text) == text
