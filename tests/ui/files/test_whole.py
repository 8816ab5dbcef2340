"""Whole photographs as any browser shows them."""

from pathlib import Path

import pytest

from indexer.read import UnreadableImage
from tests.bad_files import bad_files
from tests.ui.files.test_crops import pixels, spotted
from ui.files.whole import STEPS, stamp, whole


def test_a_bad_file_has_a_reason(tmp_path: Path) -> None:
    for number, file in enumerate(bad_files()):
        path = tmp_path / str(number)
        path.write_bytes(file.data)
        try:
            assert max(pixels(whole(str(path), STEPS[0])).shape) <= STEPS[0]
        except UnreadableImage as error:
            assert file.verdict is None or file.verdict in error.reason


@pytest.mark.parametrize("size", [(60_000, 20), (20, 60_000)])
def test_a_strip_of_a_photograph_is_a_pixel_thin_at_least(tmp_path: Path, size: tuple[int, int]) -> None:
    path = spotted(tmp_path / "x.png", size, (0, 0, 10, 10))
    assert sorted(pixels(whole(str(path), STEPS[0])).shape) == [1, 3, STEPS[0]]


def test_a_stamp_differs_when_the_file_does(tmp_path: Path) -> None:
    path = tmp_path / "x"
    assert stamp(str(path)) is stamp("a\0b") is None
    path.write_bytes(b"a")
    first = stamp(str(path))
    path.write_bytes(b"ab")
    assert None is not first != stamp(str(path))
