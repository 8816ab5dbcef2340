import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from retrieval import snapshot, vectors
from retrieval.library import Answer, Library
from tests.retrieval.made import MODEL, a_face, a_photo, fill, vector

Damage = Callable[[Path, np.random.Generator], None]


def ask(folder: Path) -> list[Answer]:
    with Library.open(folder) as library:
        by_path = library.find(None, sort="path", limit=None)
        return [library.find("Male OR Smiling", limit=None), by_path, library.similar(vector(3), where="NOT Bald")]


def flip(path: Path, dice: np.random.Generator) -> None:
    data = bytearray(path.read_bytes())
    data[dice.integers(len(data))] ^= 1 << dice.integers(8)
    path.write_bytes(data)


def cut(path: Path, dice: np.random.Generator) -> None:
    path.write_bytes(path.read_bytes()[: dice.integers(path.stat().st_size)])


def noise(path: Path, dice: np.random.Generator) -> None:
    data = bytearray(path.read_bytes())
    start = int(dice.integers(len(data)))
    data[start : start + 64] = dice.bytes(len(data[start : start + 64]))
    path.write_bytes(data + b"x")


def empty(path: Path, _: np.random.Generator) -> None:
    path.write_bytes(b"")


def delete(path: Path, _: np.random.Generator) -> None:
    path.unlink()


@pytest.fixture
def filled(library: Library) -> Library:
    fill(library, [a_photo(f"/{at}", a_face(at)) for at in range(30)])
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.mark_missing([4, 9])
    return library


@pytest.mark.parametrize(("damage", "times"), [(flip, 25), (cut, 15), (noise, 15), (empty, 1), (delete, 1)])
@pytest.mark.parametrize("kind", ["faces.npy", "probabilities.npy", "faiss"])
def test_any_damage_to_a_cache_file_is_noticed(filled: Library, damage: Damage, times: int, kind: str):
    answers, dice = ask(filled.folder), np.random.default_rng(5)
    for _ in range(times):
        (path,) = (filled.folder / "cache").glob(f"*.{kind}")
        before = path.read_bytes()
        damage(path, dice)
        assert ask(filled.folder) == answers
        (path,) = (filled.folder / "cache").glob(f"*.{kind}")
        assert path.read_bytes() == before


@pytest.mark.parametrize("kind", ["faces.npy", "probabilities.npy", "faiss"])
@pytest.mark.parametrize("renamed", [True, False])
def test_a_cache_file_of_an_older_generation_is_not_believed(filled: Library, kind: str, renamed: bool):
    ask(filled.folder)
    old = shutil.copytree(filled.folder / "cache", filled.folder / "old")
    fill(filled, [a_photo("/0", a_face(77), data="new"), a_photo("/31", data="x")])
    answers = ask(filled.folder)
    (path,), (older,) = (folder.glob(f"*.{kind}") for folder in (filled.folder / "cache", old))
    if renamed:  # keeps the checksum of its own content
        path.unlink()
        path = path.with_name("-".join([*path.name.split("-")[:3], older.name.split("-")[-1]]))
    shutil.copy(older, path)
    assert ask(filled.folder) == answers


def test_a_restored_backup_never_sees_the_caches_of_its_other_future(filled: Library):
    backup = filled.folder / "backup.db"
    shutil.copy(filled.folder / "library.db", backup)
    fill(filled, [a_photo("/0", a_face(100), data="one future")])
    ask(filled.folder)
    filled.close()
    shutil.copy(backup, filled.folder / "library.db")
    fill(filled, [a_photo("/1", a_face(200), data="another")])
    with Library.open(filled.folder) as library:
        assert library.similar(vector(200), limit=1).hits[0].photo == "/1"
        assert library.find(None, limit=None).total == 28


def test_a_second_opening_reads_neither_rows_nor_vectors(filled: Library, monkeypatch: pytest.MonkeyPatch):
    answers = ask(filled.folder)

    def refuse(*_: object) -> None:
        raise AssertionError("the cache should have been used")

    monkeypatch.setattr(snapshot, "_derived", refuse)
    monkeypatch.setattr(vectors, "_derived", refuse)
    assert ask(filled.folder) == answers


def test_old_generations_are_swept(filled: Library):
    for at in range(3):
        fill(filled, [a_photo("/x", a_face(at), data=str(at))])
        ask(filled.folder)
    assert sorted(path.name.split(".", 1)[1] for path in (filled.folder / "cache").iterdir()) == [
        "faces.npy",
        "faiss",
        "probabilities.npy",
    ]


def test_more_rows_than_a_chunk_come_in_order(filled: Library, monkeypatch: pytest.MonkeyPatch):
    answers = ask(filled.folder)
    shutil.rmtree(filled.folder / "cache")
    monkeypatch.setattr(snapshot, "CHUNK", 3)
    assert ask(filled.folder) == answers
