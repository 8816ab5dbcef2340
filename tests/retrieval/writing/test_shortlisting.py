import pytest

from retrieval.errors import NoSuchFace, NoSuchShortlist, NotThatShortlist
from retrieval.library import Library
from retrieval.tables.shortlists import Entry, Shortlist
from tests.retrieval.listed import notes, on


def test_a_list_keeps_the_order_in_which_faces_were_put_on_it(six: Library):
    action = six.shortlists.add("Casting", [3, 1, 3])
    assert action and (action.kind, action.faces, action.summary) == ("lists", 2, "2 faces to a new list Casting")
    again = six.shortlists.add("casting", [5, 1])
    assert again and (again.faces, again.summary) == (1, "1 face to the list Casting")
    assert on(six, "CASTING") == [3, 1, 5] and six.history()[0] == again
    assert six.shortlists.listed() == [Shortlist(1, "Casting", 3, 0)] and six.shortlists.shortlist("casting").faces == 3
    assert six.shortlists.entries("Casting", limit=1, offset=1) == [Entry(1, None, False)]


def test_said_again_it_is_no_action(six: Library):
    six.shortlists.add("Casting", [1, 2], "tall")
    generation = six.find(None).generation
    assert six.shortlists.add("Casting", [2, 1]) is None and six.shortlists.add("Casting", [1], "tall") is None
    assert six.shortlists.note("Casting", [1], " tall ") is None and six.shortlists.move("Casting", [1], 1) is None
    assert six.shortlists.rename("Casting", "Casting") is None
    assert six.find(None).generation == generation and len(six.history()) == 1


def test_faces_are_moved_one_behind_the_other(six: Library):
    six.shortlists.add("a", [1, 2, 3, 4, 5, 6])
    for faces, to, order in (
        ([6], 1, [6, 1, 2, 3, 4, 5]),
        ([1, 4], 2, [6, 1, 4, 2, 3, 5]),
        ([6], 99, [1, 4, 2, 3, 5, 6]),
        ([5, 1], 0, [5, 1, 4, 2, 3, 6]),
        ([3, 4], 3, [5, 1, 3, 4, 2, 6]),
    ):
        six.shortlists.move("a", faces, to)
        assert on(six, "a") == order
    for _ in range(5):
        six.undo()
    assert on(six, "a") == [1, 2, 3, 4, 5, 6]


def test_a_note_is_of_one_list_and_goes_with_the_face(six: Library):
    six.shortlists.add("a", [1, 2])
    six.shortlists.add("b", [1])
    six.shortlists.note("a", [1, 2], "call back")
    assert notes(six, "a") == {1: "call back", 2: "call back"} and notes(six, "b") == {}
    six.shortlists.note("a", [2], "")
    six.shortlists.remove("a", [1])
    assert notes(six, "a") == {} and on(six, "a") == [2]
    six.undo()
    assert notes(six, "a") == {1: "call back"} and on(six, "a") == [1, 2]
    six.undo()
    assert notes(six, "a") == {1: "call back", 2: "call back"}


def test_what_cannot_be_meant_is_refused_and_nothing_changes(six: Library):
    six.shortlists.add("a", [1])
    for refused, why in (
        (lambda: six.shortlists.add("a", [9]), NoSuchFace),
        (lambda: six.shortlists.add(" ", [1]), NotThatShortlist),
        (lambda: six.shortlists.add("x" * 81, [1]), NotThatShortlist),
        (lambda: six.shortlists.add("a\nb", [1]), NotThatShortlist),
        (lambda: six.shortlists.add("\udcff", [1]), NotThatShortlist),
        (lambda: six.shortlists.create("A"), NotThatShortlist),
        (lambda: six.shortlists.copy("a", "A"), NotThatShortlist),
        (lambda: six.shortlists.note("a", [1], "x" * 1001), NotThatShortlist),
        (lambda: six.shortlists.note("a", [1], "\x1b[2J"), NotThatShortlist),
        (lambda: six.shortlists.note("a", [1], "\udcff"), NotThatShortlist),
        (lambda: six.shortlists.note("a", [2], "x"), NotThatShortlist),
        (lambda: six.shortlists.remove("a", []), NotThatShortlist),
        (lambda: six.shortlists.move("a", [1, 2], 1), NotThatShortlist),
        (lambda: six.shortlists.remove("b", [1]), NoSuchShortlist),
        (lambda: six.shortlists.delete("b"), NoSuchShortlist),
        (lambda: six.shortlists.rename("b", "c"), NoSuchShortlist),
    ):
        with pytest.raises(why):
            refused()
    assert len(six.history()) == 1 and six.shortlists.listed() == [Shortlist(1, "a", 1, 0)]
