"""Who is the same person by descriptors, where the library has them; what it has not is counted."""

from pathlib import Path

import numpy as np
import pytest

from retrieval.columns import cache
from retrieval.errors import NotRecognised
from retrieval.library import Library
from retrieval.likeness import descriptors
from retrieval.likeness.examples import Example
from tests.retrieval.made import MODEL, OTHER, a_face, a_photo, describe, descriptor, faces, fill, raw, vector

PEOPLE = {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 3}  # whose face each is


@pytest.fixture
def six(library: Library) -> Library:
    """Faces that do not look alike, and of whom the descriptors say who is who."""
    fill(library, [a_photo(f"/{face}", a_face(face, Male=face % 2)) for face in PEOPLE])
    return library


@pytest.fixture
def described(six: Library) -> Library:
    describe(six, {face: descriptor(person, face) for face, person in PEOPLE.items()})
    return six


def test_they_say_who_is_the_same_person(described: Library):
    answer = described.similar_to(1, by="person")
    assert set(faces(answer)[:2]) == {2, 3} and answer.hits[1].score > 0.9 > answer.hits[2].score
    assert (answer.by, answer.total, answer.undescribed, answer.exact) == ("descriptor", 5, 0, True)
    assert set(faces(described.similar_to(4, by="person", where="Male"))) == {1, 3, 5}


def test_the_score_is_the_cosine_of_what_is_beside_the_centre(described: Library):
    one, other = (descriptor(1, photograph) - descriptors.CENTRE for photograph in (1, 2))
    cosine = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
    scores = {hit.face: hit.score for hit in described.similar_to(1, by="person")}
    assert scores[2] == pytest.approx(cosine, abs=1e-6)


def test_looks_are_not_asked_of_them(described: Library):
    answer = described.similar_to(1)
    assert answer.by == "look" and answer.hits[0].score < 0.5


def test_faces_without_one_are_counted_and_not_passed_off_as_compared(six: Library):
    describe(six, {face: descriptor(PEOPLE[face], face) for face in (1, 2, 4)})
    answer = six.similar_to(1, by="person")
    assert (faces(answer), answer.total, answer.undescribed) == ([2, 4], 2, 3)
    answer = six.similar_to(1, by="person", where="Male")
    assert (faces(answer), answer.total, answer.undescribed) == ([], 0, 2)


def test_an_example_without_one_has_the_head_asked(six: Library):
    assert six.similar_to(1, by="person").by == "head"
    describe(six, {1: descriptor(1)})
    assert six.similar_to([1, 2], by="person").by == "head"
    assert six.similar_to(1, unlike=[2], by="person").by == "head"
    answer = six.similar_to(2, by="person")
    assert (answer.by, answer.total, answer.undescribed) == ("head", 5, 0)


def test_without_a_head_descriptors_will_do_and_the_way_to_them_is_told(library: Library):
    with library.writer(OTHER) as writer, writer.batch() as batch:
        batch.add(a_photo("/1", a_face(1)))
        batch.add(a_photo("/2", a_face(2)))
    with pytest.raises(NotRecognised, match="people describe"):
        library.similar_to(1, by="person")
    describe(library, {1: descriptor(1), 2: descriptor(1, 2)})
    assert faces(library.similar_to(1, by="person")) == [2] and library.people.group() == 1


def test_a_picture_is_compared_by_its_own(described: Library):
    answer = described.similar(Example(vector(50), descriptor(2, 9)), by="person", limit=2)
    assert answer.by == "descriptor" and set(faces(answer)) == {4, 5}
    assert described.similar(vector(50), by="person").by == "head"
    with pytest.raises(ValueError, match="128"):
        described.similar(Example(vector(50), vector(50)), by="person")


def test_what_is_unlike_counts(described: Library):
    both = described.example(1), described.example(4)
    answer = described.similar(both[0], unlike=[both[1]], by="person", exclude=[1, 4])
    assert set(faces(answer)[:2]) == {2, 3} and faces(answer)[-1] == 5


def test_folded_are_photographs_and_not_people(described: Library):
    with described.writer(MODEL) as writer, writer.batch() as batch:
        batch.copy(writer.known("/")["/2"].id, "/copy", 1, 1)
    answer = described.similar_to(1, by="person", fold=True)
    assert {hit.face: hit.count for hit in answer if hit.count > 1} == {2: 2} and len(answer) == 5


def test_groups_are_made_by_them_only_if_every_face_has_one(six: Library):
    describe(six, {face: descriptor(person, face) for face, person in PEOPLE.items() if face != 6})
    assert six.people.grouped()[1:] == ("head", 1)
    describe(six, {6: descriptor(3, 6)})
    assert six.people.grouped() == (2, "descriptor", 0) and six.known_by() == "descriptor"
    assert [set(person.faces) for person in six.people.listed()] == [{1, 2, 3}, {4, 5}]


def test_of_no_face_it_is_not_said_that_it_was_described(library: Library):
    with library.writer(MODEL):
        pass
    assert library.people.grouped() == (0, "head", 0) and library.known_by() == "head"


def test_new_ones_serve_at_once_and_in_another_process_s_library_too(six: Library):
    describe(six, {1: descriptor(1), 2: descriptor(1, 2)})
    with Library.open(six.store.place) as other:
        assert faces(other.similar_to(1, by="person")) == [2]
        describe(six, {3: descriptor(1, 3)})
        assert {*faces(other.similar_to(1, by="person"))} == {2, 3}


def test_what_is_derived_is_kept_and_believed_only_whole(described: Library):
    answer = described.similar_to(1, by="person")
    kept = {kind: path for kind in ("descriptors", "described") for path in folder(described).glob(f"*.{kind}.npy")}
    assert set(kept) == {"descriptors", "described"}
    for path in kept.values():
        content = path.read_bytes()
        for damaged in (content[:-4], content[:-1] + bytes([content[-1] ^ 1]), b""):
            path.write_bytes(damaged)
            with Library.open(described.store.place) as later:
                assert later.similar_to(1, by="person") == answer
    with raw(described) as connection:
        assert connection.execute("SELECT DISTINCT name FROM descriptor").fetchall() == [(descriptors.NAME,)]


def folder(library: Library) -> Path:
    return library.folder / cache.FOLDER


def test_faces_that_are_missing_take_theirs_along(described: Library):
    with described.writer(MODEL) as writer, writer.batch() as batch:
        batch.mark_missing([writer.known("/")["/2"].id])
    answer = described.similar_to(1, by="person")
    assert 2 not in faces(answer) and (answer.total, answer.undescribed) == (4, 0)
