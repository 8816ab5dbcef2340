import math
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from retrieval.errors import LibraryBusy, NoSuchFace
from retrieval.language.query import parse
from retrieval.library import Library
from tests.retrieval.made import MODEL, a_face, a_photo, copy_of, fill, start, vector
from tests.retrieval.writing.test_store import WRITER
from tests.sizes import sizes

PATIENCE = 40  # seconds more, for a machine on which four readers leave a writer little


def in_threads(count: int, work: Callable[[int], None]) -> None:
    """Runs `work` in `count` threads and raises the first error of any of them."""
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(work, range(count)))


@pytest.mark.lengthy
@pytest.mark.parametrize(("seconds", "threads"), sizes((3, 4), (60, 8)))
def test_reading_while_another_process_writes_never_fails(library: Library, seconds: int, threads: int):
    with start(WRITER, library) as writer:
        assert writer.stdout and writer.stdout.readline()
        until = time.monotonic() + seconds
        latest = until + PATIENCE
        seen: set[int] = set()

        def read(at: int) -> None:
            while (now := time.monotonic()) < until or (len(seen) < 2 and now < latest):
                answer = library.find("Male OR NOT Male", limit=20, offset=at * 3)
                assert answer.total % 10 == 0 and all(len(hit.attributes) == 40 for hit in answer.hits)
                similar = library.similar(vector(at), limit=5)
                assert similar.hits[0].photo == f"/{at}" and similar.total >= answer.total
                assert library.facets().total >= similar.total and library.totals().faces >= similar.total
                seen.add(answer.generation)

        try:
            in_threads(threads, read)
        finally:
            writer.kill()
    assert len(seen) > 1


PACED = (
    WRITER.replace("100_000, 10", "5_056, 64")
    .replace("start + 10", "start + 64")
    .replace("        print(", "        time.sleep(float(sys.argv[2]) / 79)\n        print(")
    .replace("import sys", "import sys, time")
)  # 79 batches of 64


@pytest.mark.lengthy
@pytest.mark.parametrize(("seconds", "within"), sizes((5, math.inf), (60, 0.25)))
def test_a_page_comes_soon_while_five_thousand_faces_are_added(library: Library, seconds: int, within: float):
    with start(PACED, library, str(seconds)) as writer:
        assert writer.stdout and writer.stdout.readline()
        pages: list[float] = []

        def read(at: int) -> None:
            while writer.poll() is None:
                asked = time.monotonic()
                library.find("Male OR NOT Male", limit=60, offset=at * 60)
                pages.append(time.monotonic() - asked)
                assert library.count("Male") <= library.similar(vector(at), limit=5).total
                time.sleep(0.02)  # a person does not ask without a pause

        in_threads(8, read)
        assert writer.wait() == 0
    assert library.find(None).total == 5_056
    assert len(pages) > 2 * 8, "nobody waits until all are added"
    assert sorted(pages)[len(pages) * 95 // 100] < within, "seconds, of 95 in 100 pages"


@pytest.mark.lengthy
@pytest.mark.both_stores
@pytest.mark.parametrize("turns", sizes(20, 2000))
def test_one_library_serves_many_threads_the_same_answers(library: Library, turns: int):
    fill(library, [a_photo(f"/{at}", a_face(at)) for at in range(60)])
    queries = ["Male", "NOT Male AND Smiling > 0.3", "Bald OR Young", "Big_Nose AND NOT Eyeglasses"]
    expected = [(library.find(query), library.similar(vector(3), where=query)) for query in queries]

    def ask(at: int) -> None:
        for turn in range(turns):
            which = (at + turn) % len(queries)
            assert (library.find(queries[which]), library.similar(vector(3), where=queries[which])) == expected[which]

    in_threads(8, ask)


def test_the_parser_is_thread_safe():
    texts = ["Male AND (Bald OR NOT Young > 0.25)", "5 o'clock shadow smiling", "NOT (Male Bald)"]
    expected = [parse(text) for text in texts]

    def read(at: int) -> None:
        for turn in range(2000):
            assert parse(texts[(at + turn) % 3]) == expected[(at + turn) % 3]

    in_threads(8, read)


@pytest.mark.both_stores
@pytest.mark.parametrize("turns", sizes(30, 200))
def test_an_answer_is_of_one_generation(library: Library, turns: int):
    """Every face is male in even generations and in no other; no answer mixes two."""
    stop = threading.Event()

    def write_or_read(at: int) -> None:
        if at:
            while not stop.is_set():
                answer = library.find(None, limit=None)
                males = {hit.attributes["Male"] for hit in answer.hits}
                assert len(males) <= 1 and len(library.similar(vector(1)).hits) in (0, 5)
            return
        try:
            with library.writer(MODEL) as writer:
                for turn in range(turns):
                    with writer.batch() as batch:
                        for photo in range(5):
                            batch.add(a_photo(f"/{photo}", a_face(photo, Male=turn % 2), data=str(turn)))
        finally:
            stop.set()

    in_threads(4, write_or_read)


ASKED = {3: "Male OR NOT Male", 4: "Male > 0.3 AND Smiling < 0.8 OR any(Bald)", 5: None}


@pytest.mark.lengthy
@pytest.mark.parametrize("seeds", sizes(1, 10))
def test_two_sessions_erase_and_browse(template: Path, tmp_path: Path, seeds: int):
    """What one session erased is never shown again, in neither of them."""
    for seed in range(seeds):
        with copy_of(template, tmp_path / str(seed)) as one, Library.open(one.store.place) as other:
            fill(one, [a_photo(f"/{at}", a_face(at)) for at in range(300)])
            gone: set[int] = set()
            in_threads(2, lambda at: browse((one, other)[at], random.Random(2 * seed + at), gone))  # noqa: B023
            assert {hit.face for hit in one.find(None, limit=None).hits} == set(range(1, 301)) - gone
            assert gone and one.verify() == []


def browse(library: Library, dice: random.Random, gone: set[int], steps: int = 250) -> None:
    """Random steps of a session; `gone` are the faces whose erasure has ended."""
    for _ in range(steps):
        before, face = set(gone), dice.randint(1, 300)
        with suppress(LibraryBusy, NoSuchFace):  # both are sentences that a person reads
            assert not before & step(library, dice.randrange(6), face, gone)


def step(library: Library, kind: int, face: int, gone: set[int]) -> set[int]:
    """One thing that a person does; the faces that it showed."""
    if kind == 0:
        library.erase([face])
        gone.add(face)
        return set()
    if kind == 1:
        return {library.face(face).face}
    answer = library.similar_to(face, limit=400) if kind == 2 else library.find(ASKED[kind], limit=None)
    return {hit.face for hit in answer.hits}
