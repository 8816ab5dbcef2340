"""Many who write to one library on a server and read it: nothing is lost, doubled, or seen by halves."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from multiprocessing.connection import Connection

import pytest

from retrieval.errors import LibraryBusy
from retrieval.library import Library
from tests import postgres
from tests.retrieval.made import MODEL, a_face, a_photo, fill, probabilities, vector
from tests.retrieval.stores.postgres.others import Other, another

BATCH = 10  # photographs that are added at once
FIXED = range(1, 6)  # faces that are corrected and listed, all five at once
READERS = 8


@pytest.fixture
def address() -> Iterator[str]:
    with postgres.database() as address:
        yield address


def index(line: Connection, address: str, which: int, seconds: float) -> None:
    """Adds batches, and has five photographs of its own show others in each; says how many there were."""
    until, number = time.monotonic() + seconds, 0
    with Library.open(address) as library, library.writer(MODEL) as writer:
        while time.monotonic() < until:
            number += 1
            with writer.batch() as batch:
                for at in range(BATCH):
                    batch.add(a_photo(f"/{which}/{number}/{at}", a_face(at, Bald=0)))
                for at in range(5):
                    turned = a_face(at, Bald=0, Male=number / 1e4)
                    batch.add(a_photo(f"/turned {which}/{at}", turned, data=f"{which} {number} {at}"))
    line.send(number)


def correct(line: Connection, address: str, seconds: float) -> None:
    """Says of five faces that they have it and have not, in turns; says how often."""
    until, number = time.monotonic() + seconds, 0
    with Library.open(address) as library:
        while time.monotonic() < until:
            assert library.correct(FIXED, {"Bald": number % 2 == 0})
            number += 1
    line.send(number)


def enlist(line: Connection, address: str, seconds: float) -> None:
    """Puts five faces on a list and takes them off, in turns; says how often."""
    until, number = time.monotonic() + seconds, 0
    with Library.open(address) as library:
        library.shortlists.create("some")
        while time.monotonic() < until:
            assert (library.shortlists.remove if number % 2 else library.shortlists.add)("some", FIXED)
            number += 1
    line.send(number)


@pytest.mark.lengthy
@pytest.mark.parametrize(
    "seconds", [4.0, pytest.param(60.0, marks=[pytest.mark.slow, pytest.mark.timeout(300)])], ids=["short", "long"]
)
def test_four_write_and_eight_read_and_nothing_is_lost_or_doubled_or_seen_by_halves(address: str, seconds: float):
    with Library.open(address) as library, ExitStack() as stack:
        fill(library, [a_photo(f"/fixed/{number}", a_face(number, Bald=0)) for number in FIXED])
        writers = [
            *(stack.enter_context(another(index, address, which, seconds)) for which in (1, 2)),
            *(stack.enter_context(another(work, address, seconds)) for work in (correct, enlist)),
        ]
        with ThreadPoolExecutor(READERS) as pool:
            reading = [pool.submit(read, address, writers) for _ in range(READERS)]
            looks = [one.result() for one in reading]
        first, second, corrected, listed = (writer.line.recv() for writer in writers)
        assert min(first, second, corrected, listed, *looks) > 0
        shown = Counter(hit.photo for hit in library.find(None, limit=None).hits)
        added = [f"/{which}/{n + 1}/{at}" for which, much in ((1, first), (2, second)) for n in range(much)
                 for at in range(BATCH)]  # fmt: skip
        turned = [f"/turned {which}/{at}" for which in (1, 2) for at in range(5)]
        assert shown == Counter([*added, *turned, *(f"/fixed/{number}" for number in FIXED)])
        assert Counter(action.kind for action in library.history()) == {"correct": corrected, "lists": listed + 1}
        assert library.verify() == []


def read(address: str, writers: list[Other]) -> int:
    """Looks for as long as somebody writes, each time at something else; how often."""
    looks, before = 0, 0
    with Library.open(address) as library:
        while any(writer.process.is_alive() for writer in writers):
            before = look(library, before)
            looks += 1
    return looks


def look(library: Library, before: int) -> int:
    """Asserts that all of an answer is of one state, which is not an earlier one than that of `before`."""
    answer = library.find(None, limit=None)
    assert answer.generation >= before and len({hit.face for hit in answer.hits}) == answer.total
    batches = Counter(hit.photo.rsplit("/", 1)[0] for hit in answer.hits)
    assert {number for batch, number in batches.items() if batch[1].isdigit()} <= {BATCH}
    for which in "12":
        turned = [hit.attributes["Male"] for hit in answer.hits if hit.photo.startswith(f"/turned {which}")]
        assert len(turned) in (0, 5) and len(set(turned)) <= 1
        last = round(turned[0] * 1e4) if turned else 0
        assert last == sum(batch.startswith(f"/{which}/") for batch in batches)
    assert library.find("Bald").total in (0, 5)
    assert library.similar(vector(3), limit=10**6).total % BATCH in (0, 5)
    return answer.generation


def add(line: Connection, address: str, until: int) -> None:
    """Adds photographs up to a number, and says in the middle of each batch that it is there."""
    with Library.open(address) as library, library.writer(MODEL) as writer:
        for start in range(len(writer.known("/")), until, BATCH):
            with writer.batch() as batch:
                for at in range(start, start + BATCH):
                    batch.add(a_photo(f"/{at}", a_face(at)))
                    if at == start + BATCH // 2:
                        line.send(start)


@pytest.mark.lengthy
@pytest.mark.parametrize(
    "kills", [10, pytest.param(50, marks=[pytest.mark.slow, pytest.mark.timeout(600)])], ids=["few", "many"]
)
def test_whoever_is_killed_in_the_middle_of_a_batch_leaves_whole_batches(address: str, kills: int):
    dice = random.Random(kills)
    with Library.open(address) as library:
        for _ in range(kills):
            with another(add, address, 10**6) as writer:
                for _ in range(dice.randint(1, 3)):
                    begun = writer.line.recv()
                time.sleep(dice.choice((0, dice.uniform(0, 0.02))))
            total = library.find(None).total
            assert total % BATCH == 0 and total >= begun
        until = total + 3 * BATCH
        with another(add, address, until) as writer:
            writer.process.join()
            assert writer.process.exitcode == 0
        hits = {hit.photo: hit for hit in library.find(None, limit=None)}
        assert len(hits) == until and hits.keys() == {f"/{at}" for at in range(until)}, "as without kills"
        for at in range(until):
            assert list(hits[f"/{at}"].attributes.values()) == probabilities(at).tolist()
            assert library.embedding(hits[f"/{at}"].face).tobytes() == vector(at).tobytes()
        assert library.verify() == []


def watch(line: Connection, address: str) -> None:
    """Says how many are bald, each time that it is asked."""
    with Library.open(address) as library:
        while True:
            line.send(library.count("Bald"))
            line.recv()


def test_a_correction_is_seen_by_another_process_within_a_second(address: str):
    with Library.open(address) as library:
        fill(library, [a_photo(f"/{number}", a_face(number, Bald=0)) for number in FIXED])
        with another(watch, address) as watcher:
            assert watcher.line.recv() == 0
            for turn in range(4):
                library.correct(FIXED, {"Bald": turn % 2 == 0})
                said = time.monotonic()
                watcher.line.send(None)
                assert watcher.line.recv() == (0 if turn % 2 else 5)
                assert time.monotonic() - said < 1


def hold(line: Connection, address: str, alone: bool) -> None:
    """Holds the library until it is told to end."""
    with Library.open(address) as library:
        if not alone:
            with library.writer(MODEL):
                line.send(None)
                line.recv()
        else:
            with library.store.held(alone=True):
                line.send(None)
                line.recv()


@pytest.mark.lengthy
def test_while_another_process_indexes_nobody_erases_and_many_correct_and_index(address: str):
    with Library.open(address) as library:
        fill(library, [a_photo("/1", a_face(1, Bald=0))])
        with another(hold, address, False) as indexer:
            indexer.line.recv()
            with pytest.raises(LibraryBusy):
                library.erase([1])
            with pytest.raises(LibraryBusy), library.exchange(MODEL):
                pass
            assert library.find(None).total == 1
            fill(library, [a_photo("/2", a_face(2))])
            assert library.correct([1], {"Bald": True})
        assert library.erase([1]).faces == 1


@pytest.mark.lengthy
def test_while_another_process_erases_nobody_writes_and_all_read(address: str):
    with Library.open(address) as library:
        fill(library, [a_photo("/1", a_face(1, Bald=0))])
        with another(hold, address, True) as eraser:
            eraser.line.recv()
            with pytest.raises(LibraryBusy), library.writer(MODEL):
                pass
            with pytest.raises(LibraryBusy):
                library.correct([1], {"Bald": True})
            with pytest.raises(LibraryBusy):
                library.erase([1])
            assert library.find(None).total == 1
        assert library.correct([1], {"Bald": True}), "whoever held it was killed"
