from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from classifiers.cards.preprocessing import ALIGNED, Preprocessing
from classifiers.sets import celeba, pixels
from classifiers.sets.celeba import DatasetError
from tests.classifiers.conftest import write_celeba


def test_a_second_reading_decodes_nothing_and_is_the_same(
    celeba_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faces = celeba.load(celeba_folder).split("val")
    first = pixels.cached(faces, Preprocessing(), tmp_path)
    monkeypatch.setattr(pixels, "_decode", lambda *_: pytest.fail("decoded again"))
    assert (pixels.cached(faces, Preprocessing(), tmp_path) == first).all()
    assert first.shape == (16, 64, 64, 3)


def test_each_row_is_its_own_image(celeba_folder: Path, tmp_path: Path) -> None:
    faces = celeba.load(celeba_folder).split("test")
    cached = pixels.cached(faces, Preprocessing(size=32), tmp_path)
    for name, row in zip(faces.names, cached, strict=True):
        with Image.open(faces.folder / name) as image:
            assert (Preprocessing(size=32).prepare(image) == row).all()


def test_another_size_crop_or_image_is_another_cache(tmp_path: Path) -> None:
    write_celeba(tmp_path / "data", 4, 2, 2)
    faces = celeba.load(tmp_path / "data").split("train")
    for preprocessing in (Preprocessing(), Preprocessing(size=32), Preprocessing(crop=(0, 0, 178, 218))):
        pixels.cached(faces, preprocessing, tmp_path / "cache")
    before = pixels.cached(faces, Preprocessing(), tmp_path / "cache").copy()
    Image.new("RGB", ALIGNED, "red").save(faces.folder / faces.names[0])
    after = pixels.cached(faces, Preprocessing(), tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == 4
    assert (before[0] != after[0]).any() and (before[1:] == after[1:]).all()


@pytest.mark.parametrize("damage", ["missing", "broken"])
def test_an_image_that_cannot_be_read_is_named_and_nothing_is_kept(tmp_path: Path, damage: str) -> None:
    write_celeba(tmp_path / "data", 4, 2, 2)
    faces = celeba.load(tmp_path / "data").split("train")
    image = faces.folder / faces.names[2]
    image.unlink()
    if damage == "broken":
        image.write_bytes(b"no picture")
    with pytest.raises(DatasetError, match=faces.names[2]):
        pixels.cached(faces, Preprocessing(), tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_larger_copy_of_a_face_is_prepared_alike() -> None:
    face = Image.effect_noise(ALIGNED, 40).convert("RGB").resize((89, 109)).resize(ALIGNED, Image.Resampling.BICUBIC)
    large = face.resize((356, 436), Image.Resampling.BICUBIC)
    difference = Preprocessing().prepare(face).astype(int) - Preprocessing().prepare(large).astype(int)
    assert np.abs(difference).mean() < 2
