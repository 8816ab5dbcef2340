import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from retrieval.facts import Facts
from retrieval.library import Library
from retrieval.writing.dating import fact_values, of_file
from tests.retrieval.made import MODEL, a_face, a_photo, fill, raw, sha256

SUMMER = 1_690_000_000  # 2023-07-22 04:26:40 UTC
SECOND = 10**9


@pytest.fixture(autouse=True)
def _in_paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def dates(library: Library) -> dict[bytes, tuple[Any, ...]]:
    with raw(library) as connection:
        rows = connection.execute("SELECT path, dated, taken, utc_offset FROM photo").fetchall()
    return {path: tuple(date) for path, *date in rows}


def test_a_file_is_as_old_as_a_clock_on_the_wall_said_when_it_was_changed():
    assert of_file(SUMMER * SECOND) == {"dated": "file", "taken": SUMMER + 7200, "utc_offset": 7200}
    assert of_file((SUMMER - 180 * 86_400) * SECOND + 999)["utc_offset"] == 3600  # in winter


def test_a_file_older_than_photography_has_no_date():
    assert of_file(-(2**63)) == {"dated": "file", "taken": None, "utc_offset": None}


def test_a_photograph_s_own_date_outranks_its_file_s():
    values = fact_values(Facts(taken=5, utc_offset=None, camera="X"), SUMMER * SECOND)
    assert (values["dated"], values["taken"], values["utc_offset"], values["camera"]) == ("picture", 5, None, "X")
    values = fact_values(Facts(camera="X"), SUMMER * SECOND)
    assert (values["dated"], values["taken"], values["camera"]) == ("file", SUMMER + 7200, "X")


def test_of_a_photograph_that_was_not_asked_nothing_is_known(library: Library):
    fill(library, [a_photo("/a", a_face(1))])
    assert dates(library) == {b"/a": (None, None, None)}


def test_a_photograph_dated_by_its_file_follows_it_and_its_copy_has_its_own_date(library: Library):
    by_file = replace(a_photo("/a", a_face(1)), facts=Facts(), mtime_ns=SUMMER * SECOND)
    by_picture = replace(a_photo("/b", a_face(2)), facts=Facts(taken=7), mtime_ns=SUMMER * SECOND)
    fill(library, [by_file, by_picture, a_photo("/c", a_face(3))])
    later = (SUMMER + 5) * SECOND
    with library.writer(MODEL) as writer, writer.batch() as batch:
        for at, (path,) in {path: writer.with_bytes(sha256(path)) for path in ("/a", "/b", "/c")}.items():
            batch.copy(path.id, f"{at}2", 100, later + 5 * SECOND)
            batch.touch(path.id, 100, later)
    assert dates(library) == {
        b"/a": ("file", SUMMER + 7205, 7200),
        b"/a2": ("file", SUMMER + 7210, 7200),
        **dict.fromkeys([b"/b", b"/b2"], ("picture", 7, None)),
        **dict.fromkeys([b"/c", b"/c2"], (None, None, None)),
    }


def test_another_date_of_a_file_is_another_state_only_where_an_answer_may_differ(library: Library):
    fill(library, [replace(a_photo("/a", a_face(1)), facts=Facts()), replace(a_photo("/b", a_face(2)), facts=Facts(7))])
    states = []
    with library.writer(MODEL) as writer:
        for path in ("/b", "/a"):
            with writer.batch() as batch:
                batch.touch(writer.known("/")[path].id, 100, SUMMER * SECOND)
            with raw(library) as connection:
                states.append(connection.execute("SELECT generation FROM library").fetchone()[0])
    assert states[1] == states[0] + 1


def test_a_known_photograph_is_told_of_itself(library: Library):
    fill(library, [replace(a_photo("/a", a_face(1)), mtime_ns=SUMMER * SECOND)])
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.tell(1, Facts(camera="Canon EOS 5D", latitude=1.5, longitude=-2.5, orientation=6))
    with raw(library) as connection:
        row = connection.execute("SELECT taken, dated, camera, latitude, longitude, orientation FROM photo").fetchone()
    assert row == (SUMMER + 7200, "file", "Canon EOS 5D", 1.5, -2.5, 6)
