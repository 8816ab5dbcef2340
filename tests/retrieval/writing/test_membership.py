import pytest
from sqlalchemy import insert

from retrieval.library import Library
from retrieval.tables import schema
from tests.retrieval.crowd import CLOSE, FIRST, SECOND, THIRD, groups, person_of

pytestmark = pytest.mark.both_stores


def test_merged_groups_stay_together_and_keep_a_name(crowd: Library):
    crowd.people.name(person_of(crowd, 6), "Bea")
    crowd.people.merge(person_of(crowd, 1), person_of(crowd, 6))
    crowd.people.group(CLOSE)
    assert groups(crowd) == [FIRST | SECOND, THIRD] and crowd.people.listed()[0].name == "Bea"


def test_split_faces_are_another_person_for_good(crowd: Library):
    crowd.people.split(person_of(crowd, 1), [4, 5])
    crowd.people.group(CLOSE)
    assert groups(crowd) == [SECOND, {1, 2, 3}, THIRD, {4, 5}]


def test_groups_are_told_apart_by_a_split_or_a_rejection_until_it_is_undone(crowd: Library):
    first, second, third = (person_of(crowd, min(faces)) for faces in (FIRST, SECOND, THIRD))
    assert [crowd.people.told_apart(person) for person in (first, second, third)] == [set()] * 3
    split = crowd.people.split(first, [4, 5])
    part = person_of(crowd, 4)
    assert (crowd.people.told_apart(first), crowd.people.told_apart(part)) == ({part}, {first})
    assert crowd.people.told_apart(second) == set()
    crowd.undo(split.id)
    assert crowd.people.told_apart(first) == set()


def test_what_likeness_put_into_a_group_tells_it_apart_from_none(crowd: Library):
    first, second = person_of(crowd, 1), person_of(crowd, min(SECOND))
    face = max(FIRST)
    crowd.people.reject(first, [face])
    with crowd._editing() as connection:
        connection.execute(insert(schema.membership).values(face=face, person=second, sure=0))
    assert crowd.people.told_apart(first) == crowd.people.told_apart(second) == set()


def test_a_rejection_that_is_undone_after_a_merge_holds_no_more(crowd: Library):
    first, second = person_of(crowd, 1), person_of(crowd, min(SECOND))
    face = max(SECOND)
    rejection = crowd.people.reject(second, [face])
    merge = crowd.people.merge(first, second)
    crowd.undo(rejection.id)
    assert rejections(crowd) == set()
    crowd.undo(merge.id)
    assert rejections(crowd) == set() and groups(crowd) == [FIRST, SECOND, THIRD]


def test_a_rejected_match_stays_rejected(crowd: Library):
    first = person_of(crowd, 1)
    crowd.people.name(first, "Anna")
    crowd.people.reject(person_of(crowd, 1), [3])
    for _ in range(2):
        crowd.people.group(CLOSE)
        assert {1, 2, 4, 5} in groups(crowd) and not any(3 in group for group in groups(crowd))
    crowd.people.merge(person_of(crowd, 6), person_of(crowd, 1))
    crowd.people.group(CLOSE)
    assert not any(3 in group for group in groups(crowd))


def test_a_rejection_from_a_group_that_nobody_named_holds_too(crowd: Library):
    crowd.people.reject(person_of(crowd, 1), [3])
    crowd.people.group(CLOSE)
    assert groups(crowd) == [{1, 2, 4, 5}, SECOND, THIRD]


def test_what_a_merge_carried_over_is_undone_with_it(crowd: Library):
    first, second = person_of(crowd, 1), person_of(crowd, 6)
    crowd.people.reject(second, [7])
    rejected = rejections(crowd)
    merged = crowd.people.merge(first, second)
    assert rejections(crowd) == rejected | {(7, first)}
    crowd.undo(merged.id)
    assert rejections(crowd) == rejected == {(7, second)}


def rejections(library: Library) -> set[tuple[int, int]]:
    with library._editing() as connection:
        return {(face, person) for face, person in connection.exec_driver_sql("SELECT face, person FROM rejection")}
