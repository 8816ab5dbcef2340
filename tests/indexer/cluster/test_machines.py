"""Photographs that the machines of a cluster add: the library is what one machine makes of it, whatever happens."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing import active_children
from pathlib import Path

import numpy as np
import pytest

from classifiers.tagger import Tagger
from indexer.cluster import apart
from indexer.cluster.machines import MachineRefused, Machines, parted
from indexer.cluster.ray_data import ClusterLost
from indexer.cluster.stages import Sight
from indexer.eyes import eyes
from indexer.look import Eyes
from indexer.pipeline import index
from indexer.workers import DIED, Threads
from retrieval.library import Library
from retrieval.tables.records import Model, Way
from tests import postgres
from tests.bad_files import picture
from tests.indexer import marked
from tests.indexer.cluster.conftest import MODEL, contents, indexed, machines

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Photographs, two of which have the same bytes, and two files that are none."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(40):
        picture(seed).save(folder / f"{seed:02}.png")
    (folder / "twin.png").write_bytes((folder / "07.png").read_bytes())
    (folder / "bad.jpg").write_bytes(b"text")
    (folder / "cut.png").write_bytes((folder / "08.png").read_bytes()[:60])
    return folder


def test_the_library_on_a_server_is_what_one_machine_makes_of_it(
    cluster: Path, folder: Path, tmp_path: Path, database: str
) -> None:
    secret = database.replace("postgres@", "postgres:most-secret-word@")
    seen: list[int] = []
    report = indexed(secret, folder, machines(secret), progress=lambda now: seen.append(now.done))
    with postgres.database() as plain:
        alone = indexed(plain, folder)
        assert contents(database) == contents(plain)
    counts = [(each.added, each.faces, each.rejected, each.without_face) for each in (report, alone)]
    assert counts[0] == counts[1]
    assert seen == sorted(seen) and seen[-1] == 43
    assert report.hands["look"] == 2 and report.seconds["start"] > 0
    again = indexed(secret, folder, machines(secret))
    assert (again.unchanged, again.added) == (41, 0)
    logged = [path for path in cluster.rglob("*") if path.is_file() and b"most-secret-word" in path.read_bytes()]
    assert logged == []


@pytest.mark.parametrize(
    ("cores", "wanted", "taken"),
    [
        ((2,), 2, (1, 2)),
        ((2,), 1, (1, 1)),
        ((1, 1), 2, (2, 1)),
        ((64,), 64, (4, 16)),
        ((16, 16, 4), 36, (9, 4)),
        ((16, 3), 19, (6, 3)),
        ((4, 4), 3, (1, 3)),
        ((2, 2), 3, (3, 1)),
        ((), 1, (1, 1)),
    ],
)
def test_cores_are_taken_by_few_processes(cores: tuple[int, ...], wanted: int, taken: tuple[int, int]) -> None:
    assert parted(cores, wanted) == taken


@pytest.mark.slow
def test_into_a_file_this_machine_writes_what_the_others_saw(cluster: Path, folder: Path, tmp_path: Path) -> None:
    indexed(tmp_path / "library", folder, machines(tmp_path / "library"))
    indexed(tmp_path / "plain", folder)
    assert contents(tmp_path / "library") == contents(tmp_path / "plain")


@pytest.mark.slow
def test_what_was_erased_does_not_come_back(cluster: Path, folder: Path, database: str) -> None:
    indexed(database, folder)
    with Library.open(database) as library:
        face = next(hit.face for hit in library.find("Male >= 0", limit=None).hits if hit.photo.endswith("09.png"))
        library.erase([face])
    (folder / "again.png").write_bytes((folder / "09.png").read_bytes())
    for seed in range(50, 60):
        picture(seed).save(folder / f"{seed:02}.png")
    report = indexed(database, folder, machines(database))
    assert report.added == 10
    assert {path.name for path, _ in ((Path(row[0]), row) for row in contents(database))} >= {"50.png"}
    assert not any("again.png" in repr(row) for row in contents(database))


@pytest.mark.slow
def test_a_photograph_that_kills_who_looks_at_it_is_given_up_and_no_other_one(
    cluster: Path, folder: Path, database: str
) -> None:
    bad = marked.marked(folder / "15 bad.png", marked.DEADLY)
    report = indexed(database, folder, machines(database))
    assert (bad, DIED) in report.rejected and len(report.rejected) == 3
    assert report.added == 41
    assert indexed(database, folder).added == 1, "it is tried again by the next run"


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "model", "said"),
    [
        (marked.without_weights, MODEL, "The weights are damaged"),
        (marked.harmed, Model("another", "other", "{}", MODEL.thresholds), "install the same facequery on all"),
    ],
)
def test_a_machine_that_cannot_look_ends_the_run_with_a_sentence(
    cluster: Path, folder: Path, database: str, make: Callable[[], object], model: Model, said: str
) -> None:
    with pytest.raises(MachineRefused, match=said):
        indexed(database, folder, machines(database, make, model))


@pytest.mark.slow
def test_a_full_disk_on_a_worker_leaves_its_photographs_to_this_machine(
    cluster: Path, folder: Path, database: str
) -> None:
    marked.marked(folder / "15 bad.png", marked.UNHEARD)
    began = time.monotonic()
    report = indexed(database, folder, machines(database))
    assert report.added == 42 and time.monotonic() - began < 60


@pytest.mark.slow
def test_where_there_is_a_graphics_card_it_tags_what_others_prepared(
    cluster: Path, folder: Path, tmp_path: Path, database: str
) -> None:
    tagger = Tagger.load("densenet121-112", "cpu", lazily=True)
    wanted: list[bool] = []

    def with_network(tags: bool) -> Sight:
        wanted.append(tags)
        make = partial(eyes, tagger.name, "aligned", tags=tags)
        return Sight(make, tagger.name, Model(**tagger.model()), Way("aligned"))

    with Library.open(database) as library:
        workers = Threads(Eyes(tagger, None))
        report = index(
            library, [str(folder)], workers, elsewhere=Machines(with_network, database, number=2, join=apart.here)
        )
    assert (report.added, wanted) == (41, [False])
    with postgres.database() as plain, Library.open(plain) as library:
        index(library, [str(folder)], workers)
        assert [row[0] for row in contents(database)] == [row[0] for row in contents(plain)]
        numbers = [np.array([row[-41:-1] for row in contents(each) if row[-1]]) for each in (database, plain)]
        assert np.abs(numbers[0] - numbers[1]).max() < 0.02


@pytest.mark.slow
def test_a_cluster_that_dies_ends_the_run_with_a_sentence_and_the_next_goes_on(folder: Path, database: str) -> None:
    for seed in range(100, 700):
        picture(seed).save(folder / f"{seed}.png")
    killer = threading.Thread(target=kill_raylet_once_there_are, args=(60, database), daemon=True)
    killer.start()
    with pytest.raises(
        ClusterLost, match=r"Ray ended.* new photographs were added before, and are in the library; the"
    ):
        indexed(database, folder, machines(database, marked.careful, join=apart.joined))
    killer.join()
    assert 60 <= len(contents(database)) < 643
    indexed(database, folder)
    with postgres.database() as plain:
        indexed(plain, folder)
        assert contents(database) == contents(plain)


def kill_raylet_once_there_are(number: int, place: str) -> None:
    while len(contents(place)) < number:
        time.sleep(0.2)
    mine = {child.pid for child in active_children()}
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            parent = int((path.parent / "stat").read_text().rpartition(")")[2].split()[1])
            if parent in mine and path.read_bytes().split(b"\0")[0].endswith(b"/raylet"):
                os.kill(int(path.parent.name), signal.SIGKILL)


@pytest.mark.slow
def test_a_machine_that_is_lost_loses_nothing_and_doubles_nothing(folder: Path, database: str) -> None:
    for seed in range(100, 700):
        picture(seed).save(folder / f"{seed}.png")
    arguments = [sys.executable, "-m", "tests.indexer.cluster.losing", database, str(folder), "60"]
    ended = subprocess.run(arguments, stdout=subprocess.PIPE, text=True, check=True)
    assert json.loads(ended.stdout.splitlines()[-1]) == {"lost": True, "added": 641, "look": 2}
    with postgres.database() as plain:
        indexed(plain, folder)
        assert contents(database) == contents(plain)
