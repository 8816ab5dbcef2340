from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import NoSuchFace, NothingToUndo, QueryError, UnknownAttribute
from retrieval.library import Library
from tests.retrieval.failing import failures
from tests.retrieval.made import a_face, a_photo, copy_of, fill, found, raw, two_faces

pytestmark = pytest.mark.both_stores


def test_a_correction_outranks_the_model_until_it_is_taken_back(library: Library):
    two_faces(library)
    library.correct([1], {"Smiling": False, "Male": True})
    assert found(library, "Smiling") == [] and found(library, "Male") == [1, 2]
    assert library.corrections(1) == {"Smiling": False, "Male": True} and library.corrections(2) == {}
    library.correct([1], {"Smiling": None})
    assert found(library, "Smiling") == [1] and library.corrections(1) == {"Male": True}


def test_all_faces_that_match_a_query_are_corrected_at_once(library: Library):
    two_faces(library)
    action = library.correct("Smiling >= 0", {"wearing hat": True})
    assert action and action.summary == "Wearing_Hat: 2 faces of Smiling >= 0"
    assert found(library, "Wearing_Hat") == [1, 2]


def test_saying_it_again_changes_nothing(library: Library):
    two_faces(library).correct([1, 2], {"Bald": True})
    generation = library.find(None).generation
    assert library.correct([2, 1, 1], {"Bald": True}) is None and library.correct([], {"Bald": True}) is None
    assert library.find(None).generation == generation and len(library.history()) == 1


def test_the_last_action_is_undone_first(library: Library):
    two_faces(library).correct([1], {"Smiling": False})
    library.correct("Male", {"Male": False})
    assert found(library, "Male") == []
    assert library.undo().summary == "NOT Male: 1 face of Male"
    assert found(library, "Male") == [2] and found(library, "Smiling") == []
    library.undo()
    assert found(library, "Smiling") == [1]
    with pytest.raises(NothingToUndo, match="nothing to undo"):
        library.undo()
    assert [action.undone for action in library.history()] == [True, True]


def test_what_was_said_since_stays_when_an_earlier_action_is_undone(library: Library):
    first = two_faces(library).correct([1, 2], {"Bald": True})
    second = library.correct([2], {"Bald": False})
    assert first and second
    library.undo(first.id)
    assert library.corrections(1) == {} and library.corrections(2) == {"Bald": False}
    with pytest.raises(NothingToUndo, match=f"Action {first.id} is undone already"):
        library.undo(first.id)
    library.undo(second.id)
    assert library.corrections(2) == {}, "the first is undone too, so nothing is left to hold"
    with pytest.raises(NothingToUndo, match="no action 99"):
        library.undo(99)


STEPS = st.lists(
    st.tuples(st.sets(st.integers(1, 3), min_size=1), st.sampled_from([True, False, None]), st.integers(0, 9)),
    max_size=12,
)


@pytest.mark.lengthy
@settings(max_examples=30, deadline=None)
@given(STEPS)
def test_what_holds_is_what_the_last_action_not_undone_said(template, tmp_path_factory, steps):
    with copy_of(template, tmp_path_factory.mktemp("any") / "library") as library:
        fill(library, [a_photo(f"/{seed}", a_face(seed)) for seed in range(3)])
        said: dict[int, tuple[set[int], bool | None]] = {}
        for faces, value, undo in steps:
            if undo in said:
                library.undo(undo)
                del said[undo]
            elif action := library.correct(faces, {"Bald": value}):
                said[action.id] = (faces, value)
        for face in (1, 2, 3):
            last = next((value for faces, value in reversed(said.values()) if face in faces), None)
            assert library.corrections(face) == ({} if last is None else {"Bald": last})


def test_what_two_actions_said_holds_while_one_of_them_does(library: Library):
    first = two_faces(library).correct([1], {"Bald": True})
    library.correct([1, 2], {"Bald": True})
    assert first and library.undo(first.id)
    assert library.corrections(1) == library.corrections(2) == {"Bald": True}


def test_what_cannot_be_meant_is_refused_and_nothing_changes(library: Library):
    two_faces(library)
    with pytest.raises(NoSuchFace, match="no face 7 and 1 others"):
        library.correct([1, 7, 8], {"Bald": True})
    with pytest.raises(UnknownAttribute, match=r"called “Smilling”. Did you mean Smiling"):
        library.correct([1], {"Smilling": True})
    with pytest.raises(UnknownAttribute, match="facets"):
        library.correct([1], {"": True})
    with pytest.raises(QueryError):
        library.correct("Smilling", {"Bald": True})
    for value in (1, 0.5, "no", np.nan):
        with pytest.raises(ValueError, match="True, False or None"):
            library.correct([1], {"Bald": value})  # type: ignore[dict-item]
    assert library.history() == []


def test_numpy_s_numbers_and_truths_are_understood(library: Library):
    two_faces(library).correct(np.array([2]), {"Bald": np.bool_(True)})
    assert library.corrections(2) == {"Bald": True}


def test_an_exception_at_any_statement_leaves_nothing_half_said(library: Library, monkeypatch: pytest.MonkeyPatch):
    two_faces(library).correct([1], {"Bald": False, "Male": True})

    def rows() -> list[Any]:
        with raw(library) as connection:
            tables = ("correction", "action", "correction_change", "library")
            return [connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables]

    for edit in (lambda: library.correct([1, 2], {"Bald": True, "Male": None}), library.undo):
        assert failures(edit, rows, monkeypatch) > 5
