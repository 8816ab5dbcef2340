"""Where there is no Ray, or no cluster; and what goes through one."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from indexer.cluster import ray_data
from indexer.cluster.ray_data import NoCluster, Stage, flow, joined
from indexer.cluster.stages import Row, opened, sealed


@pytest.fixture
def without_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_data, "find_spec", lambda name: None)


def test_without_ray_there_is_one_sentence(without_ray: None) -> None:
    with pytest.raises(NoCluster, match=r"pip install 'facequery\[ray\]'.*on this machine alone"), joined(None, 2):
        pass


@pytest.mark.parametrize("address", ["127.0.0.1:{port}", "[::1]:{port}", "localhost:port", "localhost:99999"])
def test_an_address_where_nobody_listens_is_told_at_once(address: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = address.format(port=taken.getsockname()[1])
        began = time.monotonic()
        with pytest.raises(NoCluster, match="ray start --head"), joined(address, 2):
            pass
        assert time.monotonic() - began < 10


def test_ray_is_loaded_by_no_module_of_the_indexer() -> None:
    code = "import sys, indexer.cluster.machines, indexer.models; print('ray' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"


def doubled(row: Row) -> Row:
    return sealed(2 * opened(row))


class Deadly:
    """Kills its own process at 3, and has no room at 5."""

    def __init__(self, told: str) -> None:
        self._told = told

    def __call__(self, row: Row) -> Row:
        if opened(row) == 3:
            with Path(self._told).open("a") as file:
                file.write("again\n")
            os.kill(os.getpid(), signal.SIGKILL)
        if opened(row) == 5:
            raise OSError(28, "No space left on device")
        return row


class Broken:
    def __call__(self, row: Row) -> Row:
        raise ZeroDivisionError


@pytest.mark.slow
def test_what_goes_in_comes_out(cluster: Path) -> None:
    assert sorted(flow(range(50), [Stage(doubled)])) == list(range(0, 100, 2))


@pytest.mark.slow
def test_what_kills_a_process_again_and_again_is_left_and_the_others_are_done(
    cluster: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_data, "TRIES", 2)
    told = tmp_path / "told"
    done = sorted(flow(range(20), [Stage(Deadly, (str(told),), 2)]))
    assert set(range(20)) - set(done) >= {3, 5} and len(done) >= 16
    assert len(told.read_text().split()) == 3


@pytest.mark.slow
def test_a_fault_of_ours_ends_it_as_what_it_is(cluster: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        list(flow(range(50), [Stage(Broken, (), 1)]))
