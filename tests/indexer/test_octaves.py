"""What is seen small, cut from the smallest copy that shows enough."""

import numpy as np
import pytest
from PIL import Image

from indexer.octaves import FILTER, Octaves, cut
from tests.bad_files import picture


def difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


@pytest.mark.parametrize("size", [(301, 203), (640, 480), (37, 900)])
@pytest.mark.parametrize("times", [1.3, 2.1, 5.0, 11.0])
def test_the_whole_picture_made_smaller_is_nearly_what_one_step_makes_of_it(
    size: tuple[int, int], times: float
) -> None:
    image = picture(1, (20, 20)).resize(size, Image.Resampling.BICUBIC)
    small = max(1, round(size[0] / times)), max(1, round(size[1] / times))
    expected = np.asarray(image.resize(small, FILTER))
    assert difference(np.asarray(Octaves(image).resized(small)), expected) < 4


def test_a_part_is_cut_where_it_lies_whatever_copy_it_comes_from() -> None:
    across = np.linspace(0, 255, 800, dtype=np.uint8)[None, :, None].repeat(600, 0).repeat(3, 2)
    boxes = np.array([[0, 0, 24, 24], [100, 50, 400, 350], [513, 7, 786, 590], [0, 0, 800, 600]])
    picture = Octaves(Image.fromarray(across))
    parts = cut([(picture, box) for box in boxes.tolist()], 24, 8)
    assert parts.shape == (8, 24, 24, 3) and not parts[4:].any()
    for (left, _, right, _), part in zip(boxes, parts, strict=False):
        middles = left + (np.arange(24) + 0.5) * (right - left) / 24
        assert np.abs(part[:, :, 0] - middles * 255 / 799).max() < 2.5


def test_a_thin_picture_is_not_halved_to_nothing() -> None:
    assert Octaves(Image.new("RGB", (5000, 1))).resized((20, 1)).size == (20, 1)
