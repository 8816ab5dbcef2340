from retrieval.library import Library
from tests.retrieval.crowd import CLOSE, FIRST, SECOND, THIRD, groups, person_of


def test_likeness_groups_the_faces_and_names_nobody(crowd: Library):
    assert groups(crowd) == [FIRST, SECOND, THIRD]
    assert {(person.name, person.sure) for person in crowd.people.listed()} == {(None, frozenset())}


def test_grouping_anew_changes_nothing_and_keeps_the_numbers(crowd: Library):
    before = crowd.people.listed()
    assert crowd.people.group(CLOSE) == 3 and crowd.people.listed() == before


def test_a_group_keeps_its_number_while_it_keeps_most_of_its_faces(crowd: Library):
    before = {face: person_of(crowd, face) for face in (1, 6, 10)}
    crowd.people.split(before[1], [1, 2])  # 3, 4, 5 keep the number
    crowd.people.group(CLOSE)
    assert [person_of(crowd, face) for face in (3, 6, 10)] == list(before.values())


def test_of_two_groups_that_had_one_number_the_one_with_more_of_its_faces_keeps_it(crowd: Library):
    number, other = person_of(crowd, 1), person_of(crowd, 6)
    with crowd._editing() as connection:  # group `number` was one of those five, and all of these four
        for face in SECOND | {1}:
            connection.exec_driver_sql(f"UPDATE membership SET person = {number:d} WHERE face = {face:d}")
        connection.exec_driver_sql("DELETE FROM membership WHERE face IN (2, 3, 4, 5)")
        connection.exec_driver_sql(f"DELETE FROM person WHERE id = {other:d}")
    crowd.people.group(CLOSE)
    assert person_of(crowd, 6) == number and person_of(crowd, 1) not in (number, other)
