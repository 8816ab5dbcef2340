"""Descriptors are kept with their faces, and go where they go."""

import struct
from pathlib import Path

import numpy as np
import pytest

from retrieval.library import Library
from retrieval.likeness.descriptors import NAME
from retrieval.writing.erasure import Erased
from retrieval.writing.verify import Finding
from tests.retrieval.made import MODEL, a_face, a_photo, describe, descriptor, fill, raw

pytestmark = pytest.mark.both_stores


@pytest.fixture
def three(library: Library) -> Library:
    fill(library, [a_photo(f"/{at}", a_face(at)) for at in range(3)])
    return library


def kept(library: Library) -> dict[int, bytes]:
    with raw(library) as connection:
        return dict(connection.execute("SELECT face, vector FROM descriptor"))


def test_what_is_kept_is_what_was_made_and_then_no_longer_lacking(three: Library):
    made = {1: descriptor(1), 3: descriptor(3)}
    describe(three, made)
    assert kept(three) == {face: vector.tobytes() for face, vector in made.items()}
    assert three.describing().lacking() == 1
    assert [(photo.path, list(photo.faces)) for photo in three.describing().portraits()] == [("/1", [2])]


def test_of_a_photograph_only_the_faces_that_lack_one_are_asked_for(library: Library):
    fill(library, [a_photo("/many", a_face(1), a_face(2), a_face(3))])
    describe(library, {2: descriptor(2)})
    assert [list(photo.faces) for photo in library.describing().portraits()] == [[1, 3]]


def test_photographs_are_read_in_pages(three: Library, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("retrieval.tables.portraits.PAGE", 1)
    assert [photo.path for photo in three.describing().portraits()] == ["/0", "/1", "/2"]


def test_nobody_looks_for_what_is_missing(three: Library):
    with three.writer(MODEL) as writer, writer.batch() as batch:
        batch.mark_missing([writer.known("/")["/1"].id])
    assert three.describing().lacking() == 2
    assert [photo.path for photo in three.describing().portraits()] == ["/0", "/2"]


def test_another_network_s_are_made_anew_and_replaced(three: Library):
    assert three.describing("another").keep({1: descriptor(9)}) == 1
    assert three.describing().lacking() == 3 and three.described() == 0
    describe(three, {1: descriptor(1)})
    assert kept(three) == {1: descriptor(1).tobytes()} and three.described() == 1


def test_a_face_that_went_meanwhile_is_passed_over(three: Library):
    before = three.find(None).generation
    assert three.describing().keep({99: descriptor(1)}) == 0 and three.find(None).generation == before
    assert three.describing().keep({1: descriptor(1), 99: descriptor(1)}) == 1


@pytest.mark.parametrize(
    "wrong", [np.zeros(128, np.float32), np.full(128, np.nan, np.float32), np.ones(512, np.float32)]
)
def test_what_is_no_descriptor_is_refused_and_nothing_is_kept(three: Library, wrong: np.ndarray):
    with pytest.raises(ValueError, match="embedding"):
        three.describing().keep({1: descriptor(1), 2: wrong})
    assert kept(three) == {}


def test_a_copy_of_the_same_bytes_has_the_same_descriptor(three: Library):
    describe(three, {1: descriptor(1)})
    with three.writer(MODEL) as writer, writer.batch() as batch:
        batch.copy(writer.known("/")["/0"].id, "/copy", 100, 1)
    assert kept(three) == {1: descriptor(1).tobytes(), 4: descriptor(1).tobytes()}


def test_a_face_of_other_bytes_has_none(three: Library):
    describe(three, {1: descriptor(1)})
    fill(three, [a_photo("/0", a_face(7), data="edited")])
    assert kept(three) == {} and three.describing().lacking() == 3


@pytest.mark.sqlites
def test_an_erased_face_leaves_nothing_of_its_descriptor(library: Library):
    fill(library, [a_photo(f"/{at}", a_face(at)) for at in range(60)])
    describe(library, {face: descriptor(face) for face in range(1, 61)})
    assert library.described() == 60  # and so there is a derived file
    parts = [descriptor(7).tobytes()[start:][:32] for start in range(0, 512, 32)]
    assert all(part in (library.folder / "library.db").read_bytes() + wal(library) for part in parts)
    assert library.erase([7]) == Erased(1, 1, complete=True)
    left = b"".join(path.read_bytes() for path in library.folder.rglob("*") if path.is_file())
    assert not any(part in left for part in parts) and library.described() == 59


def wal(library: Library) -> bytes:
    path = Path(f"{library.folder / 'library.db'}-wal")
    return path.read_bytes() if path.exists() else b""


@pytest.mark.sqlites
def test_bytes_of_a_descriptor_that_are_still_there_are_noticed(three: Library):
    describe(three, {1: descriptor(1), 2: descriptor(1)})
    assert not three.erase([1]).complete


@pytest.mark.sqlites
@pytest.mark.parametrize(
    ("vector", "kind"),
    [
        (b"short", "vector length"),
        (bytes(512), "vector length"),
        (struct.pack("<f", np.nan) * 128, "vector not finite"),
    ],
)
def test_verify_reads_them(three: Library, vector: bytes, kind: str):
    describe(three, {1: descriptor(1), 2: descriptor(2)})
    assert three.verify() == []
    with raw(three) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("UPDATE descriptor SET vector = ? WHERE face = 2", [vector])
    assert (kind, "descriptor", 2) in [finding[:3] for finding in three.verify() if isinstance(finding, Finding)]


def test_a_backup_has_them_too(three: Library, tmp_path: Path):
    from retrieval.writing.backup import backup

    describe(three, {1: descriptor(1)})
    backup(three.store, tmp_path / "copy", frozenset())
    with Library.open(tmp_path / "copy") as copy:
        assert copy.described() == 1 and copy.describing().name == NAME
