"""Workers, machines and clusters that are lost in the middle: the library is what one machine makes of it."""

import os
import secrets
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import active_children
from pathlib import Path

import pytest

from indexer.cluster import apart, ray_data
from indexer.cluster.ray_data import ClusterLost
from tests import postgres
from tests.bad_files import picture
from tests.indexer import marked
from tests.indexer.cluster import nodes
from tests.indexer.cluster.conftest import contents, indexed, machines

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_a_worker_that_is_killed_in_the_middle_of_a_batch_loses_nothing_and_doubles_nothing(
    cluster: Path, folder: Path, database: str
) -> None:
    for seed in range(100, 500):
        picture(seed).save(folder / f"{seed}.png")
    done, killed = threading.Event(), list[int]()
    killer = threading.Thread(target=keep_killing, args=("Adding", done, killed), daemon=True)
    killer.start()
    try:
        report = indexed(database, folder, machines(database, marked.careful))
    finally:
        done.set()
    killer.join()
    assert len(killed) >= 2
    assert report.added == 441
    with postgres.database() as plain:
        indexed(plain, folder)
        assert contents(database) == contents(plain)


def keep_killing(who: str, done: threading.Event, killed: list[int]) -> None:
    """Kills one of Ray's processes of that stage now and then, three times."""
    while len(killed) < 3 and not done.wait(0.7):
        for number in of_stage(who)[:1]:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
                killed.append(number)


def of_stage(who: str) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if path.read_bytes().startswith(b"ray::") and who.encode() in path.read_bytes():
                found.append(int(path.parent.name))
    return found


def test_a_cluster_that_dies_ends_the_run_with_a_sentence_and_the_next_goes_on(folder: Path, database: str) -> None:
    for seed in range(100, 700):
        picture(seed).save(folder / f"{seed}.png")
    killer = threading.Thread(target=kill_raylet_once_there_are, args=(60, database), daemon=True)
    killer.start()
    with pytest.raises(
        ClusterLost, match=r"Ray ended.* new photographs were added before, and are in the library; the"
    ):
        indexed(database, folder, machines(database, marked.careful, apart.joined))
    killer.join()
    assert 60 <= len(contents(database)) < 643
    indexed(database, folder)
    with postgres.database() as plain:
        indexed(plain, folder)
        assert contents(database) == contents(plain)


def kill_raylet_once_there_are(number: int, place: str) -> None:
    while len(contents(place)) < number:
        time.sleep(0.2)
    for raylet in raylets():
        os.kill(raylet, signal.SIGKILL)


def raylets() -> list[int]:
    """Those of the clusters that a process of this one began."""
    mine, found = {child.pid for child in active_children()}, []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            parent = int((path.parent / "stat").read_text().rpartition(")")[2].split()[1])
            if parent in mine and path.read_bytes().split(b"\0")[0].endswith(b"/raylet"):
                found.append(int(path.parent.name))
    return found


def test_a_run_that_is_stopped_ends_at_once_and_its_cluster_with_it() -> None:
    with pytest.raises(KeyboardInterrupt), apart.joined(None, 1):
        (raylet,) = raylets()
        began = time.monotonic()
        raise KeyboardInterrupt
    assert time.monotonic() - began < 5 and active_children() == []
    for _ in range(100):
        if not Path(f"/proc/{raylet}").exists():
            return
        time.sleep(0.1)
    raise AssertionError("Ray is left behind")


@pytest.fixture
def two_nodes(monkeypatch: pytest.MonkeyPatch) -> Iterator[nodes.Nodes]:
    """Two machines, begun by `ray start`, that let nobody in who does not know the word."""
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setenv(ray_data.TOKEN, secrets.token_hex(32))
    with nodes.two() as two:
        yield two


@pytest.mark.parametrize("lost", [False, True])
def test_two_machines_make_the_same_library_also_where_one_is_lost(
    two_nodes: nodes.Nodes, folder: Path, database: str, lost: bool
) -> None:
    for seed in range(100, 700):
        picture(seed).save(folder / f"{seed}.png")
    losing = threading.Thread(target=lose_once_there_are, args=(60, database, two_nodes), daemon=True)
    if lost:
        losing.start()
    report = indexed(database, folder, machines(database, marked.careful, apart.joined, two_nodes.address))
    assert (report.added, report.hands["look"]) == (641, 2)
    assert not losing.is_alive()
    with postgres.database() as plain:
        indexed(plain, folder)
        assert contents(database) == contents(plain)


def lose_once_there_are(number: int, place: str, two: nodes.Nodes) -> None:
    while len(contents(place)) < number:
        time.sleep(0.2)
    two.lose()
