"""The photograph of a face: looked at, had as it is, and its folder shown."""

import io
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from PIL import Image

from retrieval.library import Library
from retrieval.writing.store import Photo
from tests.retrieval.made import a_face, fill, sha256
from tests.ui.endpoints.asked import Answered, Asking
from tests.ui.files.test_crops import is_red, spotted
from ui.endpoints import photographs
from ui.endpoints.photographs import attached
from ui.session import desktop

NAMES = [
    b'a".jpg\r\nSet-Cookie: x=1',
    b"\xff\xfe.jpg",
    "\u202egpj.exe".encode(),
    "Größe 写真.jpg".encode(),
    b"..",
    b"x" * 200 + b".jpg",
]


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    yield
    st.cache_data.clear()


def asking_for(tmp_path: Path, path: Path, size: tuple[int, int], box: tuple[int, int, int, int]) -> Asking:
    """Endpoints over a library of one photograph with one face."""
    library = Library.create_or_open(tmp_path / "library")
    face = replace(a_face(1), box=box)
    fill(library, [Photo(str(path), path.stat().st_size, 1, sha256(str(path)), *size, "faces", None, (face,))])
    return Asking(photographs.routes(lambda: library))


def picture(answer: Answered) -> Image.Image:
    assert answer.status == 200 and answer.headers["content-type"] == "image/jpeg", answer.body[:200]
    return Image.open(io.BytesIO(answer.body))


@pytest.mark.parametrize("ending", ["jpg", "png", "tiff"])
def test_a_photograph_comes_as_large_as_it_is_asked_for(tmp_path: Path, ending: str) -> None:
    path = spotted(tmp_path / f"x.{ending}", (3000, 1500), (300, 300, 600, 600))
    asking = asking_for(tmp_path, path, (3000, 1500), (300, 300, 600, 600))
    for asked, side in (("800", 800), ("1600", 1600), ("2560", 2560), ("full", 3000)):
        image = picture(asking.get("photographs/1", size=asked))
        assert image.size == (side, side // 2) and image.format == "JPEG"
        middle = np.asarray(image)[round(450 * side / 3000), round(450 * side / 3000)].astype(int)
        assert is_red(middle) and not is_red(np.asarray(image)[5, 5].astype(int))


def test_a_small_photograph_is_not_made_larger(tmp_path: Path) -> None:
    path = spotted(tmp_path / "x.png", (120, 90), (10, 10, 50, 50))
    assert picture(asking_for(tmp_path, path, (120, 90), (10, 10, 50, 50)).get("photographs/1", size="800")).size == (
        120,
        90,
    )


def test_in_a_turned_photograph_the_boxes_fit(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # stored lying, to be turned a quarter
    path = spotted(tmp_path / "x.jpg", (400, 300), (100, 20, 180, 100), exif=exif)
    box = (200, 100, 280, 180)  # as seen in 300 x 400
    image = picture(asking_for(tmp_path, path, (300, 400), box).get("photographs/1", size="full"))
    assert image.size == (300, 400) and image.getexif() == {}
    seen = np.asarray(image).astype(int)
    assert is_red(seen[140, 240]) and not is_red(seen[140, 190]) and not is_red(seen[190, 240])


def test_what_has_not_changed_is_not_sent_again(tmp_path: Path) -> None:
    path = spotted(tmp_path / "x.jpg", (400, 300), (0, 0, 50, 50))
    asking = asking_for(tmp_path, path, (400, 300), (0, 0, 50, 50))
    first = asking.get("photographs/1", size="800")
    again = {"if-none-match": first.headers["etag"]}
    assert asking.get("photographs/1", again, size="800")[::2] == (304, b"")
    assert asking.get("photographs/1", again, size="full").status == 200
    spotted(path, (410, 300), (0, 0, 50, 50))
    assert picture(asking.get("photographs/1", again, size="800")).size == (410, 300)


@pytest.mark.parametrize("size", [None, "", "799", "-800", "0", "٨٠٠", "1e3", "800 "])
def test_other_sizes_are_refused(tmp_path: Path, size: str | None) -> None:
    path = spotted(tmp_path / "x.jpg", (400, 300), (0, 0, 50, 50))
    asking = asking_for(tmp_path, path, (400, 300), (0, 0, 50, 50))
    answer = asking.get("photographs/1", **({} if size is None else {"size": size}))
    assert answer.status == 400 and "size=800, 1600, 2560 or full" in answer.json["error"]


@pytest.mark.parametrize(
    "spoil", [Path.unlink, lambda path: path.write_bytes(b"no picture"), lambda path: os.truncate(path, 300)]
)
def test_a_photograph_that_is_not_there_or_broken_is_one_sentence(tmp_path: Path, spoil: object) -> None:
    path = spotted(tmp_path / "x.jpg", (400, 300), (0, 0, 50, 50))
    asking = asking_for(tmp_path, path, (400, 300), (0, 0, 50, 50))
    spoil(path)  # type: ignore[operator]
    for size in ("800", "full"):
        answer = asking.get("photographs/1", size=size)
        assert answer.status == 400 and answer.json["error"].startswith("The photograph cannot be shown: ")
    assert asking.get("photographs/2", size="800").status == 400


def test_the_file_itself_is_given_as_it_is_and_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(b"<script>alert(1)</script>")
    answer = asking_for(tmp_path, path, (400, 300), (0, 0, 50, 50)).get("originals/1")
    assert answer.body == b"<script>alert(1)</script>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == "attachment; filename=\"x.jpg\"; filename*=UTF-8''x.jpg"


def test_a_pipe_in_the_place_of_a_file_keeps_nobody_waiting(tmp_path: Path) -> None:
    path = spotted(tmp_path / "x.jpg", (400, 300), (0, 0, 50, 50))
    asking = asking_for(tmp_path, path, (400, 300), (0, 0, 50, 50))
    path.unlink()
    os.mkfifo(path)
    assert asking.get("originals/1").status == asking.get("photographs/1", size="full").status == 400


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_one_header_of_plain_letters(name: bytes) -> None:
    header = attached(os.fsdecode(b"/photos/" + name))
    assert header.isascii() and header.isprintable() and header.count('"') == 2 and len(header) < 2500
    assert header.startswith('attachment; filename="') and "/" not in header.split("''")[1]


def test_a_name_keeps_its_letters_and_its_ending() -> None:
    assert attached("/photos/Größe.jpg").endswith("filename*=UTF-8''Gr%C3%B6%C3%9Fe.jpg")
    assert attached("/photos/" + "x" * 250 + ".jpg").endswith("xx.jpg")
    assert "%E2%80%AE" not in attached("/photos/\u202egpj.exe")


def test_the_folder_is_shown_by_the_desktop_and_no_name_is_more_than_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "-e $(touch x); `y` \u202e"
    folder.mkdir()
    path = spotted(folder / "x.jpg", (400, 300), (0, 0, 50, 50))
    asking = asking_for(tmp_path, path, (400, 300), (0, 0, 50, 50))
    told = tmp_path / "told"
    code = f"import sys; open({str(told)!r}, 'w').write(repr(sys.argv[1:]))"
    stand_in = (sys.executable, "-c", code)
    monkeypatch.setattr(desktop, "opener", lambda: stand_in)
    begun: list[object] = []
    monkeypatch.setattr(desktop, "Thread", lambda target, daemon: begun.append(target) or Started(target))
    assert asking.post("folders/1", {"path": "/etc"}).json == {"shown": True}
    assert told.read_text() == repr([str(folder)]) and len(begun) == 1


def test_without_a_desktop_or_a_folder_there_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = spotted(tmp_path / "x.jpg", (400, 300), (0, 0, 50, 50))
    asking = asking_for(tmp_path, path, (400, 300), (0, 0, 50, 50))
    monkeypatch.setattr(desktop, "opener", lambda: None)
    assert "no desktop" in asking.post("folders/1").json["error"]
    assert asking.get("folders/1").status == 405 and asking.post("folders/7").status == 400


class Started:
    """A thread that has ended when it has begun."""

    def __init__(self, target: object) -> None:
        self.start = target
