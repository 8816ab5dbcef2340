"""Another model for a whole library: all of it, or nothing of it."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import event

from indexer.retag import CHANGED, GONE, retag
from indexer.scan import FolderError
from retrieval.attributes import ATTRIBUTES
from retrieval.errors import LibraryBusy
from retrieval.library import Library
from retrieval.stores.sqlite.file import SqliteFile
from retrieval.writing import store
from retrieval.writing.store import Model
from tests.bad_files import encoded, picture
from tests.indexer.conftest import Bench, FakeFinder, FakeTagger, FakeTags

pytestmark = pytest.mark.timeout(90)


class OtherTagger(FakeTagger):
    """As the first, but it sees the opposite, and by other thresholds."""

    name = fingerprint = "other"

    def tag(self, faces: np.ndarray) -> FakeTags:
        tags = super().tag(faces)
        return FakeTags(1 - tags.probabilities, -tags.embeddings)

    def model(self) -> dict[str, Any]:
        return {
            **super().model(),
            "fingerprint": "other",
            "name": "other",
            "thresholds": dict.fromkeys(ATTRIBUTES, 0.4),
        }


@pytest.fixture
def three(bench: Bench) -> Bench:
    """Three photographs of one face each."""
    for seed, name in enumerate("abc"):
        bench.put(f"{name}.png", seed)
    bench.index()
    return bench


def rows(library: Library) -> dict[str, Any]:
    tables = ("face", "attribute", "embedding", "correction", "model", "library", "photo")
    with closing(sqlite3.connect(library.folder / "library.db")) as connection:
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables}


def test_every_face_gets_the_other_model_s_numbers_and_keeps_its_own(three: Bench) -> None:
    before = {hit.face: hit for hit in three.library.find(None).hits}
    vectors = {face: three.library.embedding(face) for face in before}
    report = retag(three.library, OtherTagger(), batch_size=2)
    assert (report.faces, report.switched, report.blocked) == (3, True, [])
    assert three.library.model == Model(**OtherTagger().model())
    for hit in three.library.find(None).hits:
        assert (hit.photo, hit.box) == (before[hit.face].photo, before[hit.face].box)
        assert np.allclose([*hit.attributes.values()], [1 - p for p in before[hit.face].attributes.values()])
        assert np.array_equal(three.library.embedding(hit.face), -vectors[hit.face])
    with three.library.writer(three.library.model):
        pass


def test_it_says_exactly_which_decisions_change(three: Bench) -> None:
    before = {hit.face: hit.attributes for hit in three.library.find(None).hits}
    report = retag(three.library, OtherTagger(), batch_size=1)
    expected = {
        (face, name, 1 - p >= 0.4)
        for face, attributes in before.items()
        for name, p in attributes.items()
        if (p >= 0.5) != (1 - p >= 0.4)
    }
    told = {(face, ATTRIBUTES[row], has) for face, row, has, _, _ in report.changes.tolist()}
    assert told == expected and report.changed == len({face for face, _, _ in expected})
    assert report.gained.total() == sum(has for _, _, has in expected)
    assert report.lost["Male"] == len([1 for _, name, has in expected if name == "Male" and not has])


def test_tagging_again_with_the_same_weights_changes_no_bit(bench: Bench) -> None:
    for blue in (0, 70, 200):
        bench.put(f"{blue}.png", encoded(Image.new("RGB", (400, 300), (10, 20, blue)), "PNG"))
    bench.put("noise.png", 3)
    bench.index(finder=FakeFinder())
    before = rows(bench.library)
    report = retag(bench.library, FakeTagger())
    after = rows(bench.library)
    assert report.changed == 0 and report.faces >= 4
    assert [row[:-1] for row in before["face"]] == [row[:-1] for row in after["face"]]  # but for the model's row
    assert all(before[table] == after[table] for table in ("attribute", "embedding", "photo"))


def test_a_correction_outranks_the_new_model_too(three: Bench) -> None:
    three.library.correct([1], dict.fromkeys(ATTRIBUTES, True))
    report = retag(three.library, OtherTagger())
    assert 1 not in report.changes["face"]
    assert set(three.library.face(1).attributes.values()) == {1.0}


def test_a_dry_run_says_the_same_and_changes_nothing(three: Bench) -> None:
    before = rows(three.library)
    dry = retag(three.library, OtherTagger(), dry_run=True)
    assert rows(three.library) == before and not dry.switched
    wet = retag(three.library, OtherTagger())
    assert np.array_equal(dry.changes, wet.changes) and dry.changed == wet.changed > 0


def change(bench: Bench) -> None:
    bench.put("b.png", 9)


def remove(bench: Bench) -> None:
    (bench.folder / "b.png").unlink()


def spoil(bench: Bench) -> None:
    bench.put("b.png", b"no picture")


@pytest.mark.parametrize(("happen", "reason"), [(change, CHANGED), (remove, GONE), (spoil, CHANGED)])
def test_one_photograph_that_cannot_be_tagged_again_blocks_the_switch(
    three: Bench, happen: Callable[[Bench], None], reason: str
) -> None:
    happen(three)
    before = rows(three.library)
    report = retag(three.library, OtherTagger())
    assert [(b.photo, b.reason) for b in report.blocked] == [(str(three.folder / "b.png"), reason)]
    assert not report.switched and rows(three.library) == before


def test_what_is_gone_is_forgotten_only_by_who_says_so(three: Bench) -> None:
    three.library.correct([2], {"Bald": True, "Male": True})
    remove(three)
    report = retag(three.library, OtherTagger(), drop_missing=True, sure=True)
    assert (report.switched, report.forgotten, report.corrections, report.faces) == (True, 1, 2, 2)
    assert [hit.face for hit in three.library.find(None).hits] == [1, 3]
    assert three.library.history() == [] and three.library.verify() == [], "and what was said of nothing else"
    three.put("c.png", 9)
    again = retag(three.library, FakeTagger(), drop_missing=True)
    assert not again.switched and [b.reason for b in again.blocked] == [CHANGED], "what was changed is never dropped"


def empty(bench: Bench) -> None:
    shutil.rmtree(bench.folder)


@pytest.mark.parametrize(("happen", "said"), [(remove, "1 of the library's 3"), (empty, "None of the 3")])
def test_what_a_drive_may_hold_is_not_forgotten_but_by_who_is_sure(
    three: Bench, happen: Callable[[Bench], None], said: str
) -> None:
    happen(three)
    before = rows(three.library)
    with pytest.raises(FolderError, match=f"{said}.*is the drive mounted"):
        retag(three.library, OtherTagger(), drop_missing=True, progress=pytest.fail)
    assert rows(three.library) == before
    assert retag(three.library, OtherTagger(), drop_missing=True, dry_run=True).faces < 3
    assert retag(three.library, OtherTagger(), drop_missing=True, sure=True).switched


def test_one_of_many_photographs_is_forgotten_and_one_whole_folder_is_not(bench: Bench, tmp_path: Path) -> None:
    drive = tmp_path / "photographs"  # begins as the other folder does, and is not in it
    drive.mkdir()
    for number in range(10):
        bench.put(f"{number}.png", number)
    for name in ("x.png", "y.png"):
        picture(len(name) + ord(name[0])).save(drive / name)
    bench.index(bench.folder, drive)
    (drive / "x.png").unlink()
    assert retag(bench.library, OtherTagger(), drop_missing=True).forgotten == 1
    (drive / "y.png").unlink()
    with pytest.raises(FolderError, match=r"None of the 1 photographs .*/photographs/"):
        retag(bench.library, FakeTagger(), drop_missing=True)


def test_a_drive_unplugged_while_it_is_read_keeps_its_photographs(three: Bench) -> None:
    class Unplugging(OtherTagger):
        def prepare(self, face: Image.Image) -> np.ndarray:
            shutil.rmtree(three.folder, ignore_errors=True)
            return super().prepare(face)

    before = rows(three.library)
    with pytest.raises(FolderError, match="is the drive mounted"):
        retag(three.library, Unplugging(), drop_missing=True, workers=1)
    assert rows(three.library) == before


def test_back_to_an_earlier_model_and_forth_keeps_one_row_a_model(three: Bench) -> None:
    for tagger in (OtherTagger(), FakeTagger(), OtherTagger()):
        retag(three.library, tagger)
        assert three.library.model == Model(**tagger.model())
        assert three.library.similar_to(1, limit=2).total == 2
    assert [row[1] for row in rows(three.library)["model"]] == ["fake", "other"]


def test_an_exception_at_any_statement_leaves_the_old_model(three: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    before, failed = rows(three.library), 0
    files = {path.name for path in three.library.folder.iterdir()}
    for nth in range(1, 100):
        with monkeypatch.context() as patch:
            patch.setattr(SqliteFile, "writer", failing(nth, SqliteFile.writer))
            try:
                retag(three.library, OtherTagger())
                break
            except RuntimeError:
                failed += 1
        assert rows(three.library) == before
        assert {path.name for path in three.library.folder.iterdir()} <= files | {"library.lock"}
    assert failed > 10 and three.library.model == Model(**OtherTagger().model())


def failing(nth: int, make: Callable[..., Any]) -> Callable[..., Any]:
    def engine(store: Any, **how: bool) -> Any:
        made, left = make(store, **how), iter(range(nth, 0, -1))

        @event.listens_for(made, "before_cursor_execute")
        def fail(*_: Any) -> None:
            if next(left, 0) == 1:
                raise RuntimeError("the nth statement")

        return made

    return engine


def test_nobody_writes_meanwhile(three: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PATIENCE", 0.01)

    def busy(done: int, total: int) -> None:
        assert total == 3
        with pytest.raises(LibraryBusy):
            three.library.correct([1], {"Bald": True})

    assert retag(three.library, OtherTagger(), batch_size=1, progress=busy).switched


def test_photographs_are_read_in_pages(three: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.tables.portraits.PAGE", 1)
    assert retag(three.library, OtherTagger(), batch_size=1).faces == 3
    assert three.library.find(None).total == 3


def test_an_empty_library_may_change_its_model(bench: Bench) -> None:
    assert retag(bench.library, OtherTagger()).switched
    assert bench.library.model == Model(**OtherTagger().model())
