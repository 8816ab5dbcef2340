"""What the three networks are given and what becomes of their answers; faces on large canvases, made of the samples."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from indexer import mtcnn
from indexer.faces import TEMPLATE
from indexer.mtcnn import Mtcnn, apart, moved, scales, square
from tests.bad_files import picture

SAMPLES = sorted((Path(__file__).resolve().parents[2] / "data" / "samples").glob("*.jpg"))
sides = st.floats(0, 100, width=32)
boxes = st.lists(st.tuples(sides, sides, st.floats(1, 60, width=32), st.floats(0, 1, width=32)), max_size=30)


@pytest.fixture(scope="module")
def networks() -> Mtcnn:
    return Mtcnn(20)


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
    seen = networks(image)
    apart = np.linalg.norm(seen.points[:, None, 2] - noses, axis=2)
    assert len(seen.boxes) == 15 and (apart.min(axis=0) < 0.08 * width).all()
    assert (seen.scores > 0.9).all()


def test_a_face_is_found_where_it_lies_also_at_the_edge_and_in_a_tall_picture(networks: Mtcnn) -> None:
    face = Image.open(SAMPLES[0]).convert("RGB")
    (whole,) = networks(face).points
    image = Image.new("RGB", (178, 900), (127, 127, 127))
    image.paste(face, (0, 682))
    (low,) = networks(image).points
    assert np.abs(low - whole - np.array([0, 682])).max() < 6


def test_threads_may_search_at_once(networks: Mtcnn) -> None:
    images = [crowd(1, count, 100)[0] for count in (1, 2, 3, 1, 2, 3)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(networks, images))
    for image, seen in zip(images, found, strict=True):
        assert (networks(image).boxes == seen.boxes).all()


@pytest.mark.parametrize("size", [(20, 20), (21, 300), (24, 24), (400, 33)])
def test_a_picture_of_nothing_holds_no_face(networks: Mtcnn, size: tuple[int, int]) -> None:
    for image in (Image.new("RGB", size), picture(2, size)):
        seen = networks(image)
        assert [len(each) for each in seen] == [0, 0, 0]
        assert seen.boxes.shape == (0, 4) and seen.points.shape == (0, 5, 2)


def test_squares_that_show_nothing_of_the_picture_are_passed_by(networks: Mtcnn) -> None:
    away = np.array([[-90.0, -90.0, -40.0, -40.0], [500.0, 10.0, 540.0, 50.0]])
    assert networks._refined(picture(1, (60, 50)), away).shape == (0, 4)
    assert networks._placed(picture(1, (60, 50)), away).boxes.shape == (0, 4)


@settings(max_examples=200, deadline=None)
@given(boxes)
def test_boxes_that_are_kept_share_little_and_those_that_are_not_much(found: list[tuple[float, ...]]) -> None:
    given = np.array(found, float).reshape(-1, 4)
    made, scores = np.column_stack([given[:, :2], given[:, :2] + given[:, 2:3]]), given[:, 3]
    kept = apart(made, scores, 0.5)
    shares = shared(made, made)
    assert (np.triu(shares[np.ix_(kept, kept)], 1) <= 0.5 + 1e-9).all()
    for left_out in set(range(len(made))) - set(kept.tolist()):
        assert any(shares[left_out, other] > 0.5 - 1e-9 and scores[other] >= scores[left_out] for other in kept)


def shared(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Of what two boxes cover, what both do."""
    corner = np.maximum(one[:, None, :2], other[:, :2]), np.minimum(one[:, None, 2:], other[:, 2:])
    both = (corner[1] - corner[0]).clip(0).prod(axis=2)
    areas = [(each[:, 2:] - each[:, :2]).prod(axis=1) for each in (one, other)]
    return both / (areas[0][:, None] + areas[1] - both)


def test_a_box_inside_another_goes_where_the_smaller_counts() -> None:
    nested, scores = np.array([[0.0, 0, 100, 100], [10, 10, 40, 40]]), np.array([0.9, 0.8])
    assert apart(nested, scores, 0.7).tolist() == [0, 1]
    assert apart(nested, scores, 0.7, of_smaller=True).tolist() == [0]


def test_scales_end_where_no_cell_fits() -> None:
    found = list(scales(1000, 0.6))
    assert found[0] == 0.6 and 1000 * found[-1] >= mtcnn.CELL > 1000 * found[-1] * mtcnn.FINER
    assert list(scales(19, 0.6)) == []


def test_a_square_keeps_its_centre_and_a_move_is_a_share_of_the_box() -> None:
    box = np.array([[10.0, 20.0, 30.0, 60.0]])
    assert square(box).tolist() == [[0.0, 20.0, 40.0, 60.0]]
    assert moved(np.array([[1.0, 1.0, 20.0, 40.0]]), np.array([[0.1, 0.0, 0.0, -0.1]])).tolist() == [[3, 1, 20, 36]]
