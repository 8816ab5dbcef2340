"""A large picture, read a few rows at a time, is the same picture."""

import numpy as np
import pytest
from PIL import Image

from retrieval.pictures import pixels
from tests.bad_files import picture

MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "I;16")


def in_mode(mode: str) -> Image.Image:
    image = picture(7, (83, 61))
    if mode == "I;16":
        return Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)
    if mode == "LAB":
        return Image.merge("LAB", image.split())
    if mode.endswith("A"):
        image.putalpha(picture(8, (83, 61)).convert("L"))
    return image.convert(mode)


@pytest.mark.parametrize("factor", [1, 2, 8])
@pytest.mark.parametrize("mode", MODES)
def test_rows_read_apart_are_the_picture_read_at_once(mode: str, factor: int, monkeypatch: pytest.MonkeyPatch) -> None:
    image = in_mode(mode)
    whole = pixels.rgb(image, factor)
    monkeypatch.setattr(pixels, "BAND", 1000)
    assert whole.mode == "RGB" and whole.size == (-(-83 // factor), -(-61 // factor))
    assert np.array_equal(np.asarray(whole), np.asarray(pixels.rgb(image, factor)))


def test_a_copy_leaves_the_picture_alone() -> None:
    image = picture(7)
    copy = pixels.rgb(image, 1)
    copy.putpixel((0, 0), (1, 2, 3))
    assert image.getpixel((0, 0)) != (1, 2, 3)


def test_a_colour_that_stands_for_transparent_is_grey() -> None:
    image = Image.new("RGB", (4, 4), (1, 2, 3))
    image.info["transparency"] = (1, 2, 3)
    assert pixels.rgb(image, 1).getpixel((0, 0)) == pixels.GREY
