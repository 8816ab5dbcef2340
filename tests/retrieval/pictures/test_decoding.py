"""How large a picture comes, and how it is said to lie; what becomes of bad files is in tests/indexer/test_read.py."""

import numpy as np
import pytest
from PIL import Image

from retrieval.pictures import decoding
from retrieval.pictures.decoding import decode, orientation
from tests.bad_files import encoded, picture


def turned(kind: str, lies: int) -> bytes:
    exif = Image.Exif()
    exif[decoding.ORIENTATION] = lies
    return encoded(picture(1, (80, 48)), kind, exif=exif.tobytes())


@pytest.mark.parametrize("lies", [1, 3, 5, 6, 8])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exif_says_how_the_pixels_lie(kind: str, lies: int) -> None:
    assert orientation(turned(kind, lies)) == lies


@pytest.mark.parametrize("lies", [1, 3, 5, 6, 8])
@pytest.mark.parametrize("kind", ["AVIF", "HEIF"])
def test_where_the_container_turns_the_pixels_nothing_is_left_to_turn(kind: str, lies: int) -> None:
    data = turned(kind, lies)
    assert (b"irot" in data or b"imir" in data) == (lies != 1) or kind == "HEIF"
    assert orientation(data) == 1
    assert decode(data).image.size == ((48, 80) if lies >= 5 else (80, 48))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_picture_larger_than_what_is_kept_comes_smaller(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "KEPT", 100 * 75)
    found = decode(encoded(picture(1, (400, 300)), kind))
    assert (found.width, found.height, found.image.size, found.scale) == (400, 300, (100, 75), 4)


@pytest.mark.parametrize(("shrink", "factor"), [(1, 1), (1.9, 1), (2, 2), (7.9, 4), (100, 8)])
def test_a_jpeg_comes_as_small_as_is_asked_for_and_not_smaller(shrink: float, factor: int) -> None:
    assert decode(encoded(picture(1, (800, 640)), "JPEG"), shrink=shrink).scale == factor
    assert decode(encoded(picture(1, (800, 640)), "PNG"), shrink=shrink).scale == 1


def test_a_jpeg_made_smaller_is_the_same_picture() -> None:
    data = encoded(picture(1, (800, 640)), "JPEG", quality=95)
    small = decode(data, shrink=8).image
    whole = decode(data).image.reduce(8)
    assert np.abs(np.asarray(small, int) - np.asarray(whole, int)).max() < 6
