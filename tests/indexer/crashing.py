"""Indexing in a process of its own that may be killed, starved or interrupted, with a tagger that needs no network.

The processes are forked from one that has imported everything already, so that two hundred of them take no minutes.
"""

import io
import multiprocessing
import resource
import signal
import sys
from contextlib import redirect_stderr
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any, NamedTuple

from indexer import models, pipeline
from indexer.seen import Eyes
from indexer.workers import Threads
from retrieval.library import Library
from tests.indexer.conftest import FakeTagger
from ui import cli
from ui.ending import status_of

BATCH = 16


class Child(NamedTuple):
    """A process, and what it tells: the number of photographs in each batch that it committed, then perhaps a text."""

    process: ForkServerProcess
    told: Connection

    def committed(self) -> int:
        """All that it told of before it ended."""
        return sum(message for message in self.messages() if isinstance(message, int))

    def messages(self) -> list[Any]:
        found = []
        try:
            while True:
                found.append(self.told.recv())
        except EOFError:
            return found


def started(work: Any, *arguments: Any) -> Child:
    """Runs `work(told, *arguments)` in a process of its own."""
    context: ForkServerContext = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    mine, its = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(its, *arguments))
    process.start()
    its.close()
    return Child(process, mine)


def index(told: Connection, folder: str, library: str) -> None:
    """Adds a folder to a library, made if there is none."""
    _tell_of_batches(told)
    with Library.create_or_open(Path(library)) as opened:
        pipeline.index(opened, [folder], Threads(Eyes(FakeTagger(), None)), batch_size=BATCH)


def index_within(told: Connection, folder: str, library: str, what: int, limit: int) -> None:
    """As `index`, with a limit of the kernel's (`resource.RLIMIT_...`); tells at last how it ended. A limit of the
    address space counts from what the process has already.
    """
    if what == resource.RLIMIT_AS:
        limit += int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(what, (limit, limit))
    said = io.StringIO()
    with redirect_stderr(said):
        status = status_of(lambda: index(told, folder, library))
    told.send((status, said.getvalue()))


def command(told: Connection, folder: str, library: str) -> None:
    """`facequery index` itself, as from a terminal: what runs in the background is started deaf to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _tell_of_batches(told)
    models.tagger_at = lambda *_, **__: FakeTagger()  # type: ignore[assignment, return-value]
    models.workers_for = lambda tagger, *_, **__: Threads(Eyes(tagger, None))  # type: ignore[assignment]
    sys.argv = ["facequery", "index", folder, "--crop", "aligned", "--library", library, "--batch-size", str(BATCH)]
    cli.main()


def _tell_of_batches(told: Connection) -> None:
    store = pipeline._store

    def telling(writer: Any, batch: Any) -> None:
        store(writer, batch)
        told.send(len(batch))

    pipeline._store = telling
