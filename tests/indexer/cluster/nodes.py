"""A cluster as people start one, by `ray start`: its machines are played by this one, with a core each. Their processes
are groups of their own, so that nobody else's are touched.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

RAY = [sys.executable, "-m", "ray.scripts.scripts"]
SMALL = ["--num-cpus", "1", "--object-store-memory", "100000000", "--disable-usage-stats", "--block"]
PATIENCE = 60.0  # seconds until a machine is there


class Nodes:
    """Two machines: the head, at an `address`, and one that may be lost."""

    def __init__(self) -> None:
        self._machines: list[subprocess.Popen[bytes]] = []
        self.address = f"127.0.0.1:{_free_port()}"

    def begin(self, folder: str) -> None:
        """Ray's logs and sockets are in the folder."""
        port = self.address.rpartition(":")[2]
        self._machines.append(_started(["--head", "--port", port, "--include-dashboard=false", "--temp-dir", folder]))
        self._wait(1)
        self._machines.append(_started(["--address", self.address]))
        self._wait(2)

    def lose(self) -> None:
        """As a power cut would."""
        _kill(self._machines[-1])

    def end(self) -> None:
        for machine in reversed(self._machines):
            _kill(machine)

    def _wait(self, cores: int) -> None:
        """Until so many are there."""
        status = [*RAY, "status", "--address", self.address]
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            if f"/{cores}.0 CPU" in subprocess.run(status, capture_output=True, text=True).stdout:
                return
        raise TimeoutError("`ray start` began no cluster")


@contextmanager
def two() -> Iterator[Nodes]:
    """For as long as the block lasts."""
    folder = tempfile.mkdtemp(prefix="fq-ray-")  # short: the paths of sockets may have 107 bytes
    nodes = Nodes()
    try:
        nodes.begin(folder)
        yield nodes
    finally:
        nodes.end()
        shutil.rmtree(folder, ignore_errors=True)


def _started(arguments: list[str]) -> subprocess.Popen[bytes]:
    command = [*RAY, "start", *arguments, *SMALL]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)


def _kill(machine: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(machine.pid, signal.SIGKILL)
    machine.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
