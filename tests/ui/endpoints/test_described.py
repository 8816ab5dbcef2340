"""The words and queries in which a photograph's facts are told."""

import pytest

from retrieval.answers.answers import Hit
from retrieval.facts import NOTHING, Facts
from retrieval.language.query import parse
from ui.endpoints.described import _denied, facts


def hit(facts: Facts, dated: str | None = "picture") -> Hit:
    return Hit(1, "/x.jpg", (0, 0, 1, 1), 1.0, {}, 1, facts, dated)  # type: ignore[arg-type]


def test_whose_word_a_date_is_is_said() -> None:
    (own,) = facts(hit(Facts(1_684_000_000)))
    assert own == {"what": "date", "text": "2023-05-13 17:46", "query": "taken:2023-05-13"}
    (file,) = facts(hit(Facts(1_684_000_000), "file"))
    assert file["text"] == "2023-05-13 17:46, says its file; the photograph gives no date"
    assert facts(hit(NOTHING, None)) == []


def test_a_camera_with_any_name_is_text_and_can_be_asked_for() -> None:
    (camera,) = facts(hit(Facts(camera='<b>"\\\u202e')))
    assert camera["text"] == '<b>"\\\ufffd' and parse(camera["query"])


@pytest.mark.parametrize(
    ("query", "denied"),
    [
        ("Smiling", set()),
        ("NOT Smiling", {"Smiling"}),
        ("NOT (Bald OR NOT Smiling)", {"Bald"}),
        ("Bald OR NOT Bald", set()),
        ("none(Smiling)", {"Smiling"}),
        ("NOT none(Smiling)", set()),
    ],
)
def test_a_term_is_denied_where_it_never_stands_without_a_not(query: str, denied: set[str]) -> None:
    assert _denied(parse(query)) == denied
