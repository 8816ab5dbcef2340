"""Workers whose faces are tagged by one network for all of them, on a GPU: they decode, find and prepare, and a thread
feeds the device with many faces at once.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from indexer.look import tagged
from indexer.seen import Given, Seen
from indexer.workers import Look, Workers

if TYPE_CHECKING:
    from classifiers.tagger import Tagger

MANY = 1024  # faces, from which on the device is not kept waiting for more


class Tagged:
    """The `workers`, and what tags for them. See `indexer.workers.Workers`."""

    def __init__(self, workers: Workers, tagger: "Tagger") -> None:
        self.model, self.size = workers.model, workers.size
        self.crop, self.finder = workers.crop, workers.finder
        self._workers, self._tagger = workers, tagger

    @contextmanager
    def started(self, pictures: int) -> Iterator[Look]:
        """See `Workers`."""
        waiting: SimpleQueue[_Pair | None] = SimpleQueue()
        device = Thread(target=_feed, args=(waiting, self._tagger), daemon=True)
        device.start()
        try:
            with self._workers.started(pictures) as look:
                yield partial(_begin, look, waiting)
        finally:
            waiting.put(None)
            device.join()


class _Pair(NamedTuple):
    """What was prepared, or will be, and what is promised."""

    prepared: "Future[list[Seen]]"
    promised: "Future[list[Seen]]"


def _begin(look: Look, waiting: "SimpleQueue[_Pair | None]", pictures: Sequence[Given]) -> "Future[list[Seen]]":
    pair = _Pair(look(pictures), Future())
    waiting.put(pair)
    return pair.promised


def _feed(waiting: "SimpleQueue[_Pair | None]", tagger: "Tagger") -> None:
    """Tags whatever waits together, until None comes; the network is loaded while the first faces are prepared."""
    with suppress(Exception):  # which comes again with these faces
        tagger.load_network()
    while pairs := _together(waiting):
        _keep(pairs, tagger)


def _together(waiting: "SimpleQueue[_Pair | None]") -> list[_Pair]:
    """All that waits, as long as it is not too much, or else the next to come; nothing at the end."""
    pairs: list[_Pair] = []
    faces = 0
    while faces < MANY and not (pairs and waiting.empty()):
        pair = waiting.get()
        if pair is None:
            waiting.put(None)  # for the next time
            break
        pairs.append(pair)
        faces += _faces(pair)
    return pairs


def _faces(pair: _Pair) -> int:
    """How many were found, once that is known."""
    with suppress(Exception):
        return sum(len(seen.found) for seen in pair.prepared.result())
    return 0


def _keep(pairs: Sequence[_Pair], tagger: "Tagger") -> None:
    """Keeps what was promised; where that cannot be, whoever waits for it is told why."""
    try:
        prepared = [pair.prepared.result() for pair in pairs]
        seen = iter(tagged([each for part in prepared for each in part], tagger))
        for pair, part in zip(pairs, prepared, strict=True):
            pair.promised.set_result([next(seen) for _ in part])
    except BaseException as error:  # noqa: BLE001 - it is raised again, by `result`
        for pair in pairs:
            if not pair.promised.done():
                pair.promised.set_exception(error)
