import os
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval import links
from retrieval.errors import LibraryDamaged
from retrieval.library import Library
from tests.retrieval.made import MODEL, a_face, a_photo, fill

pytestmark = pytest.mark.sqlites

USES: dict[str, Callable[[Library], object]] = {
    "open": lambda library: Library.open(library.store.place).close(),
    "create": lambda library: Library.create_or_open(library.folder).close(),
    "correct": lambda library: library.correct([1], {"Bald": True}),
    "index": lambda library: library.writer(MODEL).__enter__(),
    "erase": lambda library: library.erase([1]),
}


@pytest.fixture
def users(tmp_path: Path) -> Path:
    """A user's folder, with a file in it that is dear to him."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "diary.txt").write_text("dear")
    return folder


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", [links.DATABASE, *links.WRITTEN, links.CACHE])
@pytest.mark.parametrize("use", USES)
def test_a_link_in_a_library_is_not_followed(library: Library, users: Path, name: str, use: str):
    fill(library, [a_photo("/a", a_face(1))])
    library.publish()
    path = library.folder / name
    if path.exists():
        path.rename(users / name)
    path.symlink_to(users / name if (users / name).exists() else users / "diary.txt")
    before = everything(users)
    with pytest.raises(LibraryDamaged, match=name):
        USES[use](library)
    assert everything(users) == before


@pytest.mark.parametrize("name", [links.DATABASE, *links.WRITTEN])
def test_a_second_name_of_a_user_s_file_is_not_written_to(library: Library, users: Path, name: str):
    fill(library, [a_photo("/a", a_face(1))])
    path = library.folder / name
    if path.exists():
        (users / "diary.txt").write_bytes(path.read_bytes())
        path.unlink()
    os.link(users / "diary.txt", path)
    before = everything(users)
    with pytest.raises(LibraryDamaged, match="second name"), library.writer(MODEL):
        pass
    assert everything(users) == before


def test_a_backup_made_of_hard_links_can_be_asked(library: Library, tmp_path: Path):
    fill(library, [a_photo("/a", a_face(1))])
    library.close()
    (tmp_path / "backup").mkdir()
    os.link(library.folder / links.DATABASE, tmp_path / "backup" / links.DATABASE)
    with Library.open(tmp_path / "backup") as backup:
        assert backup.find(None).total == 1


def test_the_library_s_own_folder_may_be_a_link(library: Library, tmp_path: Path):
    fill(library, [a_photo("/a", a_face(1))])
    (tmp_path / "shortcut").symlink_to(library.folder)
    with Library.open(tmp_path / "shortcut") as same:
        assert same.find(None).total == 1


def test_only_a_regular_file_is_one(tmp_path: Path):
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")
    assert [links.is_file(tmp_path / name) for name in ("file", "link", "pipe", "none")] == [True, False, False, False]
