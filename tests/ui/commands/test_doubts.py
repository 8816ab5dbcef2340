import json
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.library import Library
from tests.retrieval.crowd import photographs
from tests.retrieval.made import MODEL, a_face, a_photo, fill
from tests.ui.ended import Run


@pytest.fixture
def pair(run: Run, tmp_path: Path) -> Run:
    """The program, on a library of two faces that are nearly alike enough."""
    with Library.create_or_open(tmp_path / "library") as library:
        for at, vector in enumerate(photographs(1, 2, 0.7)):
            fill(library, [a_photo(f"/{at}.jpg", replace(a_face(at), embedding=vector))])
    return run


def test_a_pair_is_asked_about_until_it_is_answered(pair: Run) -> None:
    (doubt,) = pair("people", "ask", "--json").json["doubts"]
    assert (doubt["faces"], doubt["photos"], doubt["groups"]) == ([1, 2], ["/0.jpg", "/1.jpg"], [None, None])
    assert 0.55 < doubt["cosine"] < 0.7
    table = pair("people", "ask").out
    assert all(word in table for word in ("/0.jpg", "/1.jpg", f"{doubt['cosine']:.3f}", "1 pair"))
    answer = pair("people", "different", 1, 2, "--json").json
    assert answer["summary"] == "faces 1 and 2 are two persons" and not answer["undone"]
    assert pair("people", "ask", "--json").json == {"doubts": []}
    assert pair("people", "undo", "--json").json["action"] == answer["action"]
    assert "one person" in pair("people", "same", 2, 1).out
    assert [group["sure"] for group in pair("people", "list", "--json").json["people"]] == [[1, 2]]


def test_what_was_said_before_changes_nothing(pair: Run) -> None:
    pair("people", "same", 1, 2)
    assert pair("people", "same", 1, 2, "--json").json == {"action": None, "summary": None, "faces": 0, "undone": False}
    again = pair("people", "same", 2, 1)
    assert again.status == 0 and "Nothing was changed" in again.out


def test_a_face_that_is_not_there_and_one_with_itself_are_refused(pair: Run) -> None:
    missing, itself = pair("people", "same", 1, 9), pair("people", "different", 1, 1)
    assert (missing.status, itself.status) == (1, 2)
    assert "no face 9" in missing.err and "Give two faces" in itself.err


def test_grouping_says_how_good_it_was_where_the_card_does(pair: Run, tmp_path: Path) -> None:
    assert "CelebA" not in pair("people", "group").err
    card = {"people": {"figures": {"test": {"images": 1500, "people": 300, "precision": 0.97, "recall": 0.4}}}}
    with Library.open(tmp_path / "library") as library, library.writer(replace(MODEL, card=json.dumps(card))):
        pass
    assert "97 of 100 pairs in a group were one person" in pair("people", "group").err
    assert "CelebA" not in pair("people", "group", "--alike", 0.9).err, "that was measured at the card's own threshold"
