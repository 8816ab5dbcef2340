"""Parcels that are kept: what is done again changes nothing."""

from pathlib import Path

import pytest

from indexer.cluster.keeping import keep
from indexer.cluster.parcels import Looked, Told
from indexer.look import look
from indexer.scan import Candidate, scan
from indexer.seen import Eyes, Read, Seen, Unread
from indexer.workers import DIED
from retrieval.errors import LibraryFull
from retrieval.library import Library
from retrieval.tables.records import Way
from retrieval.writing.batch import Batch
from tests.bad_files import picture
from tests.indexer.cluster.conftest import MODEL, contents
from tests.indexer.conftest import FakeTagger

ALIGNED = Way("aligned")


@pytest.fixture
def looked(tmp_path: Path) -> Looked:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(5):
        picture(seed).save(folder / f"{seed}.png")
    (folder / "bad.png").write_bytes(b"text")
    files = tuple(scan(str(folder)).candidates)
    return Looked(files, tuple(look([Unread(file.path) for file in files], Eyes(FakeTagger(), None))))


def test_a_parcel_that_is_kept_twice_is_there_once(looked: Looked, database: str) -> None:
    with Library.open(database) as library, library.writer(MODEL) as writer:
        first = keep(writer, looked, ALIGNED)
        before = contents(database)
        generation = library.generation
        again = keep(writer, looked, ALIGNED)
        assert [(told.path, told.faces, told.reason) for told in again] == [
            (told.path, told.faces, told.reason) for told in first
        ]
        assert contents(database) == before and len(before) == 6
        assert library.generation == generation


def test_a_parcel_of_which_a_part_was_kept_is_completed(looked: Looked, database: str) -> None:
    with Library.open(database) as library, library.writer(MODEL) as writer:
        keep(writer, Looked(looked.files[:2], looked.seen[:2]), ALIGNED)
        keep(writer, looked, ALIGNED)
        assert len(contents(database)) == 6


def test_a_full_disk_keeps_nothing_of_a_parcel(looked: Looked, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(batch: Batch) -> None:
        raise LibraryFull("The server has no room.")

    with Library.open(database) as library, library.writer(MODEL) as writer:
        with monkeypatch.context() as patched:
            patched.setattr(Batch, "finish", full)
            with pytest.raises(LibraryFull):
                keep(writer, looked, ALIGNED)
        assert contents(database) == []
        keep(writer, looked, ALIGNED)
        assert len(contents(database)) == 6


@pytest.mark.parametrize(
    ("seen", "told", "rows"),
    [
        (Seen(reason="there is no such file", passing=True, read=Read(gone=True)), Told("/a.png", left=True), 0),
        (Seen(reason="cannot be read: no permission", passing=True, read=Read()), Told("/a.png", left=True), 0),
        (Seen(reason=DIED, passing=True), Told("/a.png", reason=DIED), 1),
    ],
)
def test_what_could_not_be_read_here_is_left_and_what_killed_who_looked_is_noted(
    seen: Seen, told: Told, rows: int, database: str
) -> None:
    with Library.open(database) as library, library.writer(MODEL) as writer:
        (kept,) = keep(writer, Looked((Candidate("/a.png", 1, 1),), (seen,)), ALIGNED)
    assert (kept.path, kept.left, kept.faces, kept.reason) == (told.path, told.left, told.faces, told.reason)
    assert len(contents(database)) == rows
