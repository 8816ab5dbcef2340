import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import select

from retrieval.errors import FacequeryError, NoSuchPerson, NotThatPerson
from retrieval.library import Library
from retrieval.tables import schema
from retrieval.tables.actions import Action
from retrieval.writing import apart
from tests.retrieval.crowd import CLOSE, FIRST, PEOPLE, SECOND, THIRD, groups, person_of
from tests.retrieval.likeness.test_pose import FRONT
from tests.retrieval.made import MODEL, a_face, a_photo, fill

pytestmark = pytest.mark.both_stores


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


def test_faces_that_are_turned_aside_are_in_no_group_until_a_person_says_so(library: Library):
    """But of those without landmarks, which were aligned before anybody saw them, nobody knows that they are."""
    points = {"front": FRONT, "aside": FRONT + np.array([[0, 0], [0, 0], [20, 0], [0, 0], [0, 0]])}
    for at, (row, pose) in enumerate(zip(PEOPLE, ["front", "front", None, "aside", "aside"], strict=False)):
        face = a_face(at)
        landmarks = None if pose is None else tuple((float(x), float(y)) for x, y in points[pose])
        fill(library, [a_photo(f"/{at}", type(face)(face.box, landmarks, 0.9, face.probabilities, row))])
    assert library.people.group() == 1 and groups(library) == [{1, 2, 3}]
    asked = {frozenset((doubt.first, doubt.second)) for doubt in library.people.doubts()}
    assert frozenset((4, 5)) in asked and any(4 in pair and pair & {1, 2, 3} for pair in asked)
    library.people.same(1, 4)
    assert library.people.group() == 1 and groups(library) == [{1, 2, 3, 4}]


def test_what_is_left_over_is_asked_until_it_is_answered(crowd: Library):
    assert crowd.people.doubts() == [], "three persons, and nobody between"
    crowd.people.group(0.99)  # so strict that all are alone
    assert crowd.people.listed() == [] == crowd.people.doubts(), "what the model's threshold would join is no doubt"
    crowd.people.same(1, 2)
    first, *_ = asked = crowd.people.doubts()
    assert all({doubt.first, doubt.second} <= FIRST for doubt in asked) and len(asked) == 3
    assert first.cosine == max(doubt.cosine for doubt in asked) and crowd.people.doubts(1) == [first]
    crowd.people.different(first.first, first.second)
    assert first not in crowd.people.doubts() and len(crowd.people.doubts()) == 2
    crowd.undo()
    assert crowd.people.doubts() == asked


class Said(RuleBasedStateMachine):
    """However people group, say and undo: a rejected face is never in that group again, and a sure one always is; two
    faces that were said to be one person, or two, are, until somebody says otherwise or undoes it.
    """

    folder: "Library"

    def __init__(self) -> None:
        super().__init__()
        self.library = self.folder
        with self.library._editing() as connection:
            for table in ("membership", "rejection", "carried", "naming", "person_change", "action", "person"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
        self.library.people.group(CLOSE)
        self.rejected: set[tuple[int, int]] = set()
        self.one: set[tuple[int, int]] = set()
        self.two: set[tuple[int, int]] = set()
        self.before: dict[int, list[set[tuple[int, int]]]] = {}  # each action, and what held

    def said(self, action: Action | None) -> None:
        if action is not None:
            self.before[action.id] = [set(self.rejected), set(self.one), set(self.two)]

    @rule(close=st.sampled_from([-1.0, 0.3, CLOSE, 0.99]))
    def group(self, close: float) -> None:
        sure = {(face, person.id) for person in self.library.people.listed() for face in person.sure}
        self.library.people.group(close)
        assert sure == {(face, person.id) for person in self.library.people.listed() for face in person.sure}

    @rule(at=st.integers(0, 9), called=st.sampled_from("AB"))
    def name(self, at: int, called: str) -> None:
        if people := self.library.people.listed():
            try:
                self.said(self.library.people.name(people[at % len(people)].id, called))
            except NotThatPerson:
                assert called in {person.name for person in people}

    @rule(at=st.integers(0, 9))
    def reject(self, at: int) -> None:
        if people := self.library.people.listed():
            person = people[at % len(people)]
            face = person.faces[at % len(person.faces)]
            self.said(self.library.people.reject(person.id, [face]))
            self.rejected.add((face, person.id))
            self.one = {pair for pair in self.one if face not in pair}

    @rule(at=st.integers(0, 9), count=st.integers(1, 3))
    def split(self, at: int, count: int) -> None:
        if people := self.library.people.listed():
            person = people[at % len(people)]
            faces = person.faces[:count]
            self.said(self.library.people.split(person.id, faces))
            self.rejected |= {(face, person.id) for face in faces}
            self.one = {pair for pair in self.one if len({*pair} & {*faces}) != 1}

    @rule(at=st.integers(0, 9))
    def merge(self, at: int) -> None:
        people = self.library.people.listed()
        if len(people) > 1:
            self.said(self.library.people.merge(people[0].id, people[1 + at % (len(people) - 1)].id))
            self.otherwise()

    @rule(first=st.integers(1, 12), second=st.integers(1, 12))
    def same(self, first: int, second: int) -> None:
        if first != second:
            self.said(self.library.people.same(first, second))
            self.one.add((first, second))
            self.otherwise()

    @rule(first=st.integers(1, 12), second=st.integers(1, 12))
    def different(self, first: int, second: int) -> None:
        if first != second:
            self.said(self.library.people.different(first, second))
            self.two.add((first, second))
            people = self.library.people.listed()
            self.one = {pair for pair in self.one if any({*pair} <= person.sure for person in people)}

    def otherwise(self) -> None:
        """What a person said otherwise since holds no more."""
        sure = [(person.id, person.sure) for person in self.library.people.listed()]
        self.rejected -= {(face, number) for number, faces in sure for face in faces}
        self.two = {pair for pair in self.two if not any({*pair} <= faces for _, faces in sure)}

    @rule()
    def undo(self) -> None:
        try:
            undone = self.library.undo()
        except FacequeryError:
            return
        self.rejected, self.one, self.two = self.before[undone.id]

    @rule(at=st.integers(0, 9))
    def undo_an_earlier_one(self, at: int) -> None:
        if standing := [action.id for action in self.library.history() if not action.undone]:
            try:
                self.library.undo(standing[at % len(standing)])
            except FacequeryError:
                return
            self.rejected, self.one, self.two = set(), set(), set()  # which of them hold is what the next words say
            self.before = {number: [set(), set(), set()] for number in self.before}

    @invariant()
    def nothing_said_is_contradicted(self) -> None:
        held = {(face, person.id) for person in self.library.people.listed() for face in person.faces}
        assert not held & self.rejected
        of = dict(held)
        assert all(of[first] == of[second] for first, second in self.one)
        assert not any(of.get(first, -first) == of.get(second, -second) for first, second in self.two)
        faces = [face for face, _ in held]
        assert len(faces) == len(set(faces))

    @invariant()
    def nobody_is_where_the_library_itself_knows_that_they_are_not(self) -> None:
        with self.library.people._reading() as connection:
            told = apart.others(connection)
            refused = {(face, person) for face, person in connection.execute(select(schema.rejection))}
        of = {face: person.id for person in self.library.people.listed() for face in person.faces}
        assert not refused & of.items()
        assert not any(of.get(face) == of[other] for face in told for other in told[face] if other in of)
        assert {*map(frozenset, self.two)} <= {frozenset((face, other)) for face in told for other in told[face]}


def run(library: Library, examples: int, steps: int) -> None:
    machine = type("Machine", (Said,), {"folder": library}).TestCase
    machine.settings = settings(max_examples=examples, stateful_step_count=steps, deadline=None)
    machine("runTest").runTest()


@pytest.mark.lengthy
def test_no_sequence_of_words_contradicts_one(crowd: Library):
    run(crowd, 5, 15)


@pytest.mark.fault
def test_no_long_sequence_of_words_contradicts_one(crowd: Library):
    run(crowd, 100, 30)
