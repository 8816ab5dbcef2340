import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.spelling import QUOTES, composed, is_name, lookalike, lookalikes


@given(st.text())
def test_composed_text_is_composed_and_stays_so(text: str):
    assert unicodedata.is_normalized("NFC", composed(text)) and composed(composed(text)) == composed(text)


def test_bytes_that_are_no_text_are_left_alone():
    assert composed("caf\udce9 e\u0301") == "caf\udce9 é"


@pytest.mark.parametrize(
    ("character", "like"),
    [("＊", "*"), ("：", ":"), ("∶", ":"), ("‐", "-"), ("–", "-"), ("−", "-"), ("［", "["), ("７", "7"), ("𝟕", "7"),
     ("\u00a0", " "), ("\u2007", " "), ("\u3000", " "), ("\u200b", ""), ("“", '"'), ("’", "'"), ("？", "?")],
)  # fmt: skip
def test_what_only_looks_like_a_sign_is_known(character: str, like: str):
    assert lookalike(character) == like


@given(st.text())
def test_a_look_alike_is_never_ascii_and_what_it_looks_like_always_is(text: str):
    for character, like in lookalikes(text).items():
        assert not character.isascii() and like.isascii() and len(like) <= 1


@pytest.mark.parametrize("text", ["Anna", "Ö; DROP", "علی\u200cرضا", "क्\u200dष", "👩\u200d👧", "x" * 80])
def test_a_name_is_what_is_seen_and_what_joins_it(text: str):
    assert is_name(text, 80)


@pytest.mark.parametrize(
    "text", ["", " ", " a", "a ", "\u200d", "\u200d\u200c", "a\u200d", "\u200ca", "a\nb", "\u202ea", "x" * 81]
)
def test_what_is_not_seen_is_no_name(text: str):
    assert not is_name(text, 80)


def test_letters_and_joiners_look_like_nothing_else():
    assert lookalikes("Größe 日本 Анна ²ºª … ½ \u200c\u200d") == {}


def test_every_quotation_mark_but_the_straight_one_looks_like_it():
    assert {lookalike(mark) for mark in QUOTES[1:]} == {QUOTES[0]}
