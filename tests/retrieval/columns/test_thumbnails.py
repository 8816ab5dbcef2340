"""Small pictures beside a library."""

from pathlib import Path

import pytest

from retrieval.columns import key
from retrieval.columns.cache import FOLDER, THUMBNAILS, clear
from retrieval.columns.thumbnails import MARK, Thumbnails


def files(library: Path) -> list[Path]:
    return sorted((library / FOLDER / THUMBNAILS).iterdir())


def test_a_picture_is_kept_under_what_is_said_of_it(tmp_path: Path) -> None:
    kept = Thumbnails(tmp_path)
    assert kept.get(b"one") is None
    kept.keep(b"one", b"picture")
    assert Thumbnails(tmp_path).get(b"one") == b"picture" and kept.get(b"other") is None
    kept.drop(b"one")
    assert kept.get(b"one") is None
    assert (tmp_path / FOLDER / THUMBNAILS).stat().st_mode & 0o077 == 0


def test_what_somebody_else_put_there_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Thumbnails(tmp_path)
    kept.keep(b"one", b"picture")
    (file,) = files(tmp_path)
    for bad in (b"", b"x", file.read_bytes() + b"x", file.read_bytes()[:-1], bytes(MARK) + b"picture"):
        file.write_bytes(bad)
        assert kept.get(b"one") is None
    kept.keep(b"one", b"picture")
    kept.keep(b"two", b"other")
    one, two = files(tmp_path)
    one.write_bytes(two.read_bytes())  # sound, but under another name
    assert {kept.get(b"one"), kept.get(b"two")} == {None, two.read_bytes()[MARK:]}
    monkeypatch.setattr(key, "key", lambda: bytes(key.LENGTH))
    assert kept.get(b"two") is None and kept.get(b"one") is None


def test_the_oldest_go_where_there_are_too_many(tmp_path: Path) -> None:
    kept = Thumbnails(tmp_path, most=10 * (MARK + 100))
    for number in range(30):
        kept.keep(b"%d" % number, bytes(100))
    assert len(files(tmp_path)) <= 10 and kept.get(b"29") is not None and kept.get(b"0") is None


def test_where_nothing_can_be_kept_nothing_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / FOLDER).write_bytes(b"no folder")
    Thumbnails(tmp_path).keep(b"one", b"picture")
    assert Thumbnails(tmp_path).get(b"one") is None
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setattr(key, "is_kept", lambda: False)
    Thumbnails(other).keep(b"one", b"picture")
    assert not list(other.iterdir())


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    users = tmp_path / "users"
    users.mkdir()
    (users / "diary.txt").write_text("dear diary")
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / THUMBNAILS).symlink_to(users)
    Thumbnails(tmp_path).keep(b"one", b"picture")
    assert clear(tmp_path) == []
    assert [path.name for path in users.iterdir()] == ["diary.txt"]


def test_clearing_the_cache_leaves_none(tmp_path: Path) -> None:
    kept = Thumbnails(tmp_path)
    kept.keep(b"one", b"picture")
    assert clear(tmp_path) == [] and not list((tmp_path / FOLDER).iterdir())
    kept.keep(b"one", b"picture")
    assert kept.get(b"one") == b"picture"
