import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import NoSuchShortlist, NotThatShortlist
from retrieval.library import Library
from tests.retrieval.listed import notes, on
from tests.retrieval.made import a_face, a_photo, copy_of, fill, raw


def test_what_was_said_since_stays_when_an_earlier_action_is_undone(six: Library):
    first = six.shortlists.add("a", [1, 2])
    second = six.shortlists.add("a", [2, 3])
    assert first and second
    six.undo(first.id)
    assert on(six, "a") == [2, 3], "the list stays too, since there are faces on it"
    six.undo(second.id)
    assert six.shortlists.listed() == []


def test_to_have_been_moved_or_noted_keeps_no_face_on_a_list(six: Library):
    added = six.shortlists.add("a", [1, 2, 3])
    last = six.shortlists.add("a", [4])
    six.shortlists.move("a", [4], 1)
    six.shortlists.note("a", [4], "x")
    assert added and last and six.undo(last.id)
    assert on(six, "a") == [1, 2, 3] and notes(six, "a") == {}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "remove", "move", "note", "rename", "delete", "copy", "undo"]),
        st.sampled_from("ab"),
        st.lists(st.integers(1, 3), min_size=1, max_size=3, unique=True),
        st.integers(0, 8),
    ),
    max_size=14,
)


@pytest.mark.lengthy
@settings(max_examples=30, deadline=None)
@given(STEPS)
def test_whatever_is_done_and_undone_all_undone_leaves_nothing_and_verify_is_content(template, tmp_path_factory, steps):
    with copy_of(template, tmp_path_factory.mktemp("any") / "library") as library:
        fill(library, [a_photo(f"/{seed}", a_face(seed)) for seed in range(3)])
        for what, name, faces, number in steps:
            try:
                done(library, what, name, faces, number)
            except (NotThatShortlist, NoSuchShortlist):
                continue
        assert library.verify() == []
        for action in library.history():
            if not action.undone:
                library.undo(action.id)
        assert library.shortlists.listed() == []
        with raw(library) as connection:
            assert connection.execute("SELECT count(*) FROM shortlisted").fetchone() == (0,)


def done(library: Library, what: str, name: str, faces: list[int], number: int) -> None:
    lists = library.shortlists
    match what:
        case "undo":
            standing = [action.id for action in library.history() if not action.undone]
            if standing:
                library.undo(standing[number % len(standing)])
        case "move":
            lists.move(name, faces, number)
        case "note":
            lists.note(name, faces, str(number))
        case "rename" | "copy":
            getattr(lists, what)(name, "ba"["ab".index(name)])
        case "delete":
            lists.delete(name)
        case _:
            getattr(lists, what)(name, faces)
