"""Photographs that the machines of a cluster add: the library is what one machine makes of it, whatever happens."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from classifiers.tagger import Tagger
from indexer.cluster import apart
from indexer.cluster.machines import MachineRefused, Machines, parted
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
        indexed(database, folder, machines(database, make, model=model))


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
