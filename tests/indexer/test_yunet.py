"""YuNet's answers, read; and, where weights are at hand, faces on large canvases, made of the samples."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from indexer import yunet
from indexer.faces import Finder, NoFinder, named
from indexer.mtcnn import Third
from indexer.octaves import Octaves
from indexer.yunet import OVERLAP, TILE, Yunet, decoded
from retrieval.tables.records import Sought
from tests.indexer.test_mtcnn import SAMPLES, crowd

WEIGHTS = Path(__file__).resolve().parents[3] / "shared" / "finders" / "yunet_n.onnx"
there = pytest.mark.skipif(not WEIGHTS.is_file(), reason="../shared/finders is not here")


def test_an_answer_is_a_place_in_strides_and_the_logarithm_of_a_size() -> None:
    cls, obj, box = np.zeros((12, 1)), np.zeros((12, 1)), np.zeros((12, 4))
    cls[6], obj[6], box[6] = 0.9, 0.4, (0.5, -0.25, np.log(3), np.log(4))
    boxes, scores = decoded((cls, obj, box), 16, 64)  # four a row: the seventh is the third of the second row
    assert scores == pytest.approx([0.6]) and boxes[0] == pytest.approx([16, -20, 64, 44])


@pytest.mark.parametrize("side", [1, 700, TILE, TILE + 1, 2000, 6000, 9999])
def test_tiles_cover_a_side_and_what_lies_across_two_lies_whole_in_one(side: int) -> None:
    starts = yunet._starts(side)
    assert starts[0] == 0 and starts[-1] + TILE >= side
    assert all(later - one <= TILE - OVERLAP + 1 for one, later in pairwise(starts))


def bright(tiles: np.ndarray) -> list[np.ndarray]:
    """A network to which a white square is a face, of 16 x 16 pixels around the middle of its place."""
    answers = []
    for stride in yunet.STRIDES:
        _, height, width, _ = tiles.shape
        light = (
            tiles[..., 0].reshape(height // stride, stride, width // stride, stride).mean(axis=(1, 3)).reshape(1, -1, 1)
        )
        sure = (light > 250) * (0.95 if stride == 8 else 0.0)
        answers += [sure, sure, np.tile([0.5, 0.5, np.log(2), np.log(2)], (1, light.size, 1))]
    return answers


def test_what_tiles_show_lies_in_the_picture_and_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    image, places = Image.new("RGB", (2560, 1536)), [(8, 16), (776, 520), (1600, 1296), (2552, 1528), (904, 40)]
    for x, y in places:
        ImageDraw.Draw(image).rectangle([x, y, x + 7, y + 7], fill="white")
    networks = Yunet.__new__(Yunet)
    networks._network, networks._third = bright, Third()  # type: ignore[assignment]
    monkeypatch.setattr(yunet, "USUAL", 10_000)  # one copy
    (look,) = networks.looks
    (seen,) = look([Octaves(image)], [20])
    corners = seen.boxes[:, :2].round().astype(int) + 4
    assert sorted(map(tuple, corners.tolist())) == sorted(places)


def test_weights_that_are_none_or_another_networks_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NoFinder, match="cannot be read"):
        named(Sought("yunet", str(tmp_path / "none.onnx")))
    (tmp_path / "no.onnx").write_bytes(b"nothing")
    with pytest.raises(NoFinder, match="holds no YuNet"):
        Finder(Sought("yunet", str(tmp_path / "no.onnx")))


@there
@pytest.mark.parametrize("width", [45, 90, 300])
def test_every_face_of_a_crowd_is_found_once_with_its_nose_in_its_middle(width: int) -> None:
    image, noses = crowd(3, 5, width)
    found = Finder(Sought("yunet", str(WEIGHTS))).find(image)
    away = np.linalg.norm(np.array([face.landmarks[2] for face in found])[:, None] - noses, axis=2)  # type: ignore[index]
    assert len(found) == 15 and (away.min(axis=0) < 0.08 * width).all()


@there
def test_a_face_that_fills_a_large_picture_is_found_once() -> None:
    image = Image.open(SAMPLES[0]).convert("RGB").resize((3560, 4360))
    assert len(Finder(Sought("yunet", str(WEIGHTS))).find(image)) == 1


@there
def test_its_name_says_which_weights_they_are() -> None:
    wanted = Sought("yunet", str(WEIGHTS))
    assert named(wanted).startswith("yunet 104ee26c71d5, landmarks by mtcnn") and named(wanted) != named()
