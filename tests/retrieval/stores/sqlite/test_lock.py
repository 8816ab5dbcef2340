import os
import time

import pytest

from retrieval.errors import LibraryBusy
from retrieval.library import Library
from retrieval.writing import store
from retrieval.writing.store import Editor
from tests.retrieval.made import (
    MODEL,
    start,
    two_faces,
)
from tests.sizes import sizes

pytestmark = pytest.mark.sqlites


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


def test_one_who_edits_waits_for_the_lock_and_then_says_who_has_it(library: Library, monkeypatch: pytest.MonkeyPatch):
    two_faces(library)
    monkeypatch.setattr(store, "PATIENCE", 0.05)
    with library.writer(MODEL), pytest.raises(LibraryBusy, match="process"):
        library.correct([1], {"Bald": True})
    with Editor(library.store), pytest.raises(LibraryBusy), library.writer(MODEL):
        pass
    library.correct([1], {"Bald": True})
