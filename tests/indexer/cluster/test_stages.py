"""What a machine of a cluster does, without a cluster."""

from concurrent.futures import ThreadPoolExecutor
from multiprocessing import active_children
from pathlib import Path

import pytest

from indexer.cluster.parcels import Hashed, Looked, Refused, Secret
from indexer.cluster.stages import (
    Adding,
    Keeping,
    Looking,
    Sight,
    Tagging,
    check_there,
    hashed,
    opened,
    sealed,
    the_same,
)
from indexer.read import read_bytes
from indexer.scan import Candidate, scan
from retrieval.errors import WrongModel
from retrieval.tables.records import Model, Way
from tests.bad_files import picture
from tests.indexer import marked
from tests.indexer.cluster.conftest import MODEL, contents, sight
from tests.indexer.conftest import FakeFinder, FakeTagger, tags_of


def test_what_is_looked_at_here_is_kept_there(tmp_path: Path, database: str) -> None:
    paths = [tmp_path / f"{seed}.png" for seed in range(3)]
    for seed, path in enumerate(paths):
        picture(seed).save(path)
    looking = Looking(sight(), 1)
    row = looking(sealed(tuple(scan(str(tmp_path)).candidates)))
    looking._open.close()
    assert isinstance(opened(row), Looked)
    keeping = Keeping(Secret(database), MODEL, Way("aligned"))
    told = opened(keeping(row))
    keeping._open.close()
    assert [(each.path, each.faces) for each in told] == [(str(path), 1) for path in paths]
    assert {stage for each in told for stage in each.seconds} >= {"read", "decode", "prepare", "tag", "store"}
    assert contents(database)[0][-41:-1] == pytest.approx(tags_of(paths[0]))


def test_two_parcels_at_once_are_both_added_by_the_same_processes(tmp_path: Path, database: str) -> None:
    for seed in range(8):
        picture(seed).save(tmp_path / f"{seed}.png")
    files = tuple(scan(str(tmp_path)).candidates)
    adding = Adding(sight(), 2, Secret(database))
    with ThreadPoolExecutor(2) as pool:
        told = [opened(row) for row in pool.map(adding, [sealed(files[:4]), sealed(files[4:])])]
    children = active_children()
    adding._look._open.close()
    adding._keep._open.close()
    assert [each.faces for parcel in told for each in parcel] == [1] * 8
    assert len(contents(database)) == 8 and len(children) == 2


@pytest.mark.parametrize("parcel", [tuple(f"/{n}" for n in range(1000)), Looked((), ())])
def test_what_travels_is_not_written_out(parcel: object) -> None:
    assert len(repr(sealed(parcel))) < 50


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (Sight(marked.without_weights, "fake", MODEL, Way("aligned")), "The weights are damaged"),
        (Sight(marked.harmed, "fake", MODEL, Way("aligned"), ("/nowhere/at all",)), "no folder /nowhere/at all"),
        (Sight(marked.harmed, "fake", MODEL, Way("auto", "another finder")), "another finder: install the same"),
    ],
)
def test_a_machine_that_cannot_look_says_why(made: Sight, said: str, tmp_path: Path) -> None:
    looking = Looking(made, 1)
    row = looking(sealed((Candidate(str(tmp_path / "a.png"), 1, 1),)))
    looking._open.close()
    refused = opened(row)
    assert isinstance(refused, Refused) and said in refused.said and refused.machine
    assert Keeping(Secret("postgresql:///none"), MODEL, Way("aligned"))(row) == row, "the next stage hands it on"
    assert Tagging("fake", "cpu", MODEL)(row) == row


def test_a_library_that_cannot_be_reached_is_a_sentence_without_its_password() -> None:
    place = Secret("postgresql://me:word@127.0.0.1:1/faces")
    refused = opened(Keeping(place, MODEL, Way("aligned"))(sealed(Looked((), ()))))
    assert "cannot be reached" in refused.said and "word" not in refused.said


def test_another_model_or_finder_is_not_looked_with() -> None:
    assert the_same(marked.harmed, MODEL, Way("aligned")).tagger.name == "fake"
    with pytest.raises(WrongModel, match="install the same facequery"):
        the_same(marked.harmed, Model("other", "other", "{}", MODEL.thresholds), Way("aligned"))
    with pytest.raises(WrongModel, match="by None"):
        the_same(marked.harmed, MODEL, Way("auto", FakeFinder.name))


def test_faces_are_tagged_by_a_network_of_the_same_model_alone() -> None:
    refused = opened(Tagging("densenet121-112", "cpu", Model(**FakeTagger().model()))(sealed(Looked((), ()))))
    assert "Its fake is another one" in refused.said


def test_a_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    picture(1).save(tmp_path / "a.png")
    files = (Candidate(str(tmp_path / "a.png"), 1, 1), Candidate(str(tmp_path / "none.png"), 1, 1))
    assert opened(hashed(sealed(files))) == (
        Hashed(files[0].path, read_bytes(files[0].path).sha256),
        Hashed(files[1].path, None),
    )


def test_folders_that_are_there_are_no_hindrance(tmp_path: Path) -> None:
    check_there([str(tmp_path)])
