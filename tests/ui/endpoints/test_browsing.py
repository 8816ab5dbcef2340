"""What the parts of the page ask about the hits, as JSON."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.requests import Request

from retrieval.facts import Facts
from retrieval.language.query import parse
from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, fill
from ui.endpoints.browsing import routes

PARIS, LONDON = (48.85, 2.35), (51.5, -0.1)
NAMES = ["**bold**", "<script>alert(1)", "new\nline", os.fsdecode(b"\xff\xfe[a]*"), '"', "\u202etxt", "?", " "]

Ask = Callable[..., Any]


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    """Asks a library of four faces in three photographs, and of one in a folder of each awkward name."""
    with Library.create_or_open(tmp_path / "library") as library:
        one = a_photo("/me/paris/a", a_face(1, Smiling=0.9, Male=0.9), a_face(2, Smiling=0.1, Male=0.9))
        two, three = a_photo("/me/paris/b", a_face(3, Smiling=0.8, Male=0.1)), a_photo("/me/c", a_face(4, Smiling=0.7))
        paris, london = (
            Facts(1_684_333_000, None, "X<b>", None, *PARIS),
            Facts(1_691_000_000, None, "Z9", None, *LONDON),
        )
        others = [a_photo(f"/odd/{name}/x", a_face(9, Smiling=0.0)) for name in NAMES]
        fill(library, [replace(one, facts=paris), replace(two, facts=paris), replace(three, facts=london), *others])
        endpoints = {route.path: route.endpoint for route in routes(lambda: library)}

        def ask(path: str, status: int = 200, **params: str) -> Any:
            scope = {"type": "http", "method": "GET", "headers": [], "query_string": urlencode(params).encode()}
            answer = endpoints[path](Request(scope))
            assert answer.status_code == status, answer.body
            return json.loads(answer.body)

        yield ask


def test_the_timeline_is_of_what_matches_without_its_time(ask: Ask) -> None:
    found = ask("/timeline", q="Smiling taken:2023-05", unit="month")
    assert found == {"unit": "month", "bars": [["2023-05", 2], ["2023-08", 1]], "undated": 0, "chosen": "2023-05"}
    assert ask("/timeline")["undated"] == len(NAMES) and ask("/timeline")["chosen"] is None
    days = ask("/timeline", q="Smiling taken:2022", unit="day", within="2023-05")
    assert days["bars"] == [["2023-05-17", 2]] and days["chosen"] == "2022"


def test_folders_are_a_tree_that_is_asked_a_level_at_a_time(ask: Ask) -> None:
    top = ask("/folders", q='Smiling folder:"/odd"')
    (me,) = top["folders"]
    assert (me["name"], me["faces"], me["folders"], top["chosen"]) == ("me", 3, True, 'folder:"/odd"')
    below = ask("/folders", q="Smiling", under=me["under"])
    assert [(one["name"], one["faces"]) for one in below["folders"]] == [("paris", 2)]
    assert below["here"] == 1 and below["folders"][0]["condition"] == 'folder:"/me/paris"'


def test_a_folder_of_any_name_can_be_shown_opened_and_asked_for(ask: Ask, tmp_path: Path) -> None:
    (odd,) = [one for one in ask("/folders")["folders"] if one["name"] == "odd"]
    found = ask("/folders", under=odd["under"])["folders"]
    assert len(found) == len(NAMES)
    with Library.open(tmp_path / "library") as library:
        for one in found:
            assert library.count(one["condition"]) == one["faces"] == 1
            assert one["name"].isprintable()
            assert ask("/folders", under=one["under"])["here"] == 1


def test_cameras_come_with_the_query_that_finds_them(ask: Ask) -> None:
    found = ask("/cameras", q='Male camera:"Z9"')
    assert found["chosen"] == 'camera:"Z9"'
    assert found["cameras"][0] == {"name": "X<b>", "faces": 2, "condition": 'camera:"X<b>"'}


def test_places_are_those_in_view(ask: Ask) -> None:
    world = ask("/places", q="Smiling near:1,2,3km")
    assert [place["faces"] for place in world["places"]] == [2, 1] and world["chosen"] == [1, 2, 3000]
    paris = ask("/places", q="Smiling", south="48", west="2", north="49", east="3", zoom="8")
    assert [place["faces"] for place in paris["places"]] == [2] and paris["elsewhere"] == 1
    assert parse(paris["places"][0]["condition"])
    assert ask("/places", 400, zoom="99")["error"].startswith("A zoom is from 0 to 20")
    assert "error" in ask("/places", 400, south="here")


def test_a_histogram_says_what_each_threshold_would_find(ask: Ask) -> None:
    found = ask("/histogram", q="Male AND Smiling > 0.83", attribute="Smiling")
    assert found["total"] == ask("/histogram", q="Male", attribute="Smiling")["total"]
    assert found["chosen"] == [">", 0.83] and len(found["above"]) == len(found["right_above"]) == 1001
    assert found["above"][830] >= 1 and found["above"][999] == 0
    assert found["standard"]["threshold"] == 0.5
    assert "No attribute is called" in ask("/histogram", 400, attribute="Smilling")["error"]


@pytest.mark.parametrize("path", ["/timeline", "/folders", "/cameras", "/places", "/histogram"])
def test_a_query_that_cannot_be_read_is_answered_by_a_sentence(ask: Ask, path: str) -> None:
    assert "No attribute is called" in ask(path, 400, q="Smilling", attribute="Smiling")["error"]
    assert "error" in ask(path, 400, q="@nothing", attribute="Smiling")
