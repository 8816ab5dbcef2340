"""Words for people, and text of strangers made harmless. `markdown-it` stands in for Streamlit's own parser."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from classifiers.cards.reliability import GRADES
from retrieval.attributes import ATTRIBUTES, JUDGEMENTS, UNRELIABLE
from retrieval.errors import shown
from retrieval.facts import Facts
from retrieval.library import Hit
from tests.retrieval.made import MODEL
from ui import words

MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})
LINK = re.compile(r"https?://|www(?=\.)|[-.\w+]+@[-\w]+(\.[-\w]+)+", re.IGNORECASE)
nasty = st.text(st.sampled_from("`*_[]()<>!#:$\\|~-+=.&; \t\nabé/0\u202e\x00\udcff'\"") | st.characters())


def rendered(text: str) -> tuple[str, set[str]]:
    """The text a reader sees, and the kinds of markup in it."""
    tokens = [part for token in MARKDOWN.parse(text) for part in (token.children or [token])]
    plain = {
        "text",
        "paragraph_open",
        "paragraph_close",
        "text_special",
        "inline",
    }  # an inline left here is an empty one
    kinds = {token.type for token in tokens} - plain
    return "".join(token.content for token in tokens if token.type != "paragraph_open"), kinds


@given(nasty)
@example("**x** <b> [a](b) ![i](j) `c` :smile: $x$ # h")
@example("1. x")
@example("\xa0")
@example("http://www.example.com")
def test_harmless_text_is_shown_as_it_is(text: str) -> None:
    content, kinds = rendered(words.harmless(text))
    assert kinds == set()
    assert content.replace("\u2060", "").strip() == shown(text).strip()


@given(nasty)
@example(":smile: :material/home: a:b:c")
def test_no_emoji_or_icon_comes_of_a_name(text: str) -> None:
    assert not re.search(r":[\w+/\-]+:", rendered(words.harmless(text))[0])


@given(nasty | st.from_regex(LINK))
@example("https://a.example/x")
@example("WWW.a.example")
@example("me@a.example")
def test_no_link_comes_of_an_address(text: str) -> None:
    """The patterns by which Streamlit's Markdown finds addresses in a text that is parsed already."""
    assert not LINK.search(rendered(words.harmless(text))[0])


@given(st.lists(nasty, min_size=1, max_size=3))
@example(["```", "  ````"])
def test_a_code_block_cannot_be_left(lines: list[str]) -> None:
    (token,) = MARKDOWN.parse(words.fenced(lines))
    assert token.type == "fence"
    assert token.content == "".join(shown(line) + "\n" for line in lines)


@given(nasty)
@example("run `a`")
@example("a ` b")
@example("`` x")
def test_a_sentence_has_code_and_nothing_else(text: str) -> None:
    _, kinds = rendered(words.sentence(text))
    assert kinds <= {"code_inline"}


def test_commands_in_a_sentence_are_code() -> None:
    assert words.sentence("Use `facequery index`.") == r"Use `facequery index`\."
    assert rendered(words.sentence("a ` b")) == ("a ` b", set())
    assert rendered(words.sentence("a `` b")) == ("a `` b", set())


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0.0, "0 %"), (0.001, "< 1 %"), (0.504, "50 %"), (0.994, "99 %"), (0.996, "> 99 %"), (1.0, "100 %")],
)
def test_a_percentage_is_never_a_certainty_it_is_not(probability: float, text: str) -> None:
    assert words.percent(probability) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "0 s"), (59.6, "60 s"), (89.4, "89 s"), (200, "3 min"), (7500, "2 h 05 min")]
)
def test_a_duration_is_said_as_a_person_would(seconds: float, text: str) -> None:
    assert words.lasting(seconds) == text


def test_numbers_are_counted() -> None:
    assert words.counted(1, "face") == "1 face"
    assert words.counted(41_526, "face") == "41,526 faces"


def test_every_opinion_and_every_doubtful_label_is_remarked_on() -> None:
    assert all(words.spelled(name) in words.remarks([name])[0] for name in JUDGEMENTS | UNRELIABLE)
    assert words.remarks(set(ATTRIBUTES) - JUDGEMENTS - UNRELIABLE) == []
    assert len(words.remarks(ATTRIBUTES)) == 2


def test_every_grade_has_its_words() -> None:
    assert words.graded("Big_Nose", "C") == "Big nose, grade C: expect many mistakes."
    assert set(words.GRADES) == set(GRADES)


TEST = {"images": 1500, "people": 300, "precision": 0.9788, "recall": 0.4012}
STRANGERS = {"photographs": 10_954, "pairs": 59_990_581, "wrong_pairs": 80, "in_wrong_group": 109}
ON_TEST = (
    "On CelebA's test partition (300 people, 5 photographs each) 97 of 100 pairs in a group were one person, and 40 of "
    "100 pairs of one person were found."
)
ON_FAIRFACE = (
    "Of 10,954 photographs of FairFace, nearly all of different people, 109 lay in a group with somebody else."
)


@pytest.mark.parametrize(
    ("card", "said"),
    [
        ({}, None),
        ({"people": None}, None),
        ({"people": {"alike": 0.5}}, None),
        ({"people": {"alike": 0.5, "figures": {"val": TEST}}}, None),
        ({"people": {"figures": {"test": TEST}}}, f"{ON_TEST} Your photographs may differ."),
        ({"people": {"figures": {"fairface": STRANGERS}}}, f"{ON_FAIRFACE} Your photographs may differ."),
        (
            {"people": {"figures": {"fairface": STRANGERS, "test": TEST, "val": TEST}}},
            f"{ON_TEST} {ON_FAIRFACE} Your photographs may differ.",
        ),
    ],
)
def test_of_groups_it_is_said_what_was_measured_and_on_what(card: dict[str, Any], said: str | None) -> None:
    assert words.measured(replace(MODEL, card=json.dumps(card))) == said


def test_people_whose_photographs_are_not_equally_many_are_told_in_all() -> None:
    card = {"people": {"figures": {"test": {**TEST, "images": 1501}}}}
    assert "(300 people, 1,501 photographs)" in str(words.measured(replace(MODEL, card=json.dumps(card))))
    assert words.measured(None) is None


@pytest.mark.parametrize(
    ("facts", "dated", "lines"),
    [
        (Facts(), None, []),
        (Facts(1_683_356_889, 7200), "picture", ["Taken 2023-05-06 07:08 (UTC+0200)"]),
        (Facts(1_683_356_889), "picture", ["Taken 2023-05-06 07:08"]),
        (Facts(1_683_356_889, 0), "file", ["It says no date; its file is of 2023-05-06 07:08 (UTC+0000)"]),
        (Facts(camera="A\nB", lens="23mm"), "file", ["A␊B, 23mm"]),
        (Facts(lens="23mm"), "file", ["23mm"]),
        (
            Facts(latitude=48.85, longitude=-2.0),
            "file",
            ["At 48.85000, -2.00000 (near:48.8500,-2.0000,1km)"],
        ),
    ],
)
def test_what_a_photograph_says_of_itself_is_said_line_by_line(facts: Facts, dated: Any, lines: list[str]) -> None:
    assert words.sayings(Hit(1, "/a", (0, 0, 1, 1), 1.0, {}, facts=facts, dated=dated)) == lines
