"""Any damage to the vectors' file is noticed, and the answer is the one that the database gives."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, fill, vector
from tests.retrieval.tables.test_snapshot import Damage, cut, delete, empty, flip

pytestmark = pytest.mark.sqlites

FACES = 40
OTHER = FACES + 1  # the face that is added and replaced again, to have an older generation


def damages(older: bytes) -> Iterator[Damage]:
    """100 flipped bits, 100 cuts, 50 files of an older generation under the newest name, 25 deleted, 25 empty."""

    def swap(path: Path, _: np.random.Generator) -> None:
        path.write_bytes(older)

    for damage, times in ((flip, 100), (cut, 100), (swap, 50), (delete, 25), (empty, 25)):
        yield from [damage] * times


def vectors_of(library: Library) -> Path:
    (path,) = (library.folder / "cache").glob("*.vectors.npy")
    return path


def nearest(folder: Path) -> list[tuple[int, float]]:
    with Library.open(folder) as library:
        return [(hit.face, hit.score) for hit in library.similar(vector(7), limit=FACES + 9).hits]


def brute_force() -> list[int]:
    cosines = {face + 1: float(vector(face) @ vector(7)) for face in range(FACES)}
    return sorted(cosines, key=lambda face: -cosines[face])


@pytest.mark.lengthy
def test_any_damage_to_the_vectors_is_noticed(library: Library):
    fill(library, [a_photo(f"/{at}", a_face(at)) for at in range(FACES)])
    fill(library, [a_photo("/other", a_face(99))])
    library.publish()
    older = vectors_of(library).read_bytes()
    fill(library, [a_photo("/other")])
    library.publish()
    path = vectors_of(library)
    sound, expected = path.read_bytes(), nearest(library.folder)
    assert [face for face, _ in expected] == brute_force() and older != sound
    dice, noticed = np.random.default_rng(1), 0
    for damage in damages(older):
        damage(path, dice)
        spoilt = path.read_bytes() if path.exists() else None
        assert nearest(library.folder) == expected
        assert path.read_bytes() == sound, "made again"
        noticed += spoilt != sound
    assert noticed == 300


def test_a_file_that_may_not_be_read_is_made_again(library: Library):
    fill(library, [a_photo(f"/{at}", a_face(at)) for at in range(FACES)])
    library.publish()
    path, expected = vectors_of(library), nearest(library.folder)
    path.unlink()
    os.mkfifo(path)
    path.unlink()
    path.mkdir()
    assert nearest(library.folder) == expected
