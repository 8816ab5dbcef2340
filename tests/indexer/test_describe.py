"""Descriptors for a whole library: by a made-up network, and by dlib's where its weights are installed."""

import hashlib
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from classifiers.networks import dlib_file
from indexer import describe as describing
from indexer.ahead import threads
from indexer.describe import CHANGED, Described, NotInstalled, WorkerDied, check_installed, describe, processes
from indexer.retag import retag
from retrieval.errors import LibraryBusy
from retrieval.writing import store
from tests.bad_files import encoded, picture
from tests.indexer.conftest import Bench, FakeFinder
from tests.indexer.test_retag import OtherTagger

INSTALLED = pytest.mark.skipif(not describing.installed(), reason="the extra `people` is not installed")
pytestmark = pytest.mark.timeout(120)


def made_up(aligned: Sequence[Image.Image]) -> np.ndarray:
    """128 numbers drawn from each aligned face's pixels."""
    assert {(face.size, face.mode) for face in aligned} == {((178, 218), "RGB")}
    seeds = [int.from_bytes(hashlib.sha256(face.tobytes()).digest()[:8]) for face in aligned]
    return np.stack([np.random.default_rng(seed).normal(size=128).astype(np.float32) for seed in seeds])


def ending_the_process(aligned: Sequence[Image.Image]) -> np.ndarray:
    os._exit(9)


@pytest.fixture
def five(bench: Bench) -> Bench:
    """Five photographs of one face each."""
    for seed, name in enumerate("abcde"):
        bench.put(f"{name}.png", seed)
    bench.index()
    return bench


def described(bench: Bench, **options: object) -> Described:
    with threads(1) as pool:
        return describe(bench.library, made_up, pool, workers=1, **options)


def kept(bench: Bench) -> dict[int, np.ndarray]:
    with closing(sqlite3.connect(bench.library.folder / "library.db")) as connection:
        rows = connection.execute("SELECT face, vector FROM descriptor").fetchall()
    return {face: np.frombuffer(vector, "<f4") for face, vector in rows}


def test_every_face_gets_the_descriptor_of_its_own_pixels_once(five: Bench) -> None:
    assert described(five) == Described(5)
    for hit in five.library.find(None):
        with Image.open(hit.photo) as image:
            aligned = image.convert("RGB").resize((178, 218), Image.Resampling.LANCZOS, reducing_gap=2.0)
        assert np.array_equal(kept(five)[hit.face], made_up([aligned])[0])
    assert described(five) == Described(0)


def test_faces_in_one_photograph_are_cut_out_by_their_own_landmarks(bench: Bench) -> None:
    rows = np.tile(np.arange(400, dtype=np.uint8), (300, 1))
    bench.put(
        "three.png", encoded(Image.merge("RGB", [Image.fromarray(rows)] * 2 + [Image.new("L", (400, 300), 200)]), "PNG")
    )
    bench.index(finder=FakeFinder())
    (portrait,) = bench.library.describing().portraits()
    cut = describing._cut_from(portrait)
    assert described(bench).faces == len(portrait.faces) == 3 and not isinstance(cut, str)
    assert len({vector.tobytes() for vector in kept(bench).values()}) == 3
    for face, aligned in zip(portrait.faces, cut, strict=True):
        assert np.array_equal(kept(bench)[face], made_up([aligned])[0])


def test_the_next_run_describes_what_is_new_alone(five: Bench) -> None:
    described(five)
    before = kept(five)
    five.put("f.png", 9)
    five.put("copy.png", five.folder.joinpath("a.png").read_bytes())
    five.index()
    assert described(five).faces == 1
    assert {face: vector.tobytes() for face, vector in kept(five).items() if face in before} == {
        face: vector.tobytes() for face, vector in before.items()
    }
    assert len(kept(five)) == 7


def test_interrupted_whole_batches_stay_and_the_next_pass_goes_on(five: Bench) -> None:
    def stop(done: int, total: int) -> None:
        assert total == 5
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        described(five, batch_size=2, progress=stop)
    assert len(kept(five)) == 4
    assert described(five) == Described(1) and len(kept(five)) == 5


def test_what_cannot_be_looked_at_is_counted_with_its_reason(five: Bench) -> None:
    five.folder.joinpath("a.png").unlink()
    five.put("b.png", encoded(picture(77), "PNG"))
    report = described(five)
    assert report.faces == 3
    reasons = {Path(rejected.photo).name: rejected.reason for rejected in report.rejected}
    assert set(reasons) == {"a.png", "b.png"} and reasons["b.png"] == CHANGED and "no such file" in reasons["a.png"]
    five.index()
    assert described(five).rejected == [] and five.library.describing().lacking() == 0


def test_others_may_write_between_its_batches_and_in_a_batch_it_says_who_does(
    five: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def correct(done: int, total: int) -> None:
        five.library.correct([1], {"Bald": done % 2 == 0})

    assert described(five, batch_size=2, progress=correct).faces == 5
    monkeypatch.setattr(store, "PATIENCE", 0.01)
    five.put("f.png", 9)
    five.index()
    with five.library.exchange(store.Model(**five.tagger.model())), pytest.raises(LibraryBusy):
        described(five)


def test_another_model_for_the_library_leaves_them_as_they_are(five: Bench) -> None:
    described(five)
    before = {face: vector.tobytes() for face, vector in kept(five).items()}
    assert retag(five.library, OtherTagger()).switched
    assert {face: vector.tobytes() for face, vector in kept(five).items()} == before
    assert five.library.similar_to(1, by="person").by == "descriptor"


@pytest.mark.lengthy
def test_in_processes_they_are_the_same(five: Bench) -> None:
    with processes(2) as pool:
        assert describe(five.library, made_up, pool) == Described(5)
    before = {face: vector.tobytes() for face, vector in kept(five).items()}
    with closing(sqlite3.connect(five.library.folder / "library.db")) as connection, connection:
        connection.execute("DELETE FROM descriptor")
    described(five)
    assert {face: vector.tobytes() for face, vector in kept(five).items()} == before


def test_a_process_that_dies_is_one_sentence(five: Bench) -> None:
    with pytest.raises(WorkerDied, match="fewer --workers"), processes(1) as pool:
        describe(five.library, ending_the_process, pool)
    assert kept(five) == {}


def test_without_the_extra_it_is_said_how_to_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dlib_file, "installed", lambda: None)
    assert not describing.installed()
    with pytest.raises(NotInstalled, match=r"pip install 'facequery\[people\]'"):
        check_installed()


def test_photographs_go_to_the_network_together(five: Bench) -> None:
    given: list[int] = []

    def counting(aligned: Sequence[Image.Image]) -> np.ndarray:
        given.append(len(aligned))
        return made_up(aligned)

    five.folder.joinpath("b.png").unlink()
    with threads(1) as pool:
        assert describe(five.library, counting, pool, workers=1).faces == 4
    assert given == [4]
    for hit in five.library.find(None):
        if hit.photo.endswith("b.png"):
            continue
        with Image.open(hit.photo) as image:
            aligned = image.convert("RGB").resize((178, 218), Image.Resampling.LANCZOS, reducing_gap=2.0)
        assert np.array_equal(kept(five)[hit.face], made_up([aligned])[0])


@INSTALLED
def test_a_descriptor_is_of_the_square_that_dlib_would_cut_out_itself(tmp_path: Path) -> None:
    faces = drawn(2)
    faces[0].save(tmp_path / "face.png")
    first, second = describing.by_dlib(faces)
    assert (first.shape, first.dtype) == ((128,), np.float32) and 1 < np.linalg.norm(first) < 2
    assert not np.allclose(first, second, atol=0.01)
    edged = faces[0].copy()
    edged.paste((255, 0, 0), (0, 0, 178, 80))
    assert np.allclose(describing.by_dlib([edged]), first, atol=1e-5)  # above the square
    whole = describing.faces.whole(faces[0])[0]
    assert np.allclose(describing.of_picture(str(tmp_path / "face.png"), whole), first, atol=1e-5)


@INSTALLED
def test_what_is_described_beside_a_face_does_not_matter() -> None:
    faces = drawn(18)
    alone = np.concatenate([describing.by_dlib([face]) for face in faces])
    assert np.allclose(describing.by_dlib(faces), alone, atol=1e-5)


@INSTALLED
def test_descriptors_are_those_that_dlib_makes() -> None:
    dlib = pytest.importorskip("dlib", reason="dlib, which facequery does without, is not installed")
    network = dlib.face_recognition_model_v1(str(dlib_file.installed()))
    faces = drawn(4)
    theirs = [np.array(network.compute_face_descriptor(np.asarray(dlib_file.chip(face)))) for face in faces]
    assert np.abs(describing.by_dlib(faces) - np.stack(theirs)).max() < 1e-5


def drawn(number: int) -> list[Image.Image]:
    from tests.classifiers.conftest import draw_face

    return [draw_face(np.random.default_rng(seed).random(40) < 0.5).resize((178, 218)) for seed in range(number)]
