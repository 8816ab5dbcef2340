"""The index and the database stay in step, whatever is done to the library and to the cache."""

import tempfile
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import select

from retrieval.library import Library
from retrieval.tables import schema
from tests.retrieval.made import MODEL, a_face, a_photo, copy_of, fill, vector

PATHS = st.integers(0, 7)


class Kept(RuleBasedStateMachine):
    """Add, replace, lose, find again, erase, reopen, damage the cache, search: the index holds the faces shown."""

    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.library = copy_of(self.template, Path(self.folder.name) / "library")
        self.seeds: dict[int, int] = {}

    def teardown(self) -> None:
        self.library.close()
        self.folder.cleanup()

    @rule(path=PATHS, seed=st.integers(0, 5))
    def add(self, path: int, seed: int) -> None:
        fill(self.library, [a_photo(f"/{path}", a_face(seed), data=f"{path} {seed}")])

    @rule(path=PATHS)
    def empty(self, path: int) -> None:
        fill(self.library, [a_photo(f"/{path}", data="nobody")])

    @rule(path=PATHS, lost=st.booleans())
    def lose_or_find(self, path: int, lost: bool) -> None:
        with self.library.writer(MODEL) as writer, writer.batch() as batch:
            if known := writer.known("/").get(f"/{path}"):
                (batch.mark_missing if lost else batch.mark_found)([known.id])

    @rule(at=st.integers(0, 7))
    def erase(self, at: int) -> None:
        if faces := [hit.face for hit in self.library.find(None).hits]:
            assert self.library.erase([faces[at % len(faces)]]).faces >= 1

    @rule()
    def reopen(self) -> None:
        self.library.close()
        self.library = Library.open(self.library.folder)

    @rule(at=st.integers(0, 99), seed=st.integers(0, 2**16))
    def damage(self, at: int, seed: int) -> None:
        self.library.close()
        for path in (self.library.folder / "cache").glob("*.vectors.npy"):
            data = bytearray(path.read_bytes())
            data[at * (len(data) - 1) // 99] ^= 1 + seed % 255
            path.write_bytes(data[: len(data) - (seed % 3 == 0)])
        self.library = Library.open(self.library.folder)

    @invariant()
    def the_index_holds_the_faces_shown(self) -> None:
        faces, matrix, *_ = self.library.people.seen("look")
        with self.library._current.transaction() as connection:
            rows = connection.execute(
                select(schema.embedding.c.face, schema.embedding.c.vector)
                .join_from(schema.embedding, schema.face)
                .join(schema.photo)
                .where(schema.photo.c.missing == 0)
                .order_by(schema.face.c.id)
            ).all()
        assert faces == [face for face, _ in rows]
        assert matrix.tobytes() == b"".join(vector for _, vector in rows)
        found = [hit.face for hit in self.library.similar(vector(3), limit=99).hits]
        assert sorted(found) == faces


def run(template: Path, examples: int, steps: int) -> None:
    case = type("Machine", (Kept,), {"template": template}).TestCase
    case.settings = settings(max_examples=examples, stateful_step_count=steps, deadline=None)
    case("runTest").runTest()


@pytest.mark.lengthy
@pytest.mark.timeout(900)
def test_the_index_and_the_database_stay_in_step(template: Path) -> None:
    run(template, 8, 15)


@pytest.mark.fault
@pytest.mark.timeout(3600)
def test_the_index_and_the_database_stay_in_step_for_long(template: Path) -> None:
    run(template, 200, 50)


@pytest.mark.parametrize(
    "bad",
    [
        np.full(512, np.nan, np.float32),
        np.full(512, np.inf, np.float32),
        np.zeros(512, np.float32),
        vector(1)[:511],
        vector(1)[None],
        vector(1).astype(np.float64),
    ],
)
def test_nan_inf_zero_and_wrong_width_vectors_are_refused(library: Library, bad: np.ndarray) -> None:
    face = a_face(1)
    with pytest.raises(ValueError, match="embedding"):
        type(face)(face.box, face.landmarks, face.score, face.probabilities, bad)
    with pytest.raises(ValueError, match="embedding"):
        library.similar(bad)
