"""Ray in a process of its own. It ends the whole process that uses it where a cluster dies, answers signals in a way of
its own and writes to the terminal: there it ends no run, and says nothing.
"""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from traceback import format_exception
from typing import Any

from indexer.cluster import ray_data
from indexer.cluster.ray_data import ClusterLost, Hands, NoCluster, Stage
from indexer.processes import own

PATIENCE = 15.0  # seconds that it has to leave a cluster, or to end its own
STOPPED = "Ray ended: most often a process of it was killed, or found no memory"

Flow = Callable[[Sequence[Any], Sequence[Stage]], Iterator[Any]]
"""What comes of each parcel behind the last stage, as `ray_data.flow`."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """What it has, and what brings parcels to it."""

    hands: Hands
    flow: Flow


Join = Callable[[str | None, int], AbstractContextManager[Cluster]]
"""Makes this process, or one of its own, a part of the cluster at an address: see `ray_data.joined`."""


@contextmanager
def joined(address: str | None, number: int) -> Iterator[Cluster]:
    """As `ray_data.joined`, by a process that is ended with the block. NoCluster."""
    ray_data.check_installed()
    begun = own(_drive, address, number)
    try:
        hands = _heard(begun.pipe, NoCluster(f"{STOPPED}. `facequery index` does the same without it."))
        yield Cluster(hands, lambda parcels, stages: _flow(begun.pipe, parcels, stages))
        begun.pipe.close()
        begun.process.join(PATIENCE)
    finally:
        begun.end()  # and what it began with it


@contextmanager
def here(address: str | None, number: int) -> Iterator[Cluster]:
    """The same by this process."""
    with ray_data.joined(address, number) as hands:
        yield Cluster(hands, ray_data.flow)


def _flow(pipe: Connection, parcels: Sequence[Any], stages: Sequence[Stage]) -> Iterator[Any]:
    lost = ClusterLost(f"{STOPPED}.")
    try:
        pipe.send((parcels, stages))
    except OSError:
        raise lost from None
    while (parcel := _heard(pipe, lost)) is not None:
        yield parcel


def _heard(pipe: Connection, ended: Exception) -> Any:
    """What it says; what it raised, or that it `ended`, is raised."""
    try:
        said = pipe.recv()
    except (EOFError, OSError):
        raise ended from None
    if isinstance(said, Exception):
        raise said
    return said


def _drive(pipe: Connection, address: str | None, number: int) -> None:
    """Joins, says what there is, and then what comes of parcels, until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all of a terminal; the first of them ends the others
    _hush()
    with suppress(EOFError, OSError):
        try:
            with ray_data.joined(address, number) as hands:
                pipe.send(hands)
                while True:
                    _answer(pipe, *pipe.recv())
        except NoCluster as error:
            pipe.send(error)


def _answer(pipe: Connection, parcels: Sequence[Any], stages: Sequence[Stage]) -> None:
    try:
        for parcel in ray_data.flow(parcels, stages):
            pipe.send(parcel)
        pipe.send(None)
    except ClusterLost as error:
        pipe.send(error)
    except (EOFError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours, raised again where somebody sees it
        error.add_note("".join(format_exception(error)))
        pipe.send(error)


def _hush() -> None:
    """Ray's compiled half writes past Python."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
