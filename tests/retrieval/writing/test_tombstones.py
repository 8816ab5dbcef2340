import pytest

from retrieval.library import Library
from retrieval.writing.store import Face
from tests.retrieval.made import a_face, a_photo, fill, raw, sha256, vector

pytestmark = pytest.mark.both_stores


def test_a_photograph_does_not_come_back_unless_it_may(library: Library):
    fill(library, [a_photo("/a", a_face(1)), a_photo("/b", a_face(2))])
    library.erase([1])
    library.erase([2], forget=True)
    fill(library, [a_photo("/a", a_face(1)), a_photo("/elsewhere", a_face(1), data="/a"), a_photo("/b", a_face(2))])
    assert [hit.photo for hit in library.find(None)] == ["/b"]
    fill(library, [a_photo("/a", a_face(1), data="another photograph at that path")])
    assert sorted(hit.photo for hit in library.find(None)) == ["/a", "/b"]


def test_a_face_among_others_does_not_come_back_alone(library: Library):
    right_face = Face((120, 20, 170, 140), None, None, a_face(2).probabilities, vector(2))
    both = a_photo("/two", a_face(1), right_face)
    fill(library, [both])
    library.erase([1])
    fill(library, [both])
    assert [hit.box for hit in library.find(None)] == [right_face.box]
    fill(library, [a_photo("/two", a_face(1))])
    assert [hit.box for hit in library.find(None)] == [right_face.box], "nothing to keep: it stays as it was"


def test_what_is_barred_is_not_said_in_words(library: Library):
    fill(library, [a_photo("/a", a_face(1))])
    library.erase([1])
    with raw(library) as connection:
        ((mac,),) = connection.execute("SELECT mac FROM erased").fetchall()
    assert mac != sha256("/a") and len(mac) == 64
