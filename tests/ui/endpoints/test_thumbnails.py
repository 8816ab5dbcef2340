"""Faces cut out of their photographs, over HTTP."""

from io import BytesIO

import pytest
from PIL import Image

from retrieval.columns.cache import FOLDER, THUMBNAILS
from retrieval.library import Library
from tests.bad_files import picture
from tests.ui.conftest import Shelf
from tests.ui.endpoints.conftest import Get
from ui.endpoints import thumbnails
from ui.endpoints.thumbnails import SIZES, sized


def side(data: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(data)) as image:
        return image.size


@pytest.mark.parametrize(
    ("asked", "given"), [("1", 96), ("96", 96), ("97", 200), ("300", 320), ("481", 480), ("9" * 99, 480), (None, 320)]
)
def test_the_least_size_that_is_as_large_is_given(asked: str | None, given: int) -> None:
    assert sized(asked) == given


def test_a_face_comes_in_the_size_that_is_asked_for(get: Get) -> None:
    for size in SIZES:
        answer = get("/thumbnails/1", {"size": size})
        assert answer.headers["content-type"] == "image/jpeg" and side(answer.content) == (size, size)


def test_who_has_it_already_is_told_so_until_the_photograph_changes(get: Get, own_shelf: Shelf) -> None:
    first = get("/thumbnails/1", {"size": "96"})
    known = {"If-None-Match": first.headers["etag"]}
    assert get("/thumbnails/1", {"size": "96"}, headers=known).status_code == 304
    assert get("/thumbnails/1", {"size": "160"}, headers=known).status_code == 200
    picture(9, (200, 200)).save(own_shelf.photographs / "0.png")
    after = get("/thumbnails/1", {"size": "96"}, headers=known)
    assert after.status_code == 200 and after.content != first.content and after.headers["etag"] != known


def test_it_is_cut_out_once(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    first = get("/thumbnails/1", {"size": "96"}).content
    monkeypatch.setattr(thumbnails.crops, "face", lambda *_: 1 / 0)
    assert get("/thumbnails/1", {"size": "96"}).content == first


def test_what_cannot_be_shown_is_a_sentence(get: Get, own_shelf: Shelf) -> None:
    (own_shelf.photographs / "0.png").unlink()
    (own_shelf.photographs / "1.png").write_bytes(b"no picture")
    said = {face: get(f"/thumbnails/{face}") for face in (1, 2, 99)}
    assert {answer.status_code for answer in said.values()} == {400}
    assert said[1].json()["error"] == "there is no such file" and said[2].json()["error"].startswith("not a picture")
    assert "no face 99" in said[99].json()["error"]
    for size in ("x", "-1", "1e3", "", "٣"):
        assert get("/thumbnails/3", params={"size": size}).status_code == 400


def test_nothing_stays_of_an_erased_face(get: Get, own_shelf: Shelf) -> None:
    assert get("/thumbnails/1", {"size": "96"}).status_code == 200
    folder = own_shelf.library / FOLDER / THUMBNAILS
    assert len(list(folder.iterdir())) == 1
    with Library.open(own_shelf.library) as library:
        assert library.erase([1]).unremoved == ()
    assert not folder.exists() and get("/thumbnails/1", {"size": "96"}).status_code == 400


def test_one_that_is_erased_while_it_is_cut_out_is_not_kept(
    get: Get, own_shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = thumbnails.crops.face

    def slow(path: str, box: tuple[int, int, int, int], size: int) -> bytes:
        with Library.open(own_shelf.library) as library:
            library.erase([1])
        return cut(path, box, size)

    monkeypatch.setattr(thumbnails.crops, "face", slow)
    assert get("/thumbnails/1", {"size": "96"}).status_code == 400
    assert not list((own_shelf.library / FOLDER / THUMBNAILS).iterdir())


def test_the_folder_of_photographs_is_not_written_to(get: Get, own_shelf: Shelf) -> None:
    before = sorted(path.name for path in own_shelf.photographs.iterdir())
    get("/thumbnails/1", {"size": "96"})
    assert sorted(path.name for path in own_shelf.photographs.iterdir()) == before
