import threading
import time
from collections.abc import Callable

import psycopg
import pytest

from retrieval.library import Library
from retrieval.stores.postgres import listening
from retrieval.tables import snapshot
from retrieval.tables.generation import advance
from tests.retrieval.made import a_face, a_photo, fill


def soon(is_so: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while not is_so() and time.monotonic() < until:
        time.sleep(0.02)
    return is_so()


def test_a_change_by_another_is_known_before_anybody_asks(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library.open(database) as one, Library.open(database) as other:
        one.follow()
        assert soon(lambda: _listens(database))
        fill(other, [a_photo("/a", a_face(1))])
        assert soon(lambda: one._current._snapshot is not None and len(one._current._snapshot) == 1)
        monkeypatch.setattr(snapshot, "load", None)
        assert one.count("Male OR NOT Male") == 1


@pytest.mark.lengthy
def test_what_was_rolled_back_is_not_told(database: str) -> None:
    with Library.open(database) as library:
        heard = threading.Event()
        stop = library.store.listen(heard.set)
        assert stop is not None and soon(lambda: _listens(database))
        with pytest.raises(ZeroDivisionError), library._editing() as connection:
            advance(connection)
            raise ZeroDivisionError
        assert not heard.wait(1.5)
        library.save_search("men", "Male")
        library.correct([], {"Bald": True})
        fill(library, [a_photo("/a", a_face(1))])
        assert heard.wait(10)
        stop()


def test_a_lost_connection_is_made_again(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "AGAIN", 0.1)
    with Library.open(database) as library:
        heard = threading.Event()
        stop = library.store.listen(heard.set)
        assert stop is not None and soon(lambda: _listens(database))
        with psycopg.connect(database, autocommit=True) as server:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%listens'"
            )
        time.sleep(0.3)
        assert soon(lambda: _listens(database))
        fill(library, [a_photo("/a", a_face(1))])
        assert heard.wait(10)
        stop()


def _listens(database: str) -> bool:
    asked = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = 'facequery listens' AND query LIKE 'LISTEN%'"
    )
    with psycopg.connect(database, autocommit=True) as server:
        row = server.execute(asked).fetchone()
        return row is not None and row[0] > 0
