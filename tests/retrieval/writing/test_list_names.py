import pytest

from retrieval.errors import NoSuchShortlist, NotThatShortlist
from retrieval.library import Library
from tests.retrieval.listed import notes, on


def test_lists_are_renamed_copied_and_deleted_and_all_of_it_undone(six: Library):
    six.shortlists.add("a", [2, 1])
    six.shortlists.note("a", [1], "x")
    six.shortlists.rename("A", "b")
    six.shortlists.copy("b", "c")
    six.shortlists.move("c", [1], 1)
    deleted = six.shortlists.delete("b")
    assert deleted.summary == "the list b deleted: 2 faces" and deleted.faces == 2
    assert [one.name for one in six.shortlists.listed()] == ["c"] and on(six, "c") == [1, 2]
    with pytest.raises(NoSuchShortlist, match="“b”"):
        six.shortlists.entries("b")
    six.undo()
    assert on(six, "b") == [2, 1] and notes(six, "b") == notes(six, "c") == {1: "x"}
    for _ in range(3):
        six.undo()
    assert [one.name for one in six.shortlists.listed()] == ["a"] and notes(six, "a") == {1: "x"}


def test_a_deletion_is_not_undone_over_another_list_of_that_name(six: Library):
    six.shortlists.add("a", [1])
    deleted = six.shortlists.delete("a")
    six.shortlists.add("A", [2])
    with pytest.raises(NotThatShortlist, match="another is by now"):
        six.undo(deleted.id)
    assert on(six, "a") == [2] and not six.history()[1].undone
    six.shortlists.rename("a", "other")
    six.undo(deleted.id)
    assert on(six, "a") == [1] and on(six, "other") == [2]
