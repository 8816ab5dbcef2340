import numpy as np
import pytest
from PIL import Image

from indexer.read import decode, orientation
from tests.bad_files import encoded
from ui.files import xmp


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["AVIF", "HEIF"])
def test_a_region_lies_upright_where_the_container_turns_the_pixels(kind: str, turn: int):
    stored = Image.new("RGB", (80, 60), "white")
    exif = Image.Exif()
    exif[0x0112] = turn
    data = encoded(stored, kind, exif=exif.tobytes())  # which is written as a turn of the container, and not as EXIF
    upright = decode(data).image
    width, height = upright.size
    assert (width, height) == ((60, 80) if turn >= 5 else (80, 60))
    area = xmp.stored((0, 0, width // 2, height // 4), width, height, orientation(data))
    assert area == pytest.approx((1 / 4, 1 / 8, 1 / 2, 1 / 4))


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_region_lies_where_the_stored_pixels_show_the_face(turn: int):
    stored = Image.new("RGB", (80, 60), "white")
    stored.paste((255, 0, 0), (8, 12, 40, 24))
    exif = Image.Exif()
    exif[0x0112] = turn
    data = encoded(stored, "PNG", exif=exif)
    upright = decode(data).image
    red = np.argwhere(np.asarray(upright)[..., 1] == 0)
    (top, left), (bottom, right) = red.min(0), red.max(0) + 1
    area = xmp.stored((int(left), int(top), int(right), int(bottom)), *upright.size, orientation(data))
    assert area == pytest.approx((24 / 80, 18 / 60, 32 / 80, 12 / 60))
