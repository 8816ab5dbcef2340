"""The commands where people are known by descriptors: how those are made, and what is said where there are none."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from indexer import describe
from retrieval.library import Library
from tests.indexer.test_describe import made_up
from tests.retrieval.made import MODEL, a_face, a_photo, descriptor, fill
from tests.retrieval.made import describe as describe_faces
from tests.ui.ended import Ended, Run

HOW = "`facequery people describe` makes them"


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra `people`, with a made-up network in it."""
    monkeypatch.setattr(describe, "by_dlib", made_up)
    monkeypatch.setattr(describe, "installed", lambda: True)


@pytest.fixture
def uninstalled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(describe, "installed", lambda: False)


@pytest.fixture
def couple(tmp_path: Path) -> Library:
    """Six photographs of two people, by their looks as by their descriptors."""
    with Library.create_or_open(tmp_path / "library") as library:
        fill(library, [a_photo(f"/{at}", a_face(at % 2), data=f"{at}") for at in range(6)])
        return library


def described(library: Library, faces: Iterable[int]) -> None:
    with Library.open(library.folder) as opened:
        describe_faces(opened, {face: descriptor(face % 2, face) for face in faces})


@pytest.mark.lengthy
@pytest.mark.usefixtures("installed")
def test_every_face_is_described_once_and_then_people_are_known_by_that(
    run: Run, indexed: Ended, pictures: Path
) -> None:
    refused = run("similar", "--face", 1, "--by", "person")
    assert refused.status == 1 and "people describe" in refused.err
    assert json.loads(run("people", "describe", "--workers", 1, "--json").out) == {"described": 6, "rejected": []}
    assert run("people", "describe").out == "0 faces described\n"
    found = json.loads(run("similar", "--face", 1, "--by", "person", "--json").out)
    assert (found["by"], found["undescribed"], len(found["faces"])) == ("descriptor", 0, 5)
    given = run("similar", pictures / "2.png", "--crop", "aligned", "--by", "person", "--json")
    assert json.loads(given.out)["by"] == "descriptor"
    assert json.loads(given.out)["faces"][0]["photo"] == str(pictures / "2.png")


@pytest.mark.lengthy
@pytest.mark.usefixtures("installed")
def test_indexing_describes_the_new_faces_at_its_end(run: Run, pictures: Path, model: Path) -> None:
    asked = ("index", pictures, "--crop", "aligned", "--model", model, "--people", "--workers", 1)
    assert json.loads(run(*asked, "--json").out)["people"] == {"described": 6, "rejected": []}
    again = run(*asked)
    assert again.status == 0 and again.out.endswith("0 faces described\n")


@pytest.mark.usefixtures("installed")
def test_a_photograph_that_was_changed_is_named(run: Run, indexed: Ended, pictures: Path) -> None:
    (pictures / "3.png").write_bytes((pictures / "4.png").read_bytes())
    ended = run("people", "describe", "--workers", 1)
    assert ended.status == 1 and "5 faces described" in ended.out and str(pictures / "3.png") in ended.out
    assert describe.CHANGED in ended.out


@pytest.mark.usefixtures("uninstalled")
def test_without_the_extra_one_sentence_says_how_to_have_it(run: Run, tmp_path: Path, pictures: Path) -> None:
    for asked in (("people", "describe"), ("index", pictures, "--people")):
        ended = run(*asked)
        assert ended.status == 1 and "pip install 'facequery[people]'" in ended.err and ended.out == ""
    assert not (tmp_path / "library").exists()


def test_an_answer_says_by_what_people_were_known_and_whom_it_left_out(run: Run, couple: Library) -> None:
    asked = ("similar", "--face", 1, "--by", "person")
    first = run(*asked)
    assert first.status == 0 and "no face has a descriptor yet" in first.err and HOW in first.err
    described(couple, (1, 2, 3))
    second = run(*asked, "--json")
    assert json.loads(second.out)["undescribed"] == 3 and json.loads(second.out)["total"] == 2
    assert "left out: 3 matching faces" in second.err and HOW in second.err
    third = run("similar", "--face", 4, "--by", "person", "--json")
    assert json.loads(third.out)["by"] == "head" and "not every example has a descriptor" in third.err
    assert run("similar", "--face", 1).err == ""


@pytest.mark.usefixtures("uninstalled")
def test_what_makes_them_is_named_where_it_is_not_installed(run: Run, couple: Library) -> None:
    assert f"`pip install 'facequery[people]'`, then {HOW}" in run("similar", "--face", 1, "--by", "person").err


def test_grouping_says_by_what_and_how_many_have_none(run: Run, couple: Library) -> None:
    described(couple, range(1, 6))
    found = run("people", "group", "--json")
    assert json.loads(found.out) == {"groups": 2, "by": "head", "undescribed": 1}
    assert "1 face without a descriptor" in found.err
    described(couple, [6])
    found = run("people", "group", "--json")
    assert json.loads(found.out) == {"groups": 2, "by": "descriptor", "undescribed": 0}
    assert "without a descriptor" not in found.err and "984 photographs of FairFace" in found.err
    with Library.open(couple.folder) as opened:
        assert opened.model == MODEL
