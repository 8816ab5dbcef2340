"""Libraries for tests: made-up faces in photographs that never existed. No torch, no pictures."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from retrieval.attributes import ATTRIBUTES
from retrieval.library import Answer, Library
from retrieval.likeness.descriptors import CENTRE
from retrieval.writing.store import Face, Model, Photo
from tests import postgres


def a_head(width: int = 512, alike: float = 0.7) -> bytes:
    """One that takes the first `width` numbers of an embedding as they are."""
    eye, one, none = np.eye(512, dtype=np.float32), np.ones(512, np.float32), np.zeros(512, np.float32)
    second, shift, cut = eye[:, :width].copy(), none[:width], np.array([alike], np.float32)
    return save(
        {"first": eye, "bias": none, "slope": one, "second": second, "shift": shift, "centre": shift, "alike": cut}
    )


MODEL = Model("f" * 64, "tiny", "{}", dict.fromkeys(ATTRIBUTES, 0.5), a_head())
OTHER = Model("0" * 64, "densenet121", "{}", dict.fromkeys(ATTRIBUTES, 0.5))
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}  # for tests that start a process


def vector(seed: int) -> NDArray[np.float32]:
    """Of length 1, in numbers that every store keeps as they are, also one that has 16 bits for each."""
    direction = np.random.default_rng(seed).normal(size=512)
    return (direction / np.linalg.norm(direction)).astype(np.float16).astype(np.float32)


def descriptor(person: int, photograph: int = 0) -> NDArray[np.float32]:
    """Far from unit length, as dlib's are; one person's are alike."""
    chance = [np.random.default_rng([person, at]).normal(size=128) / 10 for at in (0, photograph + 1)]
    return (CENTRE + chance[0] + 0.2 * chance[1]).astype(np.float16).astype(np.float32)


def describe(library: Library, made: Mapping[int, NDArray[np.float32]]) -> None:
    assert library.describing().keep(made) == len(made)


def probabilities(seed: int) -> NDArray[np.float32]:
    return np.random.default_rng(seed).random(40, dtype=np.float32)


def a_face(seed: int = 0, **attributes: float) -> Face:
    values = probabilities(seed)
    for name, value in attributes.items():
        values[ATTRIBUTES.index(name)] = value
    return Face((10, 20, 110, 140), ((1.5, 2.0),) * 5, 0.99, values, vector(seed))


def a_photo(path: str, *faces: Face, data: str | None = None) -> Photo:
    outcome = "faces" if faces else "no_face"
    return Photo(path, 100, 1, sha256(data or path), 178, 218, outcome, None, faces)


def sha256(text: str) -> str:
    return hashlib.sha256(os.fsencode(text)).hexdigest()


def fill(library: Library, photos: Iterable[Photo]) -> None:
    """As a run of the indexer that found these photographs, and whatever they replaced nowhere."""
    with library.writer(MODEL) as writer, writer.batch() as batch:
        for photo in photos:
            batch.add(photo)
        batch.settle([known.id for known in writer.known("/").values()])


def copy_of(template: Path, folder: Path) -> Library:
    """An empty library in `folder`, without running the migrations again."""
    folder.mkdir(parents=True)
    shutil.copy(template / "library.db", folder)
    return Library.open(folder)


def three(library: Library) -> None:
    fill(
        library,
        [
            a_photo("/c", a_face(1, Male=0.9, Smiling=0.6)),
            a_photo("/a", a_face(2, Male=0.6, Smiling=0.9), a_face(3, Male=0.1, Smiling=0.8)),
            a_photo("/b"),
            Photo("/d", 1, 1, None, None, None, "unreadable", "cut short", ()),
        ],
    )


def two_faces(library: Library) -> Library:
    fill(library, [a_photo("/a", a_face(1, Smiling=0.9, Male=0.1)), a_photo("/b", a_face(2, Smiling=0.2, Male=0.8))])
    return library


def faces(answer: Any) -> list[int]:
    return [hit.face for hit in answer.hits]


def found(library: Library, query: str) -> list[int]:
    return sorted(hit.face for hit in library.find(query, limit=None).hits)


@contextmanager
def raw(library: Library) -> Iterator[Any]:
    """The library's database behind the product's back: `execute` a statement, and what it says is kept at the end."""
    if isinstance(library.store.place, Path):
        with closing(sqlite3.connect(library.folder / "library.db")) as connection, connection:
            yield connection
    else:
        with postgres.unchecked(library.store.place) as served:
            yield served


def dump(library: Library) -> list[Any]:
    """Every row that tells something about photographs."""
    tables = ("photo", "face", "attribute", "embedding", "correction", "library", "model")
    with raw(library) as connection:
        return [connection.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables]


def start(script: str, library: Library, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", script, str(library.store.place), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)


def generation(library: Library) -> int:
    with raw(library) as connection:
        return int(connection.execute("SELECT generation FROM library").fetchone()[0])


def answer_of(library: Library, names: list[bytes], query: str | None = None) -> Answer:
    fill(library, [a_photo(os.fsdecode(b"/p/" + name), a_face(seed)) for seed, name in enumerate(names)])
    return library.find(query, limit=None)
