import math
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from retrieval.attributes import ATTRIBUTES
from retrieval.errors import LibraryFull
from retrieval.library import Library
from retrieval.writing.store import Photo
from tests.retrieval.made import (
    ENVIRONMENT,
    MODEL,
    a_face,
    a_photo,
    copy_of,
    fill,
    probabilities,
    raw,
    sha256,
    start,
    vector,
)

pytestmark = pytest.mark.both_stores


def test_what_was_written_comes_back_bit_for_bit(library: Library):
    face = a_face(7)
    fill(library, [a_photo("/a.jpg", face)])
    hit = library.face(1)
    assert (hit.photo, hit.box) == ("/a.jpg", face.box)
    assert hit.attributes == dict(zip(ATTRIBUTES, face.probabilities.tolist(), strict=True))
    assert library.embedding(1).tobytes() == face.embedding.tobytes()


names = st.binary(min_size=1, max_size=60).filter(lambda name: b"\0" not in name and b"/" not in name)
photographs = st.dictionaries(names, st.integers(0, 9999), min_size=20, max_size=20)


@pytest.mark.lengthy
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


@pytest.mark.sqlites
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
        "INSERT INTO library VALUES (2, 'x', 0, 'x', '', '')",
        "INSERT INTO correction (face, attribute, value, made) VALUES (1, 'Bald', 1, 0), (1, 'Bald', 0, 0)",
        "INSERT INTO correction (face, attribute, value, made) VALUES (99, 'Bald', 1, 0)",
    ],
)
@pytest.mark.sqlites
def test_sqlite_itself_refuses_broken_rows(library: Library, statement: str):
    fill(library, [a_photo("/a", a_face(1))])
    with raw(library) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)


WRITER = """
import sys
from retrieval.library import Library
from tests.retrieval.made import MODEL, a_face, a_photo
with Library.open(sys.argv[1]) as library, library.writer(MODEL) as writer:
    first = len(writer.known("/"))
    for start in range(first, first + 100_000, 10):
        with writer.batch() as batch:
            for at in range(start, start + 10):
                batch.add(a_photo(f"/{at}", a_face(at)))
        print(start + 10, flush=True)
"""


@pytest.mark.sqlites
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
@pytest.mark.sqlites
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


@pytest.mark.sqlites
def test_a_disk_that_refuses_a_write_is_named(library: Library):
    command = [sys.executable, "-c", LIMITED, str(library.folder)]
    ended = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)
    assert "retrieval.errors.LibraryFull: The disk under" in ended.stderr and str(library.folder) in ended.stderr
    stored = library.find(None).total
    assert stored >= int(ended.stdout.split()[-1] if ended.stdout else 0) and stored % 10 == 0
