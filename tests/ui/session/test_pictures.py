"""Faces as they are on disk now."""

from pathlib import Path

import pytest

from retrieval.library import Hit
from tests.bad_files import picture
from ui.session.pictures import thumbnail_of


@pytest.fixture
def hit(tmp_path: Path) -> Hit:
    picture(0, (200, 200)).save(tmp_path / "x.png")
    return Hit(1, str(tmp_path / "x.png"), (50, 50, 150, 150), 1.0, {})


def test_a_face_is_decoded_once(hit: Hit, monkeypatch: pytest.MonkeyPatch) -> None:
    first = thumbnail_of(hit)
    monkeypatch.setattr("ui.files.crops.face", lambda path, box: 1 / 0)
    assert thumbnail_of(hit) == first and first.reason is None


def test_a_file_that_changes_is_looked_at_again(hit: Hit) -> None:
    before = thumbnail_of(hit).jpeg
    picture(1, (200, 200)).save(hit.photo)
    assert before != thumbnail_of(hit).jpeg


def test_a_file_that_goes_and_comes_back_is_seen_to(hit: Hit) -> None:
    first = thumbnail_of(hit)
    moved = Path(hit.photo).rename(Path(hit.photo).with_name("y.png"))
    assert thumbnail_of(hit).reason == "there is no such file"
    moved.rename(hit.photo)
    assert thumbnail_of(hit) == first
