"""When the dead rows of what was erased are gone from a server's tables, and when somebody keeps them there."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import psycopg
import pytest

from retrieval.library import Library
from retrieval.stores.postgres import database
from retrieval.writing.erasure import Erased
from tests import postgres
from tests.retrieval.made import a_face, a_photo, fill

BEFORE = "BEGIN ISOLATION LEVEL REPEATABLE READ"


@pytest.fixture
def library() -> Iterator[Library]:
    with postgres.database() as address, Library.open(address) as library:
        fill(library, [a_photo(f"/{number}", a_face(number)) for number in range(20)])
        yield library


@contextmanager
def reading(library: Library) -> Iterator[psycopg.Connection]:
    """Somebody who looks at the state of this moment, for as long as the block lasts."""
    with psycopg.connect(str(library.store.place), autocommit=True) as reader:
        reader.execute(BEFORE)
        reader.execute("SELECT count(*) FROM face")
        yield reader
        reader.execute("ROLLBACK")


def dead(library: Library) -> int:
    """How many deleted rows the server still has in its table of vectors."""
    with psycopg.connect(str(library.store.place), autocommit=True) as server:
        said: list[str] = []
        server.add_notice_handler(lambda notice: said.append(notice.message_primary or ""))
        server.execute("VACUUM (VERBOSE) embedding")
        line = next(line for text in said for line in text.splitlines() if line.startswith("tuples:"))
        return int(line.split(" remain, ")[1].split()[0])


def test_while_somebody_reads_an_earlier_state_it_is_not_erased_and_then_it_is(
    library: Library, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(database, "WAITING", 0.1)
    with reading(library):
        assert library.erase([4]) == Erased(1, 1, complete=False, read=True)
        assert dead(library) == 1
        assert library.erase([]) == Erased(0, 0, complete=False, read=True)
    assert library.erase([]) == Erased(0, 0, complete=True) and dead(library) == 0


def test_who_reads_the_state_after_it_keeps_nothing(library: Library):
    with psycopg.connect(str(library.store.place), autocommit=True) as reader:
        library.erase([4])
        reader.execute(BEFORE)
        reader.execute("SELECT count(*) FROM face")
        library.erase([])  # complete, unless something else went on in another database meanwhile
        assert dead(library) == 0


def test_who_reads_for_a_moment_is_waited_for(library: Library):
    begun = threading.Event()

    def read() -> None:
        with reading(library):
            begun.set()
            time.sleep(0.7)

    reader = threading.Thread(target=read)
    reader.start()
    begun.wait()
    assert library.erase([4]) == Erased(1, 1, complete=True)
    reader.join()
    assert dead(library) == 0


def test_a_reader_of_another_database_keeps_nothing(library: Library):
    with postgres.database() as address, Library.open(address) as other:
        fill(other, [a_photo("/1", a_face(1))])
        with reading(other):
            assert library.erase([4]) == Erased(1, 1, complete=True)
    assert dead(library) == 0


def test_who_may_not_see_what_others_do_still_sees_that_they_read(library: Library):
    """An owner of the tables need be no superuser."""
    with psycopg.connect(str(library.store.place), autocommit=True) as other:
        other.execute("CREATE ROLE plain")
        other.execute("SET ROLE plain")
        (now,) = other.execute(str(database._NOW)).fetchone() or ("",)
        with reading(library):
            other.execute("RESET ROLE")
            library.correct([3], {"Bald": True})
            other.execute("SET ROLE plain")
            (now,) = other.execute(str(database._NOW)).fetchone() or ("",)
            earlier = str(database._EARLIER).replace(":now", f"'{now}'")
            assert other.execute(earlier).fetchone() == (True,)
        assert other.execute(earlier).fetchone() == (False,)
        other.execute("RESET ROLE")
        other.execute("DROP ROLE plain")


def left(library: Library, needles: list[bytes]) -> list[bytes]:
    """Which of them stand in the server's files of the library's tables and their indexes."""
    data = Path(parse_qs(urlsplit(str(library.store.place)).query)["host"][0])
    with psycopg.connect(str(library.store.place), autocommit=True) as server:
        server.execute("CHECKPOINT")
        kept = "relnamespace = 'public'::regnamespace AND pg_relation_filepath(oid) IS NOT NULL"
        paths = server.execute(f"SELECT pg_relation_filepath(oid) FROM pg_class WHERE {kept}").fetchall()
    content = b"".join((data / path).read_bytes() for (path,) in paths)
    return [needle for needle in needles if needle in content]


def test_once_the_server_writes_its_files_anew_as_is_said_no_byte_is_left_in_them(library: Library):
    fill(library, [a_photo(f"/of-{number}-them", a_face(number)) for number in range(100, 400)])
    gone = range(50, 300, 6)
    paths = [photo.path.encode() for photo in library.photographs(gone).values()]
    vectors = [library.embedding(face).astype(np.float16).tobytes() for face in gone]
    needles = [*paths, *(one[at : at + 32] for one in vectors for at in (0, 500, 992))]
    assert len(left(library, needles)) >= len(gone)
    assert library.erase(gone).complete and "VACUUM FULL" in str(library.store.beyond)
    assert left(library, needles), "or there would be nothing to say"
    with psycopg.connect(str(library.store.place), autocommit=True) as server:
        server.execute("VACUUM FULL")
    assert left(library, needles) == []
