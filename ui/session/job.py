"""One run of the indexer in a thread of its own, so that a person can search, reload, leave or pause it meanwhile.

It knows neither Streamlit nor the indexer: it is given the work, and keeps how far it is and how it ended.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import NamedTuple

from indexer.report import Progress, Report

Listener = Callable[[Progress], None]


class Stopped(Exception):  # nothing went wrong
    """A person stopped the run; the batches before are in the library."""


class Pace(NamedTuple):
    """How far a run is: `progress`, and the seconds still to go, None while that cannot be said."""

    progress: Progress
    left: float | None


class Job:
    """Holds the thread of one run at a time, and its outcome until the next one begins."""

    def __init__(self) -> None:
        self._starting = threading.Lock()
        self._stop, self._going = threading.Event(), threading.Event()
        self._rested = 0.0  # seconds that it was held
        self._outcome: Future[Report] | None = None
        self._first: tuple[float, Progress] | None = None
        self._latest: tuple[float, Progress] | None = None
        self.folder, self.after = "", 0

    @property
    def running(self) -> bool:
        return self._outcome is not None and not self._outcome.done()

    @property
    def paused(self) -> bool:
        """Whether it is held, or will be after the photograph at hand."""
        return self.running and not self._going.is_set()

    @property
    def outcome(self) -> Report | BaseException | None:
        """The report or the error of the last run; None before the first and while one is running."""
        if self._outcome is None or not self._outcome.done():
            return None
        return self._outcome.exception() or self._outcome.result()

    @property
    def pace(self) -> Pace | None:
        """None until the run knows how much there is to do."""
        if self._first is None or self._latest is None:
            return None
        (begin, first), (now, latest) = self._first, self._latest
        done = latest.done - first.done
        left = (now - begin) / done * (latest.total - latest.done) if done else None
        return Pace(latest, left)

    def start(self, folder: str, work: Callable[[Listener], Report], after: int = 0) -> bool:
        """Begins a run, whose faces have numbers above `after`; False if one is running already."""
        with self._starting:
            if self.running:
                return False
            self.folder, self.after = folder, after
            self._first, self._latest, self._rested = None, None, 0.0
            self._stop.clear()
            self._going.set()
            outcome: Future[Report] = Future()
            self._outcome = outcome
        # A daemon, so that stopping the server does not wait for the end of a long run.
        threading.Thread(target=self._run, args=(work, outcome), name="indexer", daemon=True).start()
        return True

    def pause(self) -> None:
        """Holds the run before its next photograph; what it has stored can be asked for meanwhile."""
        self._going.clear()

    def resume(self) -> None:
        """Lets a run that is held go on."""
        self._going.set()

    def stop(self) -> None:
        """Asks the run to end before its next photograph, also one that is held."""
        self._stop.set()
        self._going.set()

    def forget(self) -> None:
        """Lets go of the last outcome."""
        if not self.running:
            self._outcome = None

    def _run(self, work: Callable[[Listener], Report], outcome: "Future[Report]") -> None:
        try:
            outcome.set_result(work(self._listen))
        except BaseException as error:  # noqa: BLE001  # kept whole, and raised where a person is looking
            outcome.set_exception(error)

    def _listen(self, progress: Progress) -> None:
        begin = time.monotonic()
        self._going.wait()
        self._rested += time.monotonic() - begin
        if self._stop.is_set():
            raise Stopped
        now = (time.monotonic() - self._rested, progress)
        self._first = self._first or now
        self._latest = now
