"""A cluster of this machine alone, begun by the first test that wants one, and libraries to compare."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from indexer.cluster import apart, ray_data
from indexer.cluster.apart import Join
from indexer.cluster.machines import Machines
from indexer.cluster.stages import Sight
from indexer.pipeline import Report, index
from indexer.seen import Eyes
from indexer.workers import Threads
from retrieval.library import Library
from retrieval.stores.places import Place
from retrieval.tables import schema
from retrieval.tables.records import Model, Way
from tests.bad_files import picture
from tests.indexer import marked
from tests.indexer.conftest import FakeTagger

MODEL = Model(**FakeTagger().model())


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """The folder of the cluster's logs; it takes this machine for one with a graphics card."""
    os.environ["RAY_OVERRIDE_RESOURCES"] = '{"GPU": 1}'
    with warnings.catch_warnings(action="ignore"), ray_data.joined(None, 2):
        yield Path("/tmp/ray/session_latest").resolve()


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


def sight(make: Any = marked.harmed, model: Model = MODEL) -> Sight:
    return Sight(make, "fake", model, Way("aligned"))


def machines(
    place: Place,
    make: Any = marked.harmed,
    join: Join = apart.here,
    address: str | None = None,
    model: Model = MODEL,
) -> Machines:
    """Two processes of the cluster that there is, or of the one that is joined."""
    return Machines(lambda _: sight(make, model), place, address, 2, "cpu", join)


def indexed(place: Place, folder: Path, elsewhere: Machines | None = None, **options: Any) -> Report:
    """One run; without `elsewhere` all by this process."""
    with Library.create_or_open(place) as library:
        return index(library, [str(folder)], Threads(Eyes(FakeTagger(), None)), elsewhere=elsewhere, **options)


def contents(place: Place) -> list[tuple[Any, ...]]:
    """All of a library's photographs with their faces, but for numbers and for when they were added."""
    photo, face, attribute, embedding = (schema.photo, schema.face, schema.attribute, schema.embedding)
    mine = [column for column in photo.c if column.name not in ("id", "added")]
    theirs = [column for column in face.c if column.name not in ("id", "photo", "model")]
    numbers = [column for column in attribute.c if column.name != "face"]
    joined = photo.outerjoin(face, face.c.photo == photo.c.id).outerjoin(attribute).outerjoin(embedding)
    query = select(*mine, *theirs, *numbers, embedding.c.vector).select_from(joined)
    with opened(place) as connection:
        return sorted((tuple(row) for row in connection.execute(query)), key=repr)


@contextmanager
def opened(place: Place) -> Iterator[Any]:
    with Library.open(place) as library, library.looking() as writer, writer._transaction() as connection:
        yield connection
