"""Ray, by which parcels reach the machines of a cluster and come back: the one module that imports it. What the stages
do with a parcel it does not know.

Ray sends figures of its use to its makers unless it is told not to, and serves a dashboard: none of that is begun.
"""

import logging
import os
import secrets
import socket
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from indexer.cluster.stages import Row, opened, sealed
from retrieval.errors import FacequeryError, shown

QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_BACKEND_LOG_LEVEL": "fatal", "RAY_task_retry_delay_ms": "5000"}
ROOM = 256 * 2**20  # bytes of shared memory on one machine: what travels is small
TRIES = 8  # more, of a parcel whose machine or process was lost: until that is noticed some are in vain
LOST = 8  # parcels that may be left undone before the run ends
ANSWER = 5.0  # seconds within which a cluster's address must answer
TOKEN = "RAY_AUTH_TOKEN"  # in the environment
LOCAL = "local"  # as Ray calls a cluster of its own on this machine


class NoCluster(FacequeryError):
    """There is no Ray, or no cluster of it."""


class ClusterLost(FacequeryError):
    """The cluster ended, or too many of its machines did."""


@dataclass(frozen=True, slots=True)
class Hands:
    """What a cluster has: processor cores, machine by machine, and graphics cards."""

    cores: tuple[int, ...]
    gpus: int

    @property
    def cpus(self) -> int:
        return sum(self.cores)


@dataclass(frozen=True, slots=True)
class Stage:
    """What is done with each parcel: by a function, or by `number` processes that make the class from what is `given`,
    each of which takes so many cores and cards, and so many parcels `at_once`, by threads.
    """

    work: Callable[..., Any]
    given: tuple[Any, ...] = ()
    number: int = 0
    cpus: float = 1
    gpus: float = 0
    at_once: int = 1


def check_installed() -> None:
    """NoCluster where there is no Ray; nothing of it is loaded."""
    if find_spec("ray") is None:
        raise NoCluster(
            "--engine ray needs Ray, which is not installed: pip install 'facequery[ray]'. Without it, "
            "`facequery index` does the same on this machine alone."
        )


@contextmanager
def joined(address: str | None, number: int) -> Iterator[Hands]:
    """In the block this process belongs to the cluster at the address, "auto" for the one that this machine is part of,
    or without one to a cluster of its own with so many cores. NoCluster.
    """
    check_installed()
    _check(address)
    os.environ.update(QUIET)
    if address is None:  # nobody else may join, and the word that lets one in is kept in no file
        os.environ.setdefault(TOKEN, secrets.token_hex(32))
    elif _has_token():  # which Ray by itself does not show to a cluster that others began
        os.environ.setdefault("RAY_AUTH_MODE", "token")
    import ray
    from ray.exceptions import RayError

    logging.getLogger("ray").setLevel(logging.CRITICAL)
    if ray.is_initialized():
        yield _hands()
        return
    own = {"num_cpus": number, "object_store_memory": ROOM, "include_dashboard": False} if address is None else {}
    with ExitStack() as stack:
        stack.callback(ray.shutdown)
        try:
            with warnings.catch_warnings(action="ignore"):
                ray.init(address or LOCAL, log_to_driver=False, logging_level=logging.CRITICAL, **own)
        except (RayError, ConnectionError, RuntimeError, ValueError, TimeoutError, OSError) as error:
            raise _none(address, " ".join(str(error).split())[:200]) from error
        yield _hands()


def flow(parcels: Sequence[Any], stages: Sequence[Stage]) -> Iterator[Any]:
    """What comes of each parcel behind the last stage, as soon as it is there. What a lost machine had is done again
    elsewhere; some parcels may come to nothing. ClusterLost.
    """
    import ray
    from ray.exceptions import RayError

    with warnings.catch_warnings(action="ignore"):
        rows = _through(parcels, stages).iter_rows()
    try:
        for row in rows:
            yield opened(row)
    except RayError as error:
        cause = error.cause if isinstance(error, ray.exceptions.RayTaskError) else None
        if cause is not None:
            raise cause from error  # a fault of ours
        raise ClusterLost(f"The cluster was lost ({' '.join(str(error).split())[:200]}).") from None


def _through(parcels: Sequence[Any], stages: Sequence[Stage]) -> Any:
    import ray.data

    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = context.print_on_execution_start = False
    context.max_errored_blocks, context.raise_original_map_exception = LOST, True
    rows: list[Row] = [sealed(parcel) for parcel in parcels]
    data = ray.data.from_items(rows, override_num_blocks=len(rows))
    for stage in stages:
        data = _by(stage, data)
    return data


def _by(stage: Stage, data: Any) -> Any:
    import ray.data

    if not stage.number:
        return data.map(stage.work, num_cpus=stage.cpus)
    threads = {"max_concurrent_calls_per_actor": stage.at_once, "max_tasks_in_flight_per_actor": stage.at_once}
    several = stage.at_once > 1
    pool = ray.data.ActorPoolStrategy(
        size=stage.number, enable_true_multi_threading=several, **(threads if several else {})
    )
    return data.map(
        stage.work,
        fn_constructor_args=stage.given,
        compute=pool,
        num_cpus=stage.cpus,
        num_gpus=stage.gpus,
        max_task_retries=TRIES,  # endless otherwise
    )


def _hands() -> Hands:
    import ray

    there = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    cores = (int(node.get("CPU", 0)) for node in there)
    return Hands(tuple(each for each in cores if each), sum(int(node.get("GPU", 0)) for node in there))


def _has_token() -> bool:
    """Whether this user has the word that lets one into a cluster."""
    return TOKEN in os.environ or Path(os.environ.get(f"{TOKEN}_PATH", "~/.ray/auth_token")).expanduser().is_file()


def _check(address: str | None) -> None:
    """NoCluster where nobody listens: Ray would try for minutes."""
    host, colon, port = (address or "").rpartition(":")
    if not colon:
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWER).close()
    except (OSError, ValueError, OverflowError) as error:
        raise _none(address, " ".join(str(error).split())) from None


def _none(address: str | None, cause: str) -> NoCluster:
    if address is None:
        return NoCluster(
            f"Ray cannot be started on this machine ({cause}). `facequery index` does the same without it."
        )
    return NoCluster(
        f"There is no Ray cluster at {shown(address)} that this machine belongs to ({cause}). Start one with "
        "`ray start --head`, join it from each machine with `ray start --address HOST:PORT`, and give --address auto "
        "on one of them. Where there is a ~/.ray/auth_token it has to be the same on all and RAY_AUTH_MODE=token to be "
        "set where `ray start` is said."
    )
