import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.library import Library
from tests import postgres
from tests.retrieval.crowd import CLOSE, PEOPLE
from tests.retrieval.made import a_face, a_photo, copy_of, fill


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    Library.create_or_open(folder).close()
    return folder


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What has a `library` is tested in SQLite's file; what is marked as `both_stores`, or everything that is not
    marked as `sqlites` where FACEQUERY_STORES is "all", on a server too.
    """
    if "store" in metafunc.fixturenames:
        marks = {mark.name for mark in metafunc.definition.iter_markers()}
        wanted = "both_stores" in marks or os.environ.get("FACEQUERY_STORES") == "all"
        both = wanted and "sqlites" not in marks
        metafunc.parametrize("store", ["sqlite", "postgres"] if both else ["sqlite"], indirect=True)


@pytest.fixture
def store(request: pytest.FixtureRequest, template: Path, tmp_path: Path) -> Iterator[Path | str]:
    """The place of an empty library."""
    if request.param == "sqlite":
        with copy_of(template, tmp_path / "library") as library:
            yield library.folder
    else:
        with postgres.database() as address:
            yield address


@pytest.fixture
def library(store: Path | str) -> Iterator[Library]:
    with Library.open(store) as library:
        yield library


@pytest.fixture
def crowd(library: Library) -> Library:
    """Eleven faces of three people, and a stranger: face 12."""
    for at, row in enumerate(PEOPLE):
        face = a_face(at)
        fill(library, [a_photo(f"/{at}", type(face)(face.box, face.landmarks, face.score, face.probabilities, row))])
    assert library.people.group(CLOSE) == 3
    return library


@pytest.fixture
def six(library: Library) -> Library:
    """Six photographs with a face each, by the same number."""
    fill(library, [a_photo(f"/{number}", a_face(number)) for number in range(1, 7)])
    return library
