"""Processes of our own, that begin with nothing of this one and wait to be told what they look with. Importing this
loads next to nothing: some can begin, and load what they need, while this one still loads what it needs itself.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Literal, NamedTuple

from retrieval import garbage

CPU_LIMIT = Path("/sys/fs/cgroup/cpu.max")  # microseconds that a container may have, and of how many

Expected = tuple[str, Literal["auto", "aligned"]]
"""The model, and how photographs are looked at, with which it most likely will be told to look."""


class Begun(NamedTuple):
    """A process, and the end of its pipe. What it is sent first says what it looks with."""

    process: BaseProcess
    pipe: Connection

    def end(self) -> None:
        """Ends it at once, and waits for that."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def begin(expected: Expected | None = None) -> Begun:
    """One that begins; with what is `expected` it makes itself ready before it is told. OSError where there cannot be
    another.
    """
    return own(_work, expected)


def own(work: Callable[..., None], *given: object) -> Begun:
    """One that does some work with the other end of the pipe and what is given. OSError."""
    pipe, its = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=work, args=(its, *given), daemon=True)
    with its, _no_main():
        process.start()
    return Begun(process, pipe)


@contextmanager
def early(number: int, expected: Expected | None = None) -> Iterator[list[Begun]]:
    """Some that begin now, for whoever takes them from the list; the others are ended with the block."""
    spare: list[Begun] = []
    try:
        with suppress(OSError):  # whoever needs them begins them then, and says why he cannot
            spare += (begin(expected) for _ in range(number))
        yield spare
    finally:
        for each in spare:
            each.end()


def cores() -> int:
    """Processor cores that this process may use, a container's limit counted in."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError, ValueError):
        quota, period = map(int, CPU_LIMIT.read_text().split())  # ValueError where it says "max"
        return max(1, min(there, quota // period))
    return there


def _work(pipe: Connection, expected: Expected | None) -> None:
    garbage.collect_seldom()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy's own threads would wait for work that never comes, on its core
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all of a terminal; the first of them ends the others
    from indexer.serving import serve

    serve(pipe, expected)


_starting = Lock()


@contextmanager
def _no_main() -> Iterator[None]:
    """A process begun in here does not load the program that this one runs, which would be the whole app."""
    with _starting:
        main, none = sys.modules["__main__"], ModuleType("__main__")
        sys.modules["__main__"] = none
        try:
            yield
        finally:
            if sys.modules["__main__"] is none:  # and not another page of the app, which runs in a thread
                sys.modules["__main__"] = main
