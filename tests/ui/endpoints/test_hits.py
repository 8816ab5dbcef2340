"""Hits in parts, as the grid asks for them."""

import pytest

from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, fill
from tests.ui.conftest import Shelf
from tests.ui.endpoints.conftest import Get
from ui.words import percent

EVERY = "Male OR NOT Male"


def test_the_parts_of_an_answer_are_all_of_it(get: Get, own_shelf: Shelf) -> None:
    with Library.open(own_shelf.library) as library:
        answer = library.find(EVERY)
    parts = [get("/hits", params={"q": EVERY, "from": start, "count": 2}).json() for start in (0, 2)]
    hits = parts[0]["hits"] + parts[1]["hits"]
    assert hits == [
        {"face": hit.face, "photo_name": f"{hit.face - 1}.png", "score": percent(hit.score)} for hit in answer
    ]
    assert {(part["total"], part["generation"]) for part in parts} == {(3, answer.generation)}


def test_without_a_question_there_are_all_faces_without_a_score(get: Get) -> None:
    found = get("/hits", params={"sort": "path"}).json()
    assert [(hit["photo_name"], hit["score"]) for hit in found["hits"]] == [(f"{at}.png", None) for at in range(3)]


def test_their_numbers_alone_may_be_had(get: Get) -> None:
    found = get("/hits", params={"sort": "path", "only": "faces", "from": 1, "count": 10**9}).json()
    assert found["faces"] == [2, 3] and "hits" not in found


def test_a_change_of_the_library_moves_the_generation(get: Get, own_shelf: Shelf) -> None:
    before = get("/hits").json()
    with Library.open(own_shelf.library) as library:
        fill(library, [a_photo("/new.png", a_face(9))])
    after = get("/hits").json()
    assert after["generation"] > before["generation"] and after["total"] == 4


def test_a_saved_search_is_asked_by_its_name(get: Get, own_shelf: Shelf) -> None:
    with Library.open(own_shelf.library) as library:
        library.save_search("all", EVERY)
    assert get("/hits", params={"q": "@all"}).json()["total"] == 3


def test_the_faces_of_a_group_come_with_those_first_that_are_sure(get: Get, own_shelf: Shelf) -> None:
    with Library.open(own_shelf.library) as library:
        fill(library, [a_photo(f"/{at}.png", a_face(7), data=f"{at}") for at in range(3)])
        library.people.group()
        (person,) = library.people.listed()
    found = get("/hits", params={"group": str(person.id)}).json()
    assert [hit["face"] for hit in found["hits"]] == list(person.faces) and found["total"] == 3


@pytest.mark.parametrize(
    "params",
    [
        *(
            {"q": "Smilling"},
            {"q": "("},
            {"q": "@nobody"},
            {"group": "99"},
            {"like": "1"},
            {"from": "-1"},
            {"from": "x"},
        ),
        *({"count": "1e3"}, {"count": "٣"}, {"from": ""}, {"q": "x" * 5000}),
    ],
    ids=lambda params: str(params)[:40],
)
def test_what_cannot_be_asked_is_a_sentence(get: Get, params: dict[str, str]) -> None:
    answer = get("/hits", params=params)
    assert answer.status_code == 400 and len(answer.json()["error"].split()) > 3


def test_a_part_behind_the_end_is_empty(get: Get) -> None:
    found = get("/hits", params={"from": "9" * 30}).json()
    assert found["hits"] == [] and found["total"] == 3
