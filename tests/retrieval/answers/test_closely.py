"""One face looked at closely."""

import pytest

from retrieval.answers.closely import surest
from retrieval.attributes import ATTRIBUTES
from retrieval.errors import NoSuchFace, QueryError
from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, fill, three

LIMITS = dict.fromkeys(ATTRIBUTES, 0.5)


@pytest.fixture
def some(library: Library) -> Library:
    three(library)
    return library


def test_all_faces_of_the_photograph_are_there_and_say_whether_they_match(some: Library) -> None:
    seen = some.closeup(2, "Male AND Smiling")
    assert {one.hit.face: one.matches for one in seen.faces} == {2: True, 3: False}
    assert seen.hit == some.face(2)
    assert seen.explanation is not None and seen.explanation.face == 2 and seen.explanation.matches
    assert seen.photograph == some.photographs([2])[2]
    assert some.closeup(2).explanation is None and {one.matches for one in some.closeup(2).faces} == {None}


def test_who_they_are_is_said(some: Library) -> None:
    some.people.group(alike=-1)
    group = some.people.listed()[0]
    some.people.name(group.id, "Ada <b>")
    assert {one.who.name for one in some.closeup(2).faces if one.who} == {"Ada <b>"}
    (who,) = {one.who for one in some.closeup(1).faces if one.who}
    assert (who.group, who.sure, who.faces) == (group.id, True, len(group.faces))


def test_the_model_s_own_word_stands_beside_a_person_s(some: Library) -> None:
    before = some.closeup(1)
    some.correct([1], {"Male": False})
    seen = some.closeup(1)
    assert seen.hit.attributes["Male"] == 0 and seen.said == {"Male": False}
    assert seen.predicted == before.predicted and seen.predicted["Male"] == pytest.approx(0.9)


def test_what_cannot_be_meant_is_refused(some: Library) -> None:
    with pytest.raises(NoSuchFace):
        some.closeup(99)
    with pytest.raises(QueryError):
        some.closeup(1, "Smilling")
    with pytest.raises(NoSuchFace):
        some.repeats(99)


def test_near_identical_faces_are_counted(library: Library) -> None:
    fill(library, [a_photo("/a", a_face(1)), a_photo("/b", a_face(1)), a_photo("/c", a_face(2))])
    assert [library.repeats(face) for face in (1, 2, 3)] == [1, 1, 0]


def test_the_surest_are_first_what_was_asked_and_never_an_opinion_by_itself() -> None:
    said = {
        **dict.fromkeys(ATTRIBUTES, 0.1),
        "Male": 0.99,
        "Smiling": 0.7,
        "Bangs": 0.9,
        "Bald": 0.6,
        "Oval_Face": 0.95,
    }
    assert surest(said, LIMITS) == ("Bangs", "Smiling", "Bald")
    assert surest(said, LIMITS, ["Male", "Eyeglasses"]) == ("Male", "Bangs", "Smiling")
    assert surest(dict.fromkeys(ATTRIBUTES, 0.1), LIMITS) == ()
