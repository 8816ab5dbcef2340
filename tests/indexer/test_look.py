import numpy as np
import pytest
from PIL import Image

from indexer.look import faces_of
from indexer.read import UnreadableImage
from tests.bad_files import encoded, picture
from tests.indexer.conftest import Bench, FakeFinder


def test_a_picture_can_be_tagged_without_a_library(bench: Bench) -> None:
    path = bench.put("a.png", 1)
    bench.index()
    found, tags = faces_of(str(path), bench.tagger, None)
    assert [face.box for face in found] == [(0, 0, 64, 80)]
    (hit,) = bench.library.similar(tags.embeddings[0]).hits
    assert hit.score == pytest.approx(1) and hit.photo == str(path)


def test_a_picture_without_a_face_or_without_pixels_cannot(bench: Bench) -> None:
    found, tags = faces_of(
        str(bench.put("a.png", encoded(Image.new("RGB", (64, 64)), "PNG"))), bench.tagger, FakeFinder()
    )
    assert found == [] and tags.probabilities.shape == (0, 40) and tags.embeddings.dtype == np.float32
    with pytest.raises(UnreadableImage, match="cut short"):
        faces_of(str(bench.put("b.jpg", encoded(picture(1), "JPEG")[:500])), bench.tagger, None)
    with pytest.raises(UnreadableImage, match="no such file"):
        faces_of(str(bench.folder / "nowhere.jpg"), bench.tagger, None)
