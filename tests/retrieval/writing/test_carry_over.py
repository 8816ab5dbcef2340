from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from retrieval.library import Library
from retrieval.writing.store import Face
from tests.retrieval.made import MODEL, a_face, a_photo, fill, found, raw, two_faces, vector

pytestmark = pytest.mark.both_stores


def test_a_correction_survives_the_photograph_s_replacement_where_the_boxes_overlap(library: Library):
    two_faces(library).correct([1], {"Bald": True})
    fill(library, [a_photo("/a", resembling(0.6), data="edited")])
    assert library.corrections(3) == {"Bald": True} and found(library, "Bald >= 1") == [3]
    assert library.undo().id == 1, "the history went with it"
    assert library.corrections(3) == {}


def resembling(cosine: float, seed: int = 1) -> Face:
    """A face in the place of `a_face(seed)`, whose vector is so much like that one's."""
    one, other = vector(seed), vector(seed + 100)
    aside = other - (one @ other) * one
    mixed = cosine * one + (1 - cosine**2) ** 0.5 * aside / np.linalg.norm(aside)
    return replace(a_face(5), embedding=mixed.astype(np.float32))


def test_another_person_s_photograph_at_that_path_inherits_nothing(library: Library):
    two_faces(library).correct([1], {"Bald": True})
    fill(library, [a_photo("/a", resembling(0.4), data="a stranger")])
    assert library.corrections(3) == {} and found(library, "corrected") == []
    assert library.corrections(1) == {"Bald": True} and library.totals().missing == 1, "until its bytes are back"


def test_the_same_bytes_looked_at_again_inherit_it_however_unlike(library: Library):
    two_faces(library).correct([1], {"Bald": True})
    fill(library, [a_photo("/a", resembling(0.4))])
    assert library.corrections(3) == {"Bald": True}


def at(left: int, top: int, right: int, bottom: int, seed: int = 0) -> Any:
    face = a_face(seed)
    return type(face)((left, top, right, bottom), None, None, face.probabilities, face.embedding)


def test_each_correction_goes_to_the_face_in_its_place(library: Library):
    fill(library, [a_photo("/two", at(0, 0, 50, 50), at(100, 0, 150, 50))])
    library.correct([1], {"Bald": True})
    library.correct([2], {"Male": True})
    fill(library, [a_photo("/two", at(102, 0, 150, 50), at(0, 80, 40, 120), at(3, 0, 50, 50), data="edited")])
    assert [library.corrections(face) for face in (3, 4, 5)] == [{"Male": True}, {}, {"Bald": True}]


def test_boxes_are_compared_as_parts_of_their_photographs(library: Library):
    small, large = a_photo("/a", at(10, 10, 50, 50)), a_photo("/a", at(20, 20, 100, 100), data="enlarged")
    fill(library, [small])
    library.correct([1], {"Bald": True})
    fill(library, [type(large)(*[getattr(large, n) if n not in ("width", "height") else 2 * getattr(large, n)
                                 for n in large.__slots__])])  # fmt: skip
    assert library.corrections(2) == {"Bald": True}


def test_a_copy_has_the_corrections_and_a_move_keeps_them(library: Library):
    two_faces(library).correct([1], {"Bald": True})
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.copy(1, "/copy", 1, 1)
        batch.copy(1, "/b", 1, 1)  # over another photograph
        batch.move(1, "/moved", 1, 1)
    assert [library.corrections(hit.face) for hit in library.find(None).hits] == [{"Bald": True}] * 3
    library.undo()
    assert [library.corrections(hit.face) for hit in library.find(None).hits] == [{}] * 3


def moved_over(library: Library, known: int, path: str) -> None:
    """As a run does that finds the bytes of what was there nowhere."""
    with library.writer(MODEL) as writer, writer.batch() as batch:
        there = writer.known("/")[path].id
        batch.move(known, path, 1, 1)
        batch.settle([there])


def test_a_photograph_moved_over_another_takes_over_what_was_said_there_if_it_is_nearly_the_same(library: Library):
    edited, stranger = resembling(0.99, seed=2), resembling(-0.9, seed=2)
    fill(library, [a_photo("/a", edited), a_photo("/b", a_face(2)), a_photo("/c", stranger)])
    library.correct([2], {"Bald": True})
    moved_over(library, 1, "/b")
    assert library.corrections(1) == {"Bald": True}
    moved_over(library, 3, "/b")
    assert library.corrections(3) == {}, "another person"


def test_the_next_photograph_of_somebody_does_not_inherit_by_taking_a_name(library: Library):
    """As where the first of a series is deleted, and the others move on by one."""
    fill(library, [a_photo("/1", a_face(2)), a_photo("/2", resembling(0.9, seed=2)), a_photo("/3", a_face(3))])
    library.correct([1], {"Smiling": False})
    moved_over(library, 2, "/1")
    assert library.corrections(2) == {} and library.totals().missing == 1
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.move(1, "/9", 1, 1)
    assert library.corrections(1) == {"Smiling": False} and library.verify() == []


def test_what_was_said_waits_for_its_bytes_until_the_run_has_ended(library: Library):
    two_faces(library).correct([1], {"Bald": True})
    with library.writer(MODEL) as writer:
        with writer.batch() as batch:
            batch.add(a_photo("/a", resembling(0.9), data="alike"))
        assert library.corrections(3) == {} and library.totals().missing == 1
        with writer.batch() as batch:
            batch.move(1, "/b", 1, 1)
            batch.settle([1, 2])
    assert library.corrections(1) == {"Bald": True} and library.corrections(3) == {}
    assert [(hit.face, hit.photo) for hit in library.find(None, sort="path").hits] == [(3, "/a"), (1, "/b")]
    assert (library.totals().photos, library.totals().missing) == (2, 0), "of what was at /b nothing had been said"


def test_what_was_said_of_a_copy_goes_to_the_one_that_is_left(library: Library):
    two_faces(library)
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.copy(1, "/copy", 1, 1)
    library.correct([1], {"Bald": True, "Male": True})
    library.correct([3], {"Male": False})
    library.correct([3], {"Smiling": True})
    library.undo()
    library.correct([1], {"Smiling": False})
    fill(library, [a_photo("/a", resembling(0.9), data="alike")])
    assert library.corrections(3) == {"Bald": True, "Male": False, "Smiling": False}
    assert library.corrections(4) == {}, "its bytes are not gone"
    library.undo(1)
    assert library.corrections(3) == {"Male": False, "Smiling": False}, "with its history"


def test_two_copies_of_which_different_things_were_said_keep_both(library: Library):
    two_faces(library)
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.copy(1, "/copy", 1, 1)
    library.correct([1], {"Male": True})
    library.correct([3], {"Male": False})
    fill(library, [a_photo("/a", a_face(7), data="other")])
    assert (library.corrections(3), library.corrections(1)) == ({"Male": False}, {"Male": True})
    assert library.totals().missing == 1 and library.verify() == []


def test_copies_of_which_the_same_was_said_become_one_with_both_histories(library: Library):
    two_faces(library)
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.copy(1, "/copy", 1, 1)
    library.correct([1], {"Male": True})
    library.correct([3], {"Male": True})
    fill(library, [a_photo("/a", a_face(7), data="other")])
    assert library.totals().missing == 0 and library.verify() == [] and library.corrections(3) == {"Male": True}
    library.undo()
    assert library.corrections(3) == {"Male": True}, "it was said twice"


def test_a_missing_photograph_s_words_are_found_in_its_copy(library: Library):
    two_faces(library)
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.copy(1, "/copy", 1, 1)
    library.correct([1], {"Bald": True})
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.mark_missing([1])
        batch.settle([1])
    assert found(library, "Bald >= 1") == [3] and library.corrections(1) == {"Bald": True}


def test_a_group_found_by_likeness_gives_way_to_what_a_person_said(library: Library):
    two_faces(library)
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.copy(1, "/copy", 1, 1)
    library.people.group(0.9)
    (group,) = [person.id for person in library.people.listed() if set(person.faces) == {1, 3}]
    library.people.reject(group, [1])
    with raw(library) as connection:
        connection.execute("DELETE FROM person_change WHERE face = 3")  # the rest of the group, of which it said so too
        connection.execute("UPDATE membership SET sure = 0 WHERE face = 3")
    fill(library, [a_photo("/a", a_face(7), data="other")])
    with raw(library) as connection:
        assert connection.execute("SELECT face, person FROM rejection").fetchall() == [(3, group)]
        assert connection.execute("SELECT * FROM membership WHERE face = 3").fetchall() == []


def test_what_no_face_of_another_look_takes_over_is_kept(library: Library):
    two_faces(library).correct([1], {"Bald": True})
    fill(library, [a_photo("/a", at(300, 300, 320, 320))])
    assert library.corrections(3) == {} and library.corrections(1) == {"Bald": True}
    assert library.totals().missing == 1
