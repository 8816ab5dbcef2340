import pytest

from retrieval.errors import NoSuchFace, NotThatPerson
from retrieval.library import Library
from retrieval.writing.membership import Person
from tests.retrieval.crowd import CLOSE, FIRST, SECOND, THIRD, groups, person_of

ALONE = 12


def of(library: Library, face: int) -> Person:
    return library.people.person(person_of(library, face))


def test_a_yes_between_two_groups_makes_them_one_that_keeps_its_name(crowd: Library):
    crowd.people.name(person_of(crowd, 6), "Bea")
    assert crowd.people.same(1, 6)
    crowd.people.group(CLOSE)
    assert groups(crowd) == [FIRST | SECOND, THIRD] and crowd.people.listed()[0].name == "Bea"
    assert crowd.people.same(6, 1) is None, "said before"


def test_a_face_alone_joins_the_others_group_for_good(crowd: Library):
    for pair in ((ALONE, 10), (10, ALONE)):
        action = crowd.people.same(*pair)
        assert action and of(crowd, 10).sure == {10, ALONE}, "of the others likeness alone says so"
        crowd.people.group(0.99)
        assert {10, ALONE} in groups(crowd)
        crowd.undo(action.id)
        crowd.people.group(CLOSE)
        assert groups(crowd) == [FIRST, SECOND, THIRD]


def test_two_faces_alone_become_a_group(crowd: Library):
    crowd.people.reject(person_of(crowd, 10), [10, 11])
    action = crowd.people.same(10, ALONE)
    assert groups(crowd) == [FIRST, SECOND, {10, ALONE}] and of(crowd, 10).sure == {10, ALONE}
    assert action and action.faces == 2 and action.summary == "faces 10 and 12 are one person"
    crowd.undo()
    assert groups(crowd) == [FIRST, SECOND]


def test_a_yes_inside_a_group_makes_the_two_sure_of_it(crowd: Library):
    assert crowd.people.same(1, 2) and of(crowd, 1).sure == {1, 2} and of(crowd, 1).faces == tuple(FIRST)


def test_a_no_holds_whatever_grouping_finds_until_it_is_undone(crowd: Library):
    for pair in ((1, 6), (6, 1), (1, ALONE), (ALONE, 1), (1, 2)):
        assert crowd.people.different(*pair)
        assert crowd.people.different(*reversed(pair)) is None, "said before"
        for close in (-1.0, CLOSE):
            crowd.people.group(close)
            assert not any(set(pair) <= group for group in groups(crowd)), (pair, close)
        crowd.undo()
        crowd.people.group(CLOSE)
        assert groups(crowd) == [FIRST, SECOND, THIRD] and not any(person.sure for person in crowd.people.listed())


def test_two_faces_alone_are_told_apart(crowd: Library):
    crowd.people.reject(person_of(crowd, 10), [10, 11])
    crowd.people.different(10, ALONE)
    assert groups(crowd) == [FIRST, SECOND, {10}]
    crowd.people.group(-1)
    assert not any({10, ALONE} <= group for group in groups(crowd))
    crowd.undo()
    assert not any({10} == group for group in groups(crowd))


def test_a_no_tells_two_groups_apart_for_who_looks_for_what_to_merge(crowd: Library):
    crowd.people.different(1, 6)
    assert crowd.people.told_apart(person_of(crowd, 1)) == {person_of(crowd, 6)}


def test_the_last_word_about_two_faces_holds(crowd: Library):
    crowd.people.different(1, ALONE)
    crowd.people.same(ALONE, 1)
    crowd.people.group(0.99)
    assert any({1, ALONE} <= group for group in groups(crowd))
    crowd.people.different(1, ALONE)
    crowd.people.group(-1)
    assert not any({1, ALONE} <= group for group in groups(crowd))


def test_what_cannot_be_said_of_two_faces_is_refused(crowd: Library):
    for say in (crowd.people.same, crowd.people.different):
        with pytest.raises(NoSuchFace, match="no face 99"):
            say(1, 99)
        with pytest.raises(NotThatPerson, match="same person as itself"):
            say(1, 1)
    assert groups(crowd) == [FIRST, SECOND, THIRD]
