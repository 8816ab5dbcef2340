"""Faces cut out of photographs."""

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from indexer.read import UnreadableImage
from retrieval.tables.records import Box
from tests.bad_files import bad_files
from ui.files import crops

RED, BLUE = (220, 30, 30), (30, 30, 220)


def spotted(path: Path, size: tuple[int, int], box: Box, **options: object) -> Path:
    """A blue photograph with a red face."""
    image = Image.new("RGB", size, BLUE)
    image.paste(RED, box)
    image.save(path, **options)
    return path


def pixels(jpeg: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB")).astype(int)


def is_red(pixel: np.ndarray) -> bool:
    return bool(pixel[0] > pixel[2] + 100)


@pytest.mark.parametrize("size", [(4000, 3000), (900, 700), (300, 260)])
@pytest.mark.parametrize("ending", ["jpg", "png"])
def test_the_face_is_in_the_middle_with_a_margin(tmp_path: Path, size: tuple[int, int], ending: str) -> None:
    width, height = size
    box = (width // 2 - 60, height // 2 - 60, width // 2 + 60, height // 2 + 60)
    seen = pixels(crops.face(str(spotted(tmp_path / f"x.{ending}", size, box)), box))
    assert seen.shape == (crops.SIDE, crops.SIDE, 3)
    share = np.mean([is_red(pixel) for pixel in seen[crops.SIDE // 2]])
    assert share == pytest.approx(1 / (1 + crops.MARGIN), abs=0.03)
    assert is_red(seen[160, 160]) and not is_red(seen[5, 5])


def test_a_turned_photograph_is_cut_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # stored lying, to be turned a quarter
    stored = (100, 20, 180, 100)  # in 400 x 300 as stored; (200, 100, 280, 180) as seen in 300 x 400
    path = spotted(tmp_path / "x.jpg", (400, 300), stored, exif=exif)
    seen = pixels(crops.face(str(path), (200, 100, 280, 180)))
    assert is_red(seen[160, 160]) and not is_red(seen[3, 3])


@given(st.tuples(*[st.integers(-50, 400)] * 4), st.integers(1, 300), st.integers(1, 300))
def test_a_crop_lies_in_its_photograph_whatever_the_box(box: Box, width: int, height: int) -> None:
    left, top, right, bottom = crops._window(box, width, height)
    assert 0 <= left < right <= width and 0 <= top < bottom <= height
    assert right - left == bottom - top


@pytest.mark.parametrize("box", [(0, 0, 5000, 5000), (4000, 4000, 5000, 5000), (10, 10, 10, 10)])
def test_a_photograph_that_has_changed_still_gives_a_picture(tmp_path: Path, box: Box) -> None:
    path = str(spotted(tmp_path / "x.jpg", (120, 90), (0, 0, 10, 10)))
    assert pixels(crops.face(path, box)).shape == (crops.SIDE, crops.SIDE, 3)


@pytest.mark.parametrize("size", [(60_000, 20), (20, 60_000)])
@pytest.mark.parametrize("ending", ["jpg", "png"])
def test_a_strip_of_a_photograph_is_shown_a_pixel_thin(tmp_path: Path, size: tuple[int, int], ending: str) -> None:
    path, box = tmp_path / f"x.{ending}", (0, 0, *size)
    Image.new("RGB", size, BLUE).save(path)
    assert pixels(crops.face(str(path), box)).shape == (crops.SIDE, crops.SIDE, 3)


def test_a_bad_file_has_a_reason(tmp_path: Path) -> None:
    for number, file in enumerate(bad_files()):
        path = tmp_path / str(number)
        path.write_bytes(file.data)
        try:
            assert len(pixels(crops.face(str(path), (0, 0, 10, 10)))) == crops.SIDE
        except UnreadableImage as error:
            assert file.verdict is None or file.verdict in error.reason


def test_a_missing_file_has_a_reason(tmp_path: Path) -> None:
    for path in (str(tmp_path / "x.jpg"), "a\0b", str(tmp_path)):
        with pytest.raises(UnreadableImage):
            crops.face(path, (0, 0, 10, 10))


def test_the_placeholder_is_a_picture_of_the_same_size() -> None:
    assert pixels(crops.placeholder()).shape == (crops.SIDE, crops.SIDE, 3)
