"""One run at a time, in a thread of its own."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from indexer.report import Progress, Report
from ui.session.job import Job, Listener, Pace, Stopped

REPORT = Report(1, 0, 0, 0, [], 1, {"total": 1.0})


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    gate = threading.Event()
    yield gate
    gate.set()


def until(true: Callable[[], bool]) -> None:
    for _ in range(1000):
        if true():
            return
        time.sleep(0.005)
    raise AssertionError("it never came true")


def test_a_run_ends_with_its_report(gate: threading.Event) -> None:
    job = Job()
    assert not job.running and job.outcome is None and job.pace is None

    def work(listener: Listener) -> Report:
        gate.wait(10)
        return REPORT

    assert job.start("/a", work)
    assert job.running and job.outcome is None
    gate.set()
    until(lambda: not job.running)
    assert job.outcome is REPORT and job.folder == "/a"
    job.forget()
    assert job.outcome is None


def test_a_second_run_has_to_wait(gate: threading.Event) -> None:
    job = Job()

    def work(listener: Listener) -> Report:
        gate.wait(10)
        return REPORT

    assert job.start("/a", work)
    assert not job.start("/b", work)
    job.forget()
    assert job.folder == "/a" and job.running
    gate.set()
    until(lambda: not job.running)
    assert job.start("/b", lambda listener: REPORT)


def test_progress_tells_the_time_left(gate: threading.Event) -> None:
    job = Job()

    def work(listener: Listener) -> Report:
        listener(Progress(100, 200, 0, 0, None))
        time.sleep(0.2)
        listener(Progress(150, 200, 50, 0, "x"))
        gate.wait(10)
        return REPORT

    job.start("/a", work)
    until(lambda: job.pace is not None and job.pace.progress.done == 150)
    pace = job.pace
    assert isinstance(pace, Pace) and pace.left is not None
    assert 0.15 < pace.left < 2  # what was known before the run says nothing about its speed


def test_a_run_can_be_stopped() -> None:
    job = Job()

    def work(listener: Listener) -> Report:
        while True:
            listener(Progress(1, 2, 0, 0, None))
            time.sleep(0.001)

    job.start("/a", work)
    until(lambda: job.pace is not None)
    job.stop()
    until(lambda: not job.running)
    assert isinstance(job.outcome, Stopped)
    job.start("/a", lambda listener: listener(Progress(1, 1, 0, 0, None)) or REPORT)
    until(lambda: not job.running)
    assert job.outcome is REPORT  # the wish to stop was for the run before


def test_an_error_is_kept_whole() -> None:
    job = Job()
    error = ZeroDivisionError("x")

    def work(listener: Listener) -> Report:
        raise error

    job.start("/a", work)
    until(lambda: not job.running)
    assert job.outcome is error


def test_a_run_can_be_held_and_the_time_it_rests_is_not_counted(gate: threading.Event) -> None:
    job = Job()

    def work(listener: Listener) -> Report:
        for done in range(1, 5):
            listener(Progress(done, 4, done, 0, None))
            time.sleep(0.01)
        return REPORT

    def held(listener: Listener) -> Report:
        assert gate.wait(10)
        return work(listener)

    job.start("/a", held)
    job.pause()
    assert job.paused
    gate.set()
    time.sleep(0.5)
    assert job.running and job.pace is None, "nothing goes on while it is held"
    job.resume()
    until(lambda: not job.running)
    assert not job.paused and job.outcome is REPORT
    assert job.pace is not None and job.pace.left == 0


def test_a_run_that_is_held_can_be_stopped(gate: threading.Event) -> None:
    job = Job()

    def work(listener: Listener) -> Report:
        listener(Progress(0, 2, 0, 0, None))
        assert gate.wait(10)
        listener(Progress(1, 2, 0, 0, None))
        return REPORT

    job.start("/a", work)
    job.pause()
    gate.set()
    job.stop()
    until(lambda: not job.running)
    assert isinstance(job.outcome, Stopped) and not job.paused
    job.pause()
    job.start("/b", lambda listener: REPORT)
    until(lambda: job.outcome is REPORT)
