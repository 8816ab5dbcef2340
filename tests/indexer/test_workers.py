"""Processes that look at photographs: whatever happens to one of them costs a photograph a reason, and nothing else."""

import errno
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing import active_children
from multiprocessing.context import SpawnProcess
from pathlib import Path

import numpy as np
import pytest

from indexer import processes as processes_of
from indexer.pipeline import Report, index
from indexer.seen import NO_MEMORY, Eyes
from indexer.tagged import Tagged
from indexer.workers import DIED, NoWorkers, Processes
from retrieval.tables.records import Model, Way
from tests.indexer import marked
from tests.indexer.conftest import Bench, FakeTagger, tags_of
from tests.sizes import sizes

pytestmark = pytest.mark.timeout(600)


def processes(
    make: Callable[[], Eyes] = marked.harmed, size: int = 2, limit: float = 20.0, start: float = 60.0
) -> Processes:
    return Processes(make, Model(**FakeTagger().model()), Way("aligned"), size, limit=limit, start=start)


def indexed(bench: Bench, workers: Processes | Tagged, **options: int) -> Report:
    return index(bench.library, [str(bench.folder)], workers, **options)


def test_processes_see_what_one_would(bench: Bench) -> None:
    paths = [bench.put(f"{seed:02}.png", seed) for seed in range(40)]
    bench.put("bad.jpg", b"text")
    bench.put("twin.png", 7)
    report = indexed(bench, processes())
    assert (report.added, len(report.rejected)) == (41, 1)
    assert bench.faces() == sorted((str(path), tags_of(path)) for path in [*paths, bench.folder / "twin.png"])
    assert not active_children()


def test_nothing_new_begins_no_process(bench: Bench) -> None:
    bench.put("a.png", 1)
    bench.index()
    assert indexed(bench, processes(marked.without_weights)).unchanged == 1


@pytest.mark.parametrize(
    ("colour", "reason"),
    [(marked.DEADLY, DIED), (marked.ENDLESS, "looking at it took more than 2 seconds"), (marked.HUGE, NO_MEMORY)],
)
def test_a_photograph_that_harms_who_looks_at_it_costs_that_one_a_reason(
    bench: Bench, colour: tuple[int, int, int], reason: str
) -> None:
    paths = [bench.put(f"{seed:02}.png", seed) for seed in range(40)]
    bad = [marked.marked(bench.folder / f"{number}5 bad.png", colour) for number in range(2)]
    report = indexed(bench, processes(limit=2))
    assert report.rejected == [(path, reason) for path in bad[:1]] + [(path, reason) for path in bad[1:]]
    assert bench.faces() == [(str(path), tags_of(path)) for path in paths]
    bench.tagger.batches.clear()
    assert bench.index().added == 2, "they are tried again, and no one else"
    assert bench.tagger.batches == [1]


@pytest.mark.parametrize(("colour", "error"), [(marked.WRONG, ZeroDivisionError), (marked.UNHEARD, OSError)])
def test_a_fault_of_ours_is_not_taken_for_a_bad_photograph(
    bench: Bench, colour: tuple[int, int, int], error: type[Exception]
) -> None:
    marked.marked(bench.folder / "a.png", colour)
    with pytest.raises(error) as raised:
        indexed(bench, processes())
    assert any("prepare" in note for note in raised.value.__notes__)
    assert bench.rows() == [] and not active_children()


@pytest.mark.lengthy
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (marked.without_weights, "The weights are damaged. What was"),
        (marked.starved, "want of memory: fewer --workers"),
        (marked.dead, "want of memory: fewer --workers"),
        (marked.slow, "want of memory: fewer --workers"),
    ],
)
def test_processes_that_cannot_begin_end_the_run_with_a_sentence(
    bench: Bench, make: Callable[[], Eyes], said: str
) -> None:
    bench.put("a.png", 1)
    with pytest.raises(NoWorkers, match=said):
        indexed(bench, processes(make, start=2 if make is marked.slow else 60))
    assert not active_children()


@pytest.mark.parametrize("last", [False, True])
def test_a_system_that_gives_no_process_ends_the_run_with_a_sentence(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, last: bool
) -> None:
    for seed in range(40):
        bench.put(f"{seed:02}.png", seed)
    begin, begun = SpawnProcess.start, list[object]()

    def start(process: SpawnProcess) -> None:
        begun.append(process)
        if not last or len(begun) > 1:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        begin(process)

    monkeypatch.setattr(SpawnProcess, "start", start)
    with pytest.raises(NoWorkers, match="want of memory: fewer --workers"):
        indexed(bench, processes())
    assert not active_children()


@pytest.mark.lengthy
@pytest.mark.parametrize(("kills", "count"), sizes((6, 1200), (200, 30000)))
def test_processes_killed_at_any_moment_cost_no_other_photograph_anything(bench: Bench, kills: int, count: int) -> None:
    paths = [bench.put(f"{seed:05}.png", seed) for seed in range(count)]
    done, killed = threading.Event(), list[int]()
    killer = threading.Thread(target=keep_killing, args=(done, killed, kills), daemon=True)
    killer.start()
    try:
        report = indexed(bench, processes(marked.careful), batch_size=16)
    finally:
        done.set()
    killer.join()
    assert {reason for _, reason in report.rejected} <= {DIED}
    assert len(report.rejected) <= len(killed) and len(killed) >= kills // 2
    rejected = {path for path, _ in report.rejected}
    assert bench.faces() == [(str(path), tags_of(path)) for path in paths if str(path) not in rejected]
    assert bench.index().added == len(rejected) and bench.library.verify() == []


def keep_killing(done: threading.Event, killed: list[int], kills: int) -> None:
    """Kills one of the processes now and then, once it has had the time to begin."""
    dice, began = np.random.default_rng(1), dict[int | None, float]()
    while len(killed) < kills and not done.wait(dice.uniform(0, 0.7)):
        for child in active_children():
            if time.monotonic() - began.setdefault(child.pid, time.monotonic()) < 2:
                continue
            with suppress(ProcessLookupError):
                os.kill(child.pid or 0, signal.SIGKILL)
                killed.append(child.pid or 0)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """What runs in the background is started deaf to Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("make", [marked.harmed, marked.slow])
def test_an_interruption_ends_the_processes_at_once(
    bench: Bench, make: Callable[[], Eyes], interruptible: None
) -> None:
    bench.put("a.png", 1)
    marked.marked(bench.folder / "b.png", marked.ENDLESS)
    began: list[float] = []

    def interrupt() -> None:
        while not active_children():
            time.sleep(0.05)
        time.sleep(0.5)
        began.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    other = threading.Thread(target=interrupt)
    other.start()
    with pytest.raises(KeyboardInterrupt):
        indexed(bench, processes(make, limit=500))
    assert time.monotonic() - began[0] < 1
    other.join()
    assert not active_children()


def test_a_device_tags_what_processes_have_prepared(bench: Bench) -> None:
    paths = [bench.put(f"{seed:03}.png", seed) for seed in range(120)]
    bench.put("bad.jpg", b"text")
    tagger = FakeTagger()
    report = indexed(bench, Tagged(processes(marked.prepared), tagger))
    assert (report.added, len(report.rejected), sum(tagger.batches)) == (120, 1, 120)
    assert max(tagger.batches) > 16, "more together than one process has sent"
    assert bench.faces() == [(str(path), tags_of(path)) for path in paths]


def test_a_device_that_fails_ends_the_run(bench: Bench) -> None:
    class Failing(FakeTagger):
        def tag_all(self, faces: np.ndarray) -> None:
            raise MemoryError

    bench.put("a.png", 1)
    with pytest.raises(MemoryError):
        indexed(bench, Tagged(processes(marked.prepared), Failing()))
    assert bench.rows() == [] and not active_children()


def test_processes_whose_parent_is_killed_end_by_themselves(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        with processes(marked.harmed).started(1) as look:
            from indexer.seen import Picture

            look([Picture(b"no picture")]).result()
            os.write(writing, b"%d" % (active_children()[0].pid or 0))
            time.sleep(1000)
    worker = int(os.read(reading, 20))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    begin = time.monotonic()
    while Path(f"/proc/{worker}/status").exists() and "zombie" not in Path(f"/proc/{worker}/status").read_text():
        assert time.monotonic() - begin < 5
        time.sleep(0.05)


@pytest.mark.parametrize(("said", "number"), [("max 100000", 4), ("200000 100000", 2), ("50000 100000", 1), ("", 4)])
def test_there_are_as_many_processes_as_cores_that_may_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, number: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 5, 7}, raising=False)
    limit = tmp_path / "cpu.max"
    limit.write_text(said)
    monkeypatch.setattr(processes_of, "CPU_LIMIT", limit)
    assert processes_of.cores() == number
