"""Other processes that use a library on a server. They are begun by one that has loaded all that they need, within
milliseconds.
"""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple

_SERVED = multiprocessing.get_context("forkserver")
_SERVED.set_forkserver_preload(["tests.retrieval.made", "retrieval.stores.postgres.database"])


class Other(NamedTuple):
    """A process that runs, and what it says and is told."""

    process: BaseProcess
    line: Connection


@contextmanager
def another(work: Callable[..., None], *arguments: Any) -> Iterator[Other]:
    """One that does `work` with a line to us and the arguments; killed at the end of the block if it still runs."""
    ours, theirs = _SERVED.Pipe()
    process = _SERVED.Process(target=work, args=(theirs, *arguments))
    process.start()
    theirs.close()
    try:
        yield Other(process, ours)
    finally:
        process.kill()
        process.join()
        ours.close()
