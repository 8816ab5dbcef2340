import math
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from retrieval.attributes import ATTRIBUTES
from retrieval.errors import LibraryBusy, LibraryFull, WrongModel
from retrieval.library import Library
from retrieval.writing.store import Model, Photo
from tests.retrieval.made import (
    ENVIRONMENT,
    MODEL,
    OTHER,
    a_face,
    a_photo,
    copy_of,
    fill,
    probabilities,
    sha256,
    vector,
)
from tests.sizes import sizes


@contextmanager
def raw(library: Library) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(library.folder / "library.db")) as connection:
        yield connection


def dump(library: Library) -> list[Any]:
    """Every row that tells something about photographs."""
    tables = ("photo", "face", "attribute", "embedding", "correction", "library", "model")
    with raw(library) as connection:
        return [connection.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables]


def generation(library: Library) -> int:
    with raw(library) as connection:
        return int(connection.execute("SELECT generation FROM library").fetchone()[0])


def test_what_was_written_comes_back_bit_for_bit(library: Library):
    face = a_face(7)
    fill(library, [a_photo("/a.jpg", face)])
    hit = library.face(1)
    assert (hit.photo, hit.box) == ("/a.jpg", face.box)
    assert hit.attributes == dict(zip(ATTRIBUTES, face.probabilities.tolist(), strict=True))
    assert library.embedding(1).tobytes() == face.embedding.tobytes()


names = st.binary(min_size=1, max_size=60).filter(lambda name: b"\0" not in name and b"/" not in name)
photographs = st.dictionaries(names, st.integers(0, 9999), min_size=20, max_size=20)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(photographs)
def test_any_paths_and_faces_come_back(
    template: Path, tmp_path_factory: pytest.TempPathFactory, said: dict[bytes, int]
):
    come_back(template, tmp_path_factory.mktemp("any"), said)


@pytest.mark.fault
@pytest.mark.timeout(3000)
@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(photographs)
def test_very_many_paths_and_faces_come_back(
    template: Path, tmp_path_factory: pytest.TempPathFactory, said: dict[bytes, int]
):
    come_back(template, tmp_path_factory.mktemp("any"), said)


def come_back(template: Path, folder: Path, said: dict[bytes, int]) -> None:
    with copy_of(template, folder / "library") as library:
        fill(library, [a_photo(os.fsdecode(b"/photos/" + name), a_face(seed)) for name, seed in said.items()])
        hits = library.find(None, limit=None).hits
        assert [os.fsencode(hit.photo) for hit in hits] == [b"/photos/" + name for name in said]
        for hit, seed in zip(hits, said.values(), strict=True):
            assert list(hit.attributes.values()) == probabilities(seed).tolist()
            assert library.embedding(hit.face).tobytes() == vector(seed).tobytes()


NAMES = [
    b"\xff\xfe.jpg", "é.jpg".encode(), "e\u0301.jpg".encode(), b"a\nb.jpg", b"a\tb.jpg", b"'.jpg", b'".jpg', b";--.jpg",
    b"%.jpg", b"_.jpg", b"<script>.jpg", "\u202egpj.exe".encode(), "👩‍👩‍👧.jpg".encode(), b"x" * 255, b"-rf.jpg",
    b" a.jpg", b"a.JPG", b"d/" * 2100 + b"a.jpg", b"\\.jpg", b"**x**.jpg", b"?.jpg", b"#.jpg", b"\x7f\x01.jpg",
    b"caf\xe9.jpg",
]  # fmt: skip


def test_names_come_back_byte_for_byte(library: Library):
    paths = [os.fsdecode(b"/p/" + name) for name in NAMES]
    fill(library, [a_photo(path, a_face(at)) for at, path in enumerate(paths)])
    assert [hit.photo for hit in library.find(None, limit=None).hits] == paths
    with raw(library) as connection:
        stored = connection.execute("SELECT path FROM photo ORDER BY id").fetchall()
        assert [path for (path,) in stored] == [b"/p/" + name for name in NAMES]
    with library.writer(MODEL) as writer:
        assert list(writer.known("/p")) == paths


@pytest.mark.parametrize(
    ("folder", "inside"),
    [
        ("/a_b", {"/a_b/1", "/a_b/c/2", os.fsdecode(b"/a_b/\xff")}),
        ("/a_b/", {"/a_b/1", "/a_b/c/2", os.fsdecode(b"/a_b/\xff")}),
        ("/a_b/c", {"/a_b/c/2"}),
        ("/aXb", {"/aXb/3"}),
        ("/a_b2", {"/a_b2/4"}),
        ("/a%", {"/a%/6"}),
        (os.fsdecode(b"/\xff"), {os.fsdecode(b"/\xff/7")}),
        ("/nowhere", set()),
        ("/a_b/1", set()),
    ],
)
def test_a_folder_does_not_match_its_lookalikes(library: Library, folder: str, inside: set[str]):
    others = {"/aXb/3", "/a_b2/4", "/a_b.jpg", "/a_b-c/5", "/a_b0/x", "/a%/6", os.fsdecode(b"/\xff/7"), "/A_B/8"}
    here = {"/a_b/1", "/a_b/c/2", os.fsdecode(b"/a_b/\xff")}
    fill(library, [a_photo(path) for path in sorted(here | others)])
    with library.writer(MODEL) as writer:
        assert set(writer.known(folder)) == inside
        assert set(writer.known("/")) == here | others


def test_a_known_photograph_tells_its_outcome(library: Library):
    unreadable = Photo("/bad.jpg", 3, 4, None, None, None, "unreadable", "it is cut short", ())
    fill(library, [a_photo("/two.jpg", a_face(1), a_face(2)), unreadable, a_photo("/none.jpg")])
    with library.writer(MODEL) as writer:
        known = writer.known("/")
    assert [(k.outcome, k.faces, k.reason, k.missing) for k in known.values()] == [
        ("faces", 2, None, False),
        ("unreadable", 0, "it is cut short", False),
        ("no_face", 0, None, False),
    ]
    assert (known["/two.jpg"].sha256, known["/two.jpg"].size, known["/two.jpg"].mtime_ns) == (
        sha256("/two.jpg"),
        100,
        1,
    )


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
        known = writer.known("/")
    assert [(hit.face, hit.photo) for hit in library.find(None).hits] == [(1, "/in the way")]
    assert list(known) == ["/in the way"] and known["/in the way"].id == old.id and known["/in the way"].mtime_ns == 6


def test_a_copied_photograph_gets_faces_of_its_own(library: Library):
    fill(library, [a_photo("/a", a_face(1), a_face(2))])
    with raw(library) as connection, connection:
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


def test_sqlite_itself_refuses_what_is_no_probability(library: Library):
    fill(library, [a_photo("/a", a_face(1))])
    with raw(library) as connection:
        for value in (math.nan, math.inf, -math.inf, -0.1, 1.1, None, "much", np.float32(0.5)):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute('UPDATE attribute SET "Male" = ?', [value])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE embedding SET vector = zeroblob(2047)",
        "UPDATE embedding SET vector = NULL",
        "UPDATE embedding SET vector = 'text'",
        "UPDATE photo SET path = 'text'",
        "UPDATE photo SET outcome = 'perhaps'",
        "UPDATE photo SET sha256 = 'short'",
        "UPDATE photo SET missing = 2",
        'UPDATE face SET "left" = "right"',
        "INSERT INTO photo (path, size, mtime_ns, outcome, missing, added) SELECT path, 1, 1, outcome, 0, 0 FROM photo",
        "INSERT INTO library VALUES (2, 'x', 0, 'x', '')",
        "INSERT INTO correction (face, attribute, value, made) VALUES (1, 'Bald', 1, 0), (1, 'Bald', 0, 0)",
        "INSERT INTO correction (face, attribute, value, made) VALUES (99, 'Bald', 1, 0)",
    ],
)
def test_sqlite_itself_refuses_broken_rows(library: Library, statement: str):
    fill(library, [a_photo("/a", a_face(1))])
    with raw(library) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)


def test_faces_of_another_model_are_refused(library: Library):
    fill(library, [a_photo("/a")])
    with library.writer(OTHER):  # no faces yet: the model may still change
        assert library.model == OTHER
    fill(library, [a_photo("/b", a_face(1))])
    before = dump(library)
    with (
        pytest.raises(WrongModel, match=r"tagged by tiny \(ffff.*densenet121 \(0000.*another --library"),
        library.writer(OTHER),
    ):
        pass
    assert dump(library) == before
    with library.writer(MODEL):  # and the lock is free again
        pass


def test_new_thresholds_of_the_same_weights_count_at_once(library: Library):
    fill(library, [a_photo("/a", a_face(1, Male=0.6))])
    assert library.find("Male").total == 1
    stricter = Model(MODEL.fingerprint, "tiny", "{}", {**MODEL.thresholds, "Male": 0.7})
    with library.writer(stricter):
        assert library.find("Male").total == 0 and library.model == stricter


def test_a_second_writer_is_told_who_is_first(library: Library):
    with library.writer(MODEL):
        started = time.monotonic()
        with pytest.raises(LibraryBusy, match=f"process {os.getpid()}") as caught, library.writer(MODEL):
            pass
        assert caught.value.pid == os.getpid() and time.monotonic() - started < 1
    with library.writer(MODEL):
        pass


HOLDER = """
import sys, time
from pathlib import Path
from retrieval.library import Library
from tests.retrieval.made import MODEL
with Library.open(Path(sys.argv[1])) as library, library.writer(MODEL):
    print("held", flush=True)
    time.sleep(60)
"""


def start(script: str, library: Library, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", script, str(library.folder), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)


@pytest.mark.parametrize("times", sizes(2, 20))
def test_the_lock_is_free_when_its_holder_is_killed(library: Library, times: int):
    for _ in range(times):
        with start(HOLDER, library) as holder:
            assert holder.stdout and holder.stdout.readline() == "held\n"
            with pytest.raises(LibraryBusy) as caught, library.writer(MODEL):
                pass
            assert caught.value.pid == holder.pid and str(holder.pid) in str(caught.value)
            holder.kill()
            holder.wait()
            with library.writer(MODEL):
                pass


WRITER = """
import sys
from pathlib import Path
from retrieval.library import Library
from tests.retrieval.made import MODEL, a_face, a_photo
with Library.open(Path(sys.argv[1])) as library, library.writer(MODEL) as writer:
    first = len(writer.known("/"))
    for start in range(first, first + 100_000, 10):
        with writer.batch() as batch:
            for at in range(start, start + 10):
                batch.add(a_photo(f"/{at}", a_face(at)))
        print(start + 10, flush=True)
"""


def test_kill_9_at_any_moment_loses_no_committed_face(library: Library):
    dice = np.random.default_rng(1)
    for _ in range(4):
        with start(WRITER, library) as writer:
            assert writer.stdout
            committed = int(writer.stdout.readline())
            time.sleep(dice.uniform(0.02, 0.3))
            writer.kill()
            committed = int([str(committed), *writer.stdout.read().split()][-1])
        with raw(library) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        answer = library.find(None, limit=None)
        assert answer.total in (committed, committed + 10)  # committed, but killed before it could say so
        nearest = library.similar(vector(committed - 1), limit=1).hits[0]
        assert nearest.photo == f"/{committed - 1}"


PAGES = (70, 80, 90, 110, 140)  # what a new library needs and more, in pages of 4 KiB
MORE_PAGES = [pytest.param(pages, marks=pytest.mark.fault) for pages in range(75, 225, 10)]


@pytest.mark.parametrize("pages", [*PAGES, *MORE_PAGES])
def test_a_full_disk_loses_only_the_running_batch(library: Library, pages: int):
    with library.writer(MODEL) as writer:
        event.listen(
            writer._editor._engine, "checkout", lambda driver, *_: driver.execute(f"PRAGMA max_page_count = {pages}")
        )
        stored = 0
        with pytest.raises(LibraryFull, match=str(library.folder)):
            for at in range(100):
                with writer.batch() as batch:
                    for face in range(3):
                        batch.add(a_photo(f"/{at}/{face}", a_face(at)))
                stored += 3
        assert stored < 300 and library.find(None).total == stored
        with raw(library) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    fill(library, [a_photo("/more", a_face(1))])
    assert library.find(None).total == stored + 1


LIMITED = WRITER.replace(
    "with Library", "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\nwith Library", 1
)


def test_a_disk_that_refuses_a_write_is_named(library: Library):
    command = [sys.executable, "-c", LIMITED, str(library.folder)]
    ended = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)
    assert "retrieval.errors.LibraryFull: The disk under" in ended.stderr and str(library.folder) in ended.stderr
    stored = library.find(None).total
    assert stored >= int(ended.stdout.split()[-1] if ended.stdout else 0) and stored % 10 == 0
