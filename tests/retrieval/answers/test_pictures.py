import os
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from retrieval.answers import pictures


def test_a_face_is_cut_out_upright(tmp_path: Path):
    photograph = Image.new("RGB", (40, 80), "blue")
    photograph.paste((255, 0, 0), (0, 40, 40, 80))
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned to the right: the red half comes to the left
    photograph.save(tmp_path / "a.png", exif=exif)
    jpeg = pictures.crop(str(tmp_path / "a.png"), (0, 0, 40, 40))
    assert jpeg is not None
    with Image.open(BytesIO(jpeg)) as face:
        assert face.size == (40, 40) and np.asarray(face)[..., 0].min() > 200


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "noise", "bomb"])
def test_what_is_no_picture_is_not_shown_and_nothing_waits(tmp_path: Path, kind: str):
    path = tmp_path / kind
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "noise":
        path.write_bytes(b"noise")
    elif kind == "bomb":
        Image.new("1", (8100, 8100)).save(path, "PNG")
    assert pictures.crop(str(path), (0, 0, 10, 10)) is None
