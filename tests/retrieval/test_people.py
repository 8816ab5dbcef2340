import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import insert

from retrieval.errors import FacequeryError, NoSuchPerson, NotThatPerson, QueryError
from retrieval.library import Library
from retrieval.tables import schema
from tests.retrieval.likeness.test_grouping import PEOPLE
from tests.retrieval.made import MODEL, a_face, a_photo, fill

CLOSE = 0.8
FIRST, SECOND, THIRD = {1, 2, 3, 4, 5}, {6, 7, 8, 9}, {10, 11}


@pytest.fixture
def crowd(library: Library) -> Library:
    """Eleven faces of three people, and a stranger: face 12."""
    for at, row in enumerate(PEOPLE):
        face = a_face(at)
        fill(library, [a_photo(f"/{at}", type(face)(face.box, face.landmarks, face.score, face.probabilities, row))])
    assert library.people.group(CLOSE) == 3
    return library


def groups(library: Library) -> list[set[int]]:
    return [set(person.faces) for person in library.people.listed()]


def person_of(library: Library, face: int) -> int:
    return next(person.id for person in library.people.listed() if face in person.faces)


def test_likeness_groups_the_faces_and_names_nobody(crowd: Library):
    assert groups(crowd) == [FIRST, SECOND, THIRD]
    assert {(person.name, person.sure) for person in crowd.people.listed()} == {(None, frozenset())}


def test_grouping_anew_changes_nothing_and_keeps_the_numbers(crowd: Library):
    before = crowd.people.listed()
    assert crowd.people.group(CLOSE) == 3 and crowd.people.listed() == before


def test_a_name_makes_a_group_sure_and_is_kept(crowd: Library):
    action = crowd.people.name(person_of(crowd, 1), " Anna ")
    anna = crowd.people.person(person_of(crowd, 1))
    assert (anna.name, set(anna.sure), action.faces) == ("Anna", FIRST, 5)
    crowd.people.group(0.999)
    assert groups(crowd) == [FIRST] and crowd.people.listed()[0].name == "Anna"
    crowd.people.name(anna.id, "Annie")
    assert [person.name for person in crowd.people.listed()] == ["Annie"]


def test_a_name_leaves_a_group_its_number(crowd: Library):
    first = person_of(crowd, 1)
    for called in ("Anna", "Annie"):
        crowd.people.name(first, called)
        crowd.people.group(CLOSE)
        assert crowd.people.person(first).name == called and set(crowd.people.person(first).faces) == FIRST
    assert [action.faces for action in crowd.history()] == [5, 5]


def test_names_are_undone_in_any_order(crowd: Library):
    first = person_of(crowd, 1)
    anna, annie = crowd.people.name(first, "Anna"), crowd.people.name(first, "Annie")
    crowd.undo(anna.id)
    assert crowd.people.person(first).name == "Annie" and crowd.people.person(first).sure == FIRST
    crowd.undo(annie.id)
    assert crowd.people.person(first).name is None and not crowd.people.person(first).sure


def test_a_name_that_is_another_s_by_now_is_not_given_back(crowd: Library):
    first, second = person_of(crowd, 1), person_of(crowd, 6)
    crowd.people.name(first, "Anna")
    renamed = crowd.people.name(first, "Annie")
    crowd.people.name(second, "Anna")
    with pytest.raises(NotThatPerson, match=f"group {second} is called so"):
        crowd.undo(renamed.id)
    assert [crowd.people.person(number).name for number in (first, second)] == ["Annie", "Anna"]
    assert not next(action for action in crowd.history() if action.id == renamed.id).undone


def test_the_name_of_a_person_who_became_another_can_be_given_again_and_comes_back(crowd: Library):
    first, second, third = (person_of(crowd, face) for face in (1, 6, 10))
    crowd.people.name(first, "Anna")
    crowd.people.name(second, "Bea")
    merged = crowd.people.merge(first, second)
    crowd.people.name(third, "Bea")
    crowd.undo()
    crowd.undo(merged.id)
    assert [crowd.people.person(number).name for number in (first, second, third)] == ["Anna", "Bea", None]


def test_a_group_keeps_its_number_while_it_keeps_most_of_its_faces(crowd: Library):
    before = {face: person_of(crowd, face) for face in (1, 6, 10)}
    crowd.people.split(before[1], [1, 2])  # 3, 4, 5 keep the number
    crowd.people.group(CLOSE)
    assert [person_of(crowd, face) for face in (3, 6, 10)] == list(before.values())


def test_of_two_groups_that_had_one_number_the_one_with_more_of_its_faces_keeps_it(crowd: Library):
    number, other = person_of(crowd, 1), person_of(crowd, 6)
    with crowd._editing() as connection:  # group `number` was one of those five, and all of these four
        for face in SECOND | {1}:
            connection.exec_driver_sql("UPDATE membership SET person = ? WHERE face = ?", (number, face))
        connection.exec_driver_sql("DELETE FROM membership WHERE face IN (2, 3, 4, 5)")
        connection.exec_driver_sql("DELETE FROM person WHERE id = ?", (other,))
    crowd.people.group(CLOSE)
    assert person_of(crowd, 6) == number and person_of(crowd, 1) not in (number, other)


def test_who_is_called_what_can_be_asked_for(crowd: Library):
    crowd.people.name(person_of(crowd, 1), "Anna Maria")
    assert {hit.face for hit in crowd.find('person:"anna maria"').hits} == FIRST
    assert crowd.count('NOT person:"Anna Maria"') == 7
    crowd.people.reject(person_of(crowd, 1), [3])
    assert {hit.face for hit in crowd.find('person:"anna maria"').hits} == FIRST - {3}
    crowd.people.name(person_of(crowd, 1), "Anna")
    with pytest.raises(QueryError, match="Nobody in the library is called") as caught:
        crowd.count('person:"Anna Maria"')
    assert caught.value.suggestions == ('person:"Anna"',)
    assert crowd.count("person:Anna") == 4


def test_a_name_that_is_none_or_another_s_is_refused(crowd: Library):
    first, second = person_of(crowd, 1), person_of(crowd, 6)
    crowd.people.name(first, "Anna")
    for called, what in (("  ", "characters"), ("x" * 201, "characters"), ("Anna", "merge")):
        with pytest.raises(NotThatPerson, match=what):
            crowd.people.name(second, called)
    assert groups(crowd) == [FIRST, SECOND, THIRD]


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


@pytest.mark.parametrize("name", ["\udcff", "a\0b", "a\nb"])
def test_a_name_is_text_that_can_be_printed(crowd: Library, name: str):
    with pytest.raises(NotThatPerson, match="printable"):
        crowd.people.name(person_of(crowd, 1), name)


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


@pytest.mark.parametrize("what", ["name", "merge", "split", "reject"])
def test_every_action_can_be_undone(crowd: Library, what: str):
    before = crowd.people.listed()
    first, second = person_of(crowd, 1), person_of(crowd, 6)
    actions = {
        "name": lambda: crowd.people.name(first, "Anna"),
        "merge": lambda: crowd.people.merge(first, second),
        "split": lambda: crowd.people.split(first, [4, 5]),
        "reject": lambda: crowd.people.reject(first, [3]),
    }
    action = actions[what]()
    assert crowd.people.listed() != before
    assert crowd.undo().id == action.id and crowd.people.listed() == before
    crowd.people.group(CLOSE)
    assert groups(crowd) == [FIRST, SECOND, THIRD]


def test_an_earlier_action_is_undone_and_what_was_said_since_stays(crowd: Library):
    named = crowd.people.name(person_of(crowd, 1), "Anna")
    crowd.people.reject(person_of(crowd, 6), [7])
    crowd.undo(named.id)
    assert groups(crowd) == [FIRST, {6, 8, 9}, THIRD]
    assert "Anna" not in {person.name for person in crowd.people.listed()}


def test_what_is_not_there_is_named(crowd: Library):
    first = person_of(crowd, 1)
    for ask in (
        crowd.people.person,
        lambda number: crowd.people.name(number, "X"),
        lambda n: crowd.people.merge(first, n),
    ):
        with pytest.raises(NoSuchPerson, match="no group 99"):
            ask(99)
    for change in (crowd.people.split, crowd.people.reject):
        with pytest.raises(NotThatPerson, match="Face 12 is not in group"):
            change(first, [1, 12])
        with pytest.raises(NotThatPerson):
            change(first, [])
    with pytest.raises(NotThatPerson):
        crowd.people.merge(first, first)
    assert groups(crowd) == [FIRST, SECOND, THIRD]


def test_faces_that_are_replaced_leave_their_groups(crowd: Library):
    with crowd.writer(MODEL) as writer, writer.batch() as batch:
        batch.mark_missing([writer.known("/")["/0"].id])
    crowd.people.group(CLOSE)
    assert any({2, 3, 4, 5} <= group for group in groups(crowd))


class Said(RuleBasedStateMachine):
    """However people group, say and undo: a rejected face is never in that group again, and a sure one always is."""

    folder: "Library"

    def __init__(self) -> None:
        super().__init__()
        self.library = self.folder
        with self.library._editing() as connection:
            for table in ("membership", "rejection", "carried", "naming", "person_change", "action", "person"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
        self.library.people.group(CLOSE)
        self.rejected: set[tuple[int, int]] = set()

    @rule(close=st.sampled_from([-1.0, 0.3, CLOSE, 0.99]))
    def group(self, close: float) -> None:
        sure = {(face, person.id) for person in self.library.people.listed() for face in person.sure}
        self.library.people.group(close)
        assert sure == {(face, person.id) for person in self.library.people.listed() for face in person.sure}

    @rule(at=st.integers(0, 9), called=st.sampled_from("AB"))
    def name(self, at: int, called: str) -> None:
        if people := self.library.people.listed():
            try:
                self.library.people.name(people[at % len(people)].id, called)
            except NotThatPerson:
                assert called in {person.name for person in people}

    @rule(at=st.integers(0, 9))
    def reject(self, at: int) -> None:
        if people := self.library.people.listed():
            person = people[at % len(people)]
            face = person.faces[at % len(person.faces)]
            self.library.people.reject(person.id, [face])
            self.rejected.add((face, person.id))

    @rule(at=st.integers(0, 9))
    def merge(self, at: int) -> None:
        people = self.library.people.listed()
        if len(people) > 1:
            self.library.people.merge(people[0].id, people[1 + at % (len(people) - 1)].id)
            together = {(face, person.id) for person in self.library.people.listed() for face in person.sure}
            self.rejected -= together  # a person said otherwise since

    @rule()
    def undo(self) -> None:
        try:
            self.library.undo()
        except FacequeryError:
            return
        self.rejected = set()  # which of them hold is what the next rejections say

    @invariant()
    def nothing_said_is_contradicted(self) -> None:
        held = {(face, person.id) for person in self.library.people.listed() for face in person.faces}
        assert not held & self.rejected
        faces = [face for face, _ in held]
        assert len(faces) == len(set(faces))


def run(library: Library, examples: int, steps: int) -> None:
    machine = type("Machine", (Said,), {"folder": library}).TestCase
    machine.settings = settings(max_examples=examples, stateful_step_count=steps, deadline=None)
    machine("runTest").runTest()


def test_no_sequence_of_words_contradicts_one(crowd: Library):
    run(crowd, 5, 10)


@pytest.mark.fault
def test_no_long_sequence_of_words_contradicts_one(crowd: Library):
    run(crowd, 100, 30)
