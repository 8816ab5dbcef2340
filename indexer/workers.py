"""Who looks at pictures: processes, one core each, or threads of this one. Work is taken by whoever is free, some
pictures at a time.

A process that is killed, runs out of memory or takes too long costs the picture that it looked at a reason, and never
the run: another takes its place, and what it had beside that picture is looked at again, one by one. That needs a pipe
for each, since one that several share is broken by whoever dies while writing into it.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from threading import Lock
from typing import Protocol

from indexer.ahead import threads
from indexer.look import crop_of, look
from indexer.processes import Begun, begin, cores
from indexer.seen import Eyes, Given, Seen
from indexer.serving import NO_START
from retrieval.errors import FacequeryError
from retrieval.tables.records import Crop, Model, Way

FEW = 4  # pictures for which it is not worth to begin a process
LIMIT = 180.0  # seconds that pictures sent together may take; the largest honest ones take 20
START = 60.0  # seconds until a process must be ready; on a busy machine it takes some, whatever its pictures may take
TRIES = 5  # until a process comes to work, before it is said that none can
DIED = "the process that looked at it was ended from outside, most often for want of memory"
HUNG = "looking at it took more than {:.0f} seconds"

Look = Callable[[Sequence[Given]], "Future[list[Seen]]"]
"""Begins to look at some pictures."""


class NoWorkers(FacequeryError):
    """No process can be had that looks at pictures."""


class Workers(Protocol):
    """They look at `size` pictures at once; `model`, `crop` and `finder` are what a library records of how."""

    model: Model
    crop: Crop
    finder: str | None
    size: int

    def started(self, pictures: int) -> AbstractContextManager[Look]:
        """From `with` to its end they work, on so many pictures."""
        ...


class Threads:
    """Threads of this process: what they look with need not be made anew."""

    def __init__(self, eyes: Eyes, size: int = 2) -> None:
        self.model, self.crop, self.size = Model(**eyes.tagger.model()), crop_of(eyes.finder), size
        self.finder = eyes.finder and eyes.finder.name
        self._eyes = eyes

    @contextmanager
    def started(self, pictures: int) -> Iterator[Look]:
        """See `Workers`."""
        with threads(min(self.size, pictures)) as pool:
            yield lambda given: pool.submit(look, given, self._eyes)


class Processes:
    """Processes that begin with nothing of this one; each makes its own eyes by `make`, which can be pickled. Those
    that are `spare` have begun already, and are taken first.
    """

    def __init__(
        self,
        make: Callable[[], Eyes],
        model: Model,
        way: Way,
        size: int | None = None,
        *,
        limit: float = LIMIT,
        start: float = START,
        spare: list[Begun] | None = None,
    ) -> None:
        self.model, self.crop, self.finder, self.size = model, way.crop, way.finder, size or cores()
        self._make, self._limit, self._start, self._spare = make, limit, start, spare or []

    @contextmanager
    def started(self, pictures: int) -> Iterator[Look]:
        """See `Workers`; a process begins with its first picture. NoWorkers, as an answer, where none can."""
        number = min(self.size, -(-pictures // FEW))
        workers = [_Worker(self._make, self._limit, self._start, self._spare) for _ in range(number)]
        idle: SimpleQueue[_Worker] = SimpleQueue()
        for worker in workers:
            idle.put(worker)
        try:
            with threads(number) as pool:
                try:
                    yield lambda given: pool.submit(_looked_at, idle, given)
                finally:
                    for worker in workers:
                        worker.end()
        finally:
            for worker in workers:
                worker.join()


def _looked_at(idle: "SimpleQueue[_Worker]", pictures: Sequence[Given]) -> list[Seen]:
    """What they show, by a process that has nothing to do; there are as many as calls of this at once."""
    worker = idle.get()
    try:
        return worker.look(pictures)
    finally:
        idle.put(worker)


class _Ended(Exception):
    """Nothing is looked at any more."""


class _Worker:
    """A process of our own, and another one whenever it has ended. For one thread at a time, but for `end`."""

    def __init__(self, make: Callable[[], Eyes], limit: float, start: float, spare: list[Begun]) -> None:
        self._make, self._limit, self._patience, self._spare = make, limit, start, spare
        self._ended = False
        self._starting = Lock()  # so that none begins once this has ended
        self._why: str | None = None  # it cannot work; None as long as it has not said anything
        self._process: BaseProcess | None = None
        self._pipe: Connection

    def look(self, pictures: Sequence[Given]) -> list[Seen]:
        """What they show; of one that a process did not survive, a reason."""
        answer = self._answer(pictures)
        if not isinstance(answer, str):
            return answer
        if len(pictures) > 1 and not self._ended:
            return [seen for picture in pictures for seen in self.look([picture])]
        return [Seen(reason=answer, passing=True) for _ in pictures]

    def end(self) -> None:
        """Ends it at once, whatever it is doing: its answer is that it died."""
        with self._starting:
            self._ended = True
            if self._process is not None:
                self._process.kill()

    def join(self) -> None:
        """Waits until it has ended."""
        if self._process is not None:
            self._process.join()
            self._pipe.close()

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()

    def _answer(self, pictures: Sequence[Given]) -> list[Seen] | str:
        """What they show; or why the process did not say."""
        reason = DIED
        try:
            self._begin()
            self._pipe.send(pictures)
            if not self._pipe.poll(self._limit):
                reason = HUNG.format(self._limit)
                raise EOFError
            answer = self._pipe.recv()
        except (EOFError, OSError, _Ended):
            self._kill()
            return reason
        return _raised(answer)

    def _begin(self) -> None:
        """There is one that works, as far as is known. NoWorkers where none has come to that, several times."""
        for _ in range(TRIES):
            with suppress(EOFError, OSError):
                if self._process is None or not self._process.is_alive():
                    self._start()
                if self._why is None and self._pipe.poll(self._patience):
                    self._why = self._pipe.recv()
                if self._why is not None:
                    break
            self._kill()
            self._why = NO_START
        if self._why:
            raise NoWorkers(f"{self._why} What was committed before is safe.")

    def _start(self) -> None:
        with self._starting:
            if self._ended:
                raise _Ended
            self._process, self._pipe = self._spare.pop() if self._spare else begin()
            self._why = None
            self._pipe.send(self._make)


def _raised(answer: list[Seen] | str | Exception) -> list[Seen] | str:
    if isinstance(answer, Exception):
        raise answer
    return answer
