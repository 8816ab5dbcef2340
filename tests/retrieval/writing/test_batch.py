from typing import Any

import pytest
from sqlalchemy import event

from retrieval.library import Library
from tests.retrieval.made import (
    MODEL,
    a_face,
    a_photo,
    dump,
    fill,
    generation,
    raw,
    sha256,
    vector,
)

pytestmark = pytest.mark.both_stores


def test_a_replaced_photograph_loses_its_faces_and_their_numbers_are_not_used_again(library: Library):
    fill(library, [a_photo("/a", a_face(1)), a_photo("/b", a_face(2))])
    fill(library, [a_photo("/b", a_face(3), data="new")])
    assert [(hit.face, hit.photo) for hit in library.find(None, sort="path").hits] == [(1, "/a"), (3, "/b")]
    fill(library, [a_photo("/b", data="newer")])
    fill(library, [a_photo("/c", a_face(4))])
    assert [hit.face for hit in library.find(None, sort="path").hits] == [1, 4]
    assert library.totals().photos == 3


def test_a_renamed_photograph_keeps_its_faces(library: Library):
    fill(library, [a_photo("/old", a_face(1)), a_photo("/in the way", a_face(2))])
    with library.writer(MODEL) as writer:
        old = writer.known("/")["/old"]
        with writer.batch() as batch:
            batch.mark_missing([old.id])
        with writer.batch() as batch:
            batch.move(old.id, "/in the way", 5, 6)
            batch.settle([known.id for known in writer.known("/").values()])
        known = writer.known("/")
    assert [(hit.face, hit.photo) for hit in library.find(None).hits] == [(1, "/in the way")]
    assert list(known) == ["/in the way"] and known["/in the way"].id == old.id and known["/in the way"].mtime_ns == 6


def test_a_copied_photograph_gets_faces_of_its_own(library: Library):
    fill(library, [a_photo("/a", a_face(1), a_face(2))])
    with raw(library) as connection:
        connection.execute("INSERT INTO correction (face, attribute, value, made) VALUES (1, 'Bald', 1, 0)")
    with library.writer(MODEL) as writer:
        (known,) = writer.with_bytes(sha256("/a"))
        with writer.batch() as batch:
            batch.copy(known.id, "/copy", 100, 2)
            batch.copy(known.id, "/a", 100, 3)  # the same place: only a new date
            assert len(writer.with_bytes(sha256("/a"))) == 2  # a batch sees itself
        fill_again = writer.known("/")
    assert [known.mtime_ns for known in fill_again.values()] == [3, 2]
    a, b, c, d = library.find(None).hits
    assert (a.photo, b.photo, c.photo, d.photo) == ("/a", "/a", "/copy", "/copy")
    assert (a.box, a.attributes, a.attributes["Bald"]) == (c.box, c.attributes, 1.0) and b.attributes == d.attributes
    assert library.embedding(3).tobytes() == library.embedding(1).tobytes()
    fill(library, [a_photo("/a")])
    assert [hit.face for hit in library.find(None).hits] == [3, 4]


def test_a_missing_photograph_is_left_out_until_it_is_back(library: Library):
    fill(library, [a_photo("/a", a_face(1)), a_photo("/b", a_face(2)), a_photo("/c", a_face(3)), a_photo("/d")])
    with library.writer(MODEL) as writer:
        ids = [known.id for known in writer.known("/").values()]
        with writer.batch() as batch:
            batch.mark_missing(ids[:2])
        assert [known.missing for known in writer.known("/").values()] == [True, True, False, False]
        assert [hit.face for hit in library.find(None).hits] == [3] == [h.face for h in library.similar(vector(1)).hits]
        assert library.facets().total == 1
        assert (library.totals().faces, library.totals().missing, library.totals().photos) == (1, 2, 4)
        with writer.batch() as batch:
            batch.mark_found(ids[:1])
        with writer.batch() as batch:
            batch.touch(ids[1], 100, 9)
    assert [hit.face for hit in library.find(None).hits] == [1, 2, 3]


def test_the_generation_moves_only_with_the_answers(library: Library):
    fill(library, [a_photo("/a", a_face(1))])
    before = generation(library)
    with library.writer(MODEL) as writer:
        (known,) = writer.known("/").values()
        with writer.batch():
            pass
        with writer.batch() as batch:
            batch.mark_found([known.id])
            batch.mark_missing([])
            batch.touch(known.id, 100, 77)
        assert generation(library) == before
        with writer.batch() as batch:
            batch.mark_missing([known.id])
            batch.add(a_photo("/b", a_face(2)))
    assert generation(library) == before + 1


def test_an_exception_rolls_the_whole_batch_back(library: Library):
    fill(library, [a_photo("/a", a_face(1)), a_photo("/b", a_face(2))])
    before = dump(library)
    for error in (ValueError, KeyboardInterrupt):
        with library.writer(MODEL) as writer, pytest.raises(error), writer.batch() as batch:
            batch.add(a_photo("/a", a_face(9)))
            batch.copy(2, "/c", 1, 1)
            batch.move(2, "/d", 1, 1)
            batch.mark_missing([1])
            raise error
    assert dump(library) == before


@pytest.mark.lengthy
def test_an_exception_at_any_statement_rolls_the_whole_batch_back(library: Library):
    fill(library, [a_photo("/a", a_face(1)), a_photo("/b", a_face(2))])
    before = dump(library)
    failed = 0
    for nth in range(1, 100):
        with library.writer(MODEL) as writer:
            left = iter(range(nth, 0, -1))

            @event.listens_for(writer._editor._engine, "before_cursor_execute")
            def fail(*_: Any) -> None:
                if next(left, 0) == 1:  # noqa: B023
                    raise RuntimeError("the nth statement")

            try:
                with writer.batch() as batch:
                    batch.add(a_photo("/a", a_face(9), a_face(8)))
                    batch.copy(2, "/c", 1, 1)
                    batch.move(2, "/d", 1, 1)
                break
            except RuntimeError:
                failed += 1
        assert dump(library) == before
    assert failed > 15 and dump(library) != before


def test_an_unknown_photograph_is_an_error(library: Library):
    fill(library, [])
    with library.writer(MODEL) as writer:
        for change in ("touch", "move"):
            with pytest.raises(ValueError, match="no photograph 7"), writer.batch() as batch:
                batch.touch(7, 1, 1) if change == "touch" else batch.move(7, "/x", 1, 1)
