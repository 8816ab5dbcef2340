"""All about a face, asked by a browser, and what a person says of it."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from retrieval.attributes import ATTRIBUTES, GROUPS
from retrieval.facts import Facts
from retrieval.library import Library
from retrieval.writing.store import Photo
from tests.retrieval.made import a_face, a_photo, fill, sha256
from tests.ui.endpoints.asked import Asking
from ui.endpoints import faces

HOSTILE = os.fsdecode(b"<img src=x onerror=alert(1)>\n\xff\xe2\x80\xaegpj.html")
FACTS = Facts(1_684_000_000, 7200, 'X100 "V"', "23mm", 48.8584, 2.2945)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Two faces in one photograph with a hostile name, and one elsewhere."""
    with Library.create_or_open(tmp_path / "library") as library:
        right = replace(a_face(1, Male=0.9, Smiling=0.6, Bangs=0.8), box=(200, 20, 300, 140))
        path = str(tmp_path / HOSTILE)
        both = Photo(path, 100, 1, sha256(path), 400, 300, "faces", None, (right, a_face(2, Smiling=0.9)), facts=FACTS)
        fill(library, [both, a_photo("/x/y.jpg", a_face(3))])
        yield library


@pytest.fixture
def asking(library: Library) -> Asking:
    return Asking(faces.routes(lambda: library))


def attribute(document: Any, name: str) -> Any:
    return next(one for group in document["groups"] for one in group["attributes"] if one["name"] == name)


def test_a_face_comes_with_everything_that_is_known_of_it(asking: Asking) -> None:
    seen = asking.get("faces/1", q="Smiling AND NOT Bald").json
    assert seen["box"] == [200, 20, 300, 140] and seen["photograph"] == {"width": 400, "height": 300}
    assert [fact["text"] for fact in seen["facts"]][:4] == [
        "2023-05-13 17:46 (UTC+0200)",
        'X100 "V"',
        "23mm",
        "48.85840, 2.29450",
    ]
    assert [(one["face"], one["matches"]) for one in seen["faces"]] == [(2, True), (1, True)]  # from left to right
    assert [group["group"] for group in seen["groups"]] == list(GROUPS)
    assert sum(len(group["attributes"]) for group in seen["groups"]) == len(ATTRIBUTES)
    male = attribute(seen, "Male")
    assert (male["percent"], male["from"], male["has"], male["note"]) == ("90 %", "50 %", True, "an opinion")
    assert any("annotator's opinion" in remark or "opinions of a stranger" in remark for remark in seen["remarks"])


def test_why_it_matches_is_said_term_by_term_and_a_denied_one_with_its_not(asking: Asking) -> None:
    why = asking.get("faces/1", q="Smiling AND NOT Bald").json["why"]
    assert why["matches"] and why["query"] == "Smiling AND NOT Bald"
    assert [(reason["term"], reason["is"]) for reason in why["reasons"]] == [("Smiling", True), ("NOT Bald", True)]
    assert why["turning"].startswith("It would not match if Smiling did not hold (by 0.100)")
    assert asking.get("faces/1").json["why"] is None


@pytest.mark.parametrize("query", ["Smilling", "((", "person:nobody", "@nothing"])
def test_a_question_that_cannot_be_meant_takes_nothing_from_the_face(asking: Asking, query: str) -> None:
    answer = asking.get("faces/1", q=query)
    assert answer.status == 200 and answer.json["why"] is None and answer.json["face"] == 1


def test_what_is_asked_for_is_first_among_the_words_at_a_face(asking: Asking) -> None:
    plain, asked = (asking.get("faces/1", q=query).json["faces"][1]["surest"] for query in ("", "Male"))
    assert asked == ["Male 90 %", *plain[:2]] and not any(word.startswith("Male") for word in plain)


def test_a_hostile_name_is_text_that_can_be_written(asking: Asking) -> None:
    seen = asking.get("faces/1").json
    assert seen["name"] == "<img src=x onerror=alert(1)>␊��gpj.html" and seen["path"].endswith(seen["name"])
    folder = next(fact for fact in seen["facts"] if fact["what"] == "folder")
    assert folder["query"].startswith('path:"/') and folder["query"].endswith('/"')


def test_the_queries_of_the_facts_find_the_face(asking: Asking, library: Library) -> None:
    for fact in asking.get("faces/1").json["facts"]:
        assert fact["query"] is None or [hit.face for hit in library.find(fact["query"])] == [1, 2]


def test_who_the_others_are_is_said(asking: Asking, library: Library) -> None:
    library.people.group(alike=-1)
    library.people.name(library.people.listed()[0].id, "<b>Ada</b>")
    named = asking.get("faces/2").json["faces"][0]
    assert (named["person"], named["sure"], named["others"]) == ("<b>Ada</b>", True, 2)
    assert len(library.find(named["asks"])) == 3


def test_a_correction_outranks_the_model_and_is_undone_by_its_number(asking: Asking, library: Library) -> None:
    done = asking.post("faces/1/corrections", {"smiling": False}).json
    assert done["said"] == "NOT Smiling: 1 face"
    smiling = attribute(asking.get("faces/1").json, "Smiling")
    assert (smiling["said"], smiling["has"], smiling["percent"]) == (False, False, "60 %")
    assert asking.post("faces/1/corrections", {"Smiling": False}).json["action"] is None
    assert asking.post("undo", {"action": done["action"]}).json["said"] == "Undone: NOT Smiling: 1 face"
    assert library.corrections(1) == {}


def test_null_asks_the_model_again(asking: Asking, library: Library) -> None:
    asking.post("faces/1/corrections", {"Smiling": True})
    asking.post("faces/1/corrections", {"Smiling": None})
    assert library.corrections(1) == {}


@pytest.mark.parametrize("said", [{"Nonsense": True}, {"Smiling": 1}, {"Smiling": "yes"}, [], "x", b"{", b"[" * 5000])
def test_what_is_no_correction_is_one_sentence(asking: Asking, library: Library, said: object) -> None:
    answer = asking.post("faces/1/corrections", said)
    assert answer.status == 400 and answer.json["error"].endswith((".", "?"))
    assert library.history() == []


@pytest.mark.parametrize("action", [True, "1", 1.5, 99])
def test_what_is_no_action_is_one_sentence(asking: Asking, action: object) -> None:
    assert asking.post("undo", {"action": action}).status == 400


def test_an_erased_face_is_said_to_be_gone(asking: Asking, library: Library) -> None:
    library.erase([1])
    assert "no face 1" in asking.get("faces/1").json["error"]
    assert asking.post("faces/1/corrections", {"Smiling": True}).status == 400
    assert asking.get("faces/1/alike").status == 400


def test_near_identical_faces_are_counted(asking: Asking) -> None:
    assert asking.get("faces/1/alike").json == {"alike": 0}


def test_nothing_is_changed_by_looking(asking: Asking) -> None:
    assert asking.get("faces/1/corrections").status == 405
    assert asking.get("undo").status == 405
