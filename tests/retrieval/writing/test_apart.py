"""Two faces that somebody said are two persons, and what else is said of either afterwards."""

import pytest

from retrieval.library import Library
from retrieval.writing import apart
from tests.retrieval.crowd import CLOSE, groups, person_of
from tests.retrieval.made import MODEL

ALONE = 12


def told(library: Library) -> set[frozenset[int]]:
    with library.people._reading() as connection:
        return {frozenset((one, other)) for one, others in apart.others(connection).items() for other in others}


def together(library: Library, *faces: int) -> bool:
    return any(set(faces) <= group for group in groups(library))


def both_leave(library: Library) -> None:
    """Faces 2 and 4 are said to be two persons; then neither is the person any more that one of them was."""
    library.people.different(2, 4)
    library.people.same(3, 5)
    library.people.different(3, 2)


def one_of_them_is_with_face_3(library: Library) -> tuple[int, int]:
    """Of faces 1 and 2, which are said to be two persons, and both not face 5's: which, and which of them is alone."""
    library.people.different(1, 2)
    for face in (1, 3, 4):
        library.people.reject(person_of(library, 5), [face])
    library.people.group(CLOSE)
    return (1, 2) if together(library, 1, 3) else (2, 1)


def test_two_faces_stay_apart_when_neither_is_the_person_any_more_that_one_of_them_was(crowd: Library):
    crowd.people.different(2, 4)
    crowd.people.reject(person_of(crowd, 1), [1])
    crowd.people.different(3, 2)
    for close in (-1.0, 0.3, CLOSE, -1.0):
        crowd.people.group(close)
        assert not together(crowd, 2, 4) and not together(crowd, 2, 3)
    assert crowd.people.different(4, 2) is None is crowd.people.different(2, 3), "said before"


def test_it_holds_no_more_once_it_is_undone(crowd: Library):
    both_leave(crowd)
    crowd.undo(crowd.history()[-1].id)
    assert told(crowd) == {frozenset((2, 3))}
    crowd.people.reject(person_of(crowd, 4), [4])
    crowd.people.group(-1)
    assert together(crowd, 2, 4) and not together(crowd, 2, 3)


def test_it_holds_still_when_another_word_is_undone(crowd: Library):
    both_leave(crowd)
    crowd.undo()
    assert told(crowd) == {frozenset((2, 4))}
    crowd.people.group(-1)
    assert together(crowd, 2, 3) and not together(crowd, 2, 4)


@pytest.mark.parametrize("again", ["same", "merge"])
def test_the_later_word_that_they_are_one_person_holds_until_it_is_undone(crowd: Library, again: str):
    both_leave(crowd)
    crowd.people.group(CLOSE)
    assert not together(crowd, 2, 4)
    if again == "same":
        crowd.people.same(2, 4)
    else:
        crowd.people.same(2, 6)
        crowd.people.same(4, 10)
        crowd.people.merge(person_of(crowd, 2), person_of(crowd, 4))
    assert together(crowd, 2, 4) and frozenset((2, 4)) not in told(crowd)
    for face in (2, 4):
        crowd.people.reject(person_of(crowd, face), [face])
    crowd.people.group(-1)
    assert together(crowd, 2, 4), "they were said to be one person since"
    for _ in range(3):
        crowd.undo()
    assert told(crowd) >= {frozenset((2, 4))}
    crowd.people.group(-1)
    assert not together(crowd, 2, 4)


def test_they_are_not_asked_again(crowd: Library):
    crowd.people.group(0.99)  # so strict that all are alone
    crowd.people.same(1, 2)
    crowd.people.different(1, 3)
    crowd.people.different(1, 4)  # nobody is that person now but 1 and 2
    for face in (2, 1):
        crowd.people.reject(person_of(crowd, face), [face])
    crowd.people.same(3, ALONE)
    crowd.people.same(4, 10)
    asked = {frozenset((doubt.first, doubt.second)) for doubt in crowd.people.doubts()}
    assert asked and frozenset((1, 3)) not in asked and frozenset((1, 4)) not in asked


def test_a_rejection_is_said_of_a_group_and_not_of_two_faces(crowd: Library):
    """Neither of them was that person: they may be one."""
    person = person_of(crowd, 10)
    crowd.people.reject(person, [10])
    crowd.people.reject(person, [11])
    assert told(crowd) == set()
    crowd.people.group(CLOSE)
    assert together(crowd, 10, 11)


def test_two_faces_of_which_one_was_rejected_from_the_others_group_can_be_told_apart(crowd: Library):
    crowd.people.reject(person_of(crowd, 2), [4])
    assert crowd.people.different(2, 4), "that was said of the group only"
    crowd.people.reject(person_of(crowd, 2), [2])
    crowd.people.group(-1)
    assert not together(crowd, 2, 4)


def test_who_was_put_into_a_group_by_likeness_gives_way_to_another_who_surely_is_in_it(crowd: Library):
    found, left = one_of_them_is_with_face_3(crowd)
    crowd.people.same(left, 3)
    assert together(crowd, left, 3) and not together(crowd, found, 3)
    crowd.people.reject(person_of(crowd, left), [left])
    crowd.people.group(CLOSE)
    assert together(crowd, found, 3), "the other is there no more"
    crowd.undo()
    assert together(crowd, left, 3) and not together(crowd, found, 3)


def test_it_can_be_said_again_of_two_faces_that_an_older_version_put_together(crowd: Library):
    both_leave(crowd)
    crowd.people.group(CLOSE)
    number = person_of(crowd, 6)
    with crowd._editing() as connection:
        connection.exec_driver_sql(f"INSERT INTO membership VALUES (2, {number:d}, 0), (4, {number:d}, 0)")
    assert crowd.people.different(2, 4) and not together(crowd, 2, 4)


def test_groups_of_two_faces_that_were_told_apart_are_told_apart(crowd: Library):
    crowd.people.different(2, 6)
    crowd.people.reject(person_of(crowd, 2), [2])
    crowd.people.reject(person_of(crowd, 6), [6])
    crowd.people.same(2, 10)
    crowd.people.same(6, ALONE)
    one, other = person_of(crowd, 2), person_of(crowd, 6)
    assert other in crowd.people.told_apart(one) and one in crowd.people.told_apart(other)


def test_it_holds_of_the_copy_of_a_photograph_too(crowd: Library):
    crowd.people.different(2, 4)
    with crowd.writer(MODEL) as writer, writer.batch() as batch:
        path, known = next((path, known) for path, known in writer.known("/").items() if path == "/1")
        batch.copy(known.id, "/copy", 1, 1)
        batch.mark_missing([known.id])
        batch.settle([known.id])
    copy = max(person.faces[-1] for person in crowd.people.listed())
    assert path and told(crowd) == {frozenset((2, 4)), frozenset((copy, 4))}
    crowd.people.reject(person_of(crowd, copy), [2, copy])
    crowd.people.group(-1)
    assert not together(crowd, copy, 4)


def test_a_face_does_not_get_the_number_of_another_that_is_missing(crowd: Library):
    found, left = one_of_them_is_with_face_3(crowd)
    number = person_of(crowd, found)
    with crowd.writer(MODEL) as writer, writer.batch() as batch:
        batch.mark_missing([writer.known("/")[f"/{found - 1}"].id])
    crowd.people.group(CLOSE)
    assert together(crowd, left, 3) and person_of(crowd, left) != number == person_of(crowd, found)


def test_nothing_is_left_of_it_when_one_is_erased(crowd: Library):
    both_leave(crowd)
    crowd.erase([4])
    assert told(crowd) == {frozenset((2, 3))}
