from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image

from indexer import look
from indexer.look import faces_of
from indexer.read import UnreadableImage
from indexer.report import NO_FACE
from indexer.seen import NO_MEMORY, Eyes, Picture, Seen, Unread
from retrieval.tables.records import FoundFace
from tests.bad_files import encoded, picture
from tests.indexer.conftest import Bench, FakeFinder, FakeTagger


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


class Failing(FakeFinder):
    """It fails wherever a picture is as wide as `at`, and remembers how many were looked at together."""

    def __init__(self, at: int, failure: Exception) -> None:
        self._at, self._failure, self.together = at, failure, list[int]()

    def find_all(self, pictures: Sequence[tuple[Image.Image, float]]) -> list[list[FoundFace]]:
        self.together.append(len(pictures))
        if any(image.width == self._at for image, _ in pictures):
            raise self._failure
        return super().find_all(pictures)


def shown(*images: Image.Image, finder: FakeFinder) -> list[Seen]:
    eyes = Eyes(FakeTagger(), finder)  # type: ignore[arg-type]
    return look.look([Picture(encoded(image, "PNG")) for image in images], eyes)


@pytest.mark.parametrize(
    ("failure", "reason"), [(MemoryError(), NO_MEMORY), (UnreadableImage("the search failed", passing=True),) * 2]
)
def test_where_looking_fails_at_one_of_some_pictures_it_costs_that_one_alone(
    failure: Exception, reason: str | UnreadableImage
) -> None:
    images = [picture(seed, (100 + seed, 80)) for seed in range(5)]
    finder = Failing(102, failure)
    seen = shown(*images, finder=finder)
    assert finder.together == [5, 1, 1, 1, 1, 1]
    assert (seen[2].reason, seen[2].passing) == (getattr(reason, "reason", reason), True)
    for k in (0, 1, 3, 4):
        (alone,) = shown(images[k], finder=FakeFinder())
        assert (seen[k].width, seen[k].found, seen[k].reason) == (100 + k, alone.found, alone.reason)
        assert (seen[k].tags is None) == (alone.tags is None)


def test_what_cannot_be_read_or_decoded_stands_among_the_others_where_it_was(bench: Bench) -> None:
    given = [
        Unread(str(bench.put("a.png", 200))),
        Unread(str(bench.folder / "gone.png")),
        Picture(encoded(picture(1), "JPEG")[:500]),
        Picture(encoded(picture(7, (90, 70)), "PNG")),
        Unread(str(bench.put("b.png", b"no picture"))),
    ]
    seen = look.look(given, Eyes(bench.tagger, FakeFinder()))  # type: ignore[arg-type]
    assert [each.width for each in seen] == [64, None, None, 90, None]
    assert [(each.read is None, each.read is not None and each.read.gone) for each in seen] == [
        (False, False), (False, True), (True, False), (True, False), (False, False),
    ]  # fmt: skip
    assert [each.passing for each in seen] == [False, True, False, False, False]


def test_a_large_picture_is_let_go_of_before_others_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "TOGETHER", 100 * 80)
    finder = Failing(0, MemoryError())
    sizes = [(60, 50), (400, 300), (500, 300), (50, 60), (60, 50), (60, 70)]
    seen = shown(*(picture(seed, size) for seed, size in enumerate(sizes)), finder=finder)
    assert [(each.width, each.height) for each in seen] == sizes
    assert finder.together == [2, 1, 3]


def test_nothing_to_look_at_shows_nothing() -> None:
    assert shown(finder=FakeFinder()) == []
    (dark,) = shown(Image.new("RGB", (64, 64)), finder=FakeFinder())
    assert (dark.reason, dark.found, dark.tags) == (NO_FACE, (), None)
