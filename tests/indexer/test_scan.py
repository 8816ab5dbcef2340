"""What a folder holds, and what is passed by."""

import importlib.util
import os
import runpy
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import indexer.scan as scan_module
from indexer.passing import Passing
from indexer.scan import LAST, FolderError, scan
from retrieval.tables.records import Pattern

pytestmark = pytest.mark.timeout(10)  # a pipe that is opened by mistake waits for ever


def names(folder: Path) -> list[str]:
    return [os.path.relpath(file.path, folder) for file in scan(str(folder)).candidates]


def reasons(folder: Path) -> dict[str, str]:
    return {os.path.relpath(skipped.path, folder): skipped.reason for skipped in scan(str(folder)).skipped}


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    return path


def test_pictures_are_listed_at_any_depth_in_the_order_of_their_bytes(tmp_path: Path) -> None:
    for name in ("b.jpg", "a/z.PNG", "a.HeIc", "c.txt", "Z.webp", "no_suffix"):
        touch(tmp_path / name)
    assert names(tmp_path) == ["Z.webp", "a.HeIc", "a/z.PNG", "b.jpg"]


@pytest.mark.parametrize("there", [True, False])
def test_raw_files_are_pictures_where_rawpy_is_installed(monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(importlib.util, "find_spec", lambda name: object() if there and name == "rawpy" else None)
        again = runpy.run_path(scan_module.__file__)
    names = ("a.NEF", "b.cr3", "c.dng")
    assert [again["has_picture_suffix"](name) for name in names] == [there] * 3


def test_size_and_time_are_those_of_the_file(tmp_path: Path) -> None:
    info = touch(tmp_path / "a.jpg").stat()
    (file,) = scan(str(tmp_path)).candidates
    assert (file.size, file.mtime_ns) == (info.st_size, info.st_mtime_ns)


def test_a_time_beyond_64_bits_becomes_the_last_there_is(tmp_path: Path) -> None:
    for name, year in (("a.jpg", 2300), ("b.jpg", 2262), ("c.jpg", 1900)):
        os.utime(touch(tmp_path / name), (0, (year - 1970) * 31_556_952))
    first, second, third = (file.mtime_ns for file in scan(str(tmp_path)).candidates)
    assert first == LAST > second > 0 > third > -LAST


def test_hidden_names_are_passed_by(tmp_path: Path) -> None:
    for name in (".thumbnails/a.jpg", "._a.jpg", "a/.b/c.jpg", "a/b.jpg"):
        touch(tmp_path / name)
    assert names(tmp_path) == ["a/b.jpg"] and reasons(tmp_path) == {}


def test_folders_that_are_nobody_s_are_named_and_not_walked(tmp_path: Path) -> None:
    for name in ("@eaDir/a.jpg/thumb.jpg", "b/#recycle/a.jpg", "c/.nomedia", "c/a.jpg", "a.jpg", "d/Thumbs"):
        touch(tmp_path / name)
    (tmp_path / "#snapshot").symlink_to("b")
    listing = scan(str(tmp_path))
    assert names(tmp_path) == ["a.jpg"] and listing.skipped == []
    passed = {os.path.relpath(passed.path, tmp_path): passed.reason for passed in listing.passed}
    assert list(passed) == ["#snapshot", "@eaDir", "b/#recycle", "c"] and ".nomedia" in passed["c"]


def test_a_folder_given_by_its_own_name_is_looked_at(tmp_path: Path) -> None:
    touch(tmp_path / "@eaDir/a.jpg")
    touch(tmp_path / "@eaDir/.nomedia")
    assert names(tmp_path / "@eaDir") == ["a.jpg"]


def test_an_excluded_file_is_named_and_an_included_folder_walked(tmp_path: Path) -> None:
    for name in ("Thumbs/a.jpg", "b.gif", "c.jpg", "d.nrw"):
        touch(tmp_path / name)
    root = str(tmp_path)
    said = [Pattern(root, "Thumbs", True), Pattern(root, "*.gif", False), Pattern(root, "*.nrw", False)]
    listing = scan(root, Passing(said))
    assert [os.path.relpath(file.path, root) for file in listing.candidates] == ["Thumbs/a.jpg", "c.jpg"]
    assert [passed.path for passed in listing.passed] == [f"{root}/b.gif"] and not listing.formats


def test_formats_that_are_not_read_are_counted_by_suffix(tmp_path: Path) -> None:
    for name in (
        "a.CRW",
        "b.crw",
        "a/c.NRW",
        "d.mov",
        "e.jxl",
        "f.psd",
        "g.txt",
        "h.jpg",
        "i",
        ".j.mov",
        "@eaDir/k.mov",
    ):
        touch(tmp_path / name)
    listing = scan(str(tmp_path))
    assert listing.formats == {".crw": 2, ".nrw": 1, ".mov": 1, ".jxl": 1, ".psd": 1} and listing.skipped == []


def test_a_folder_is_the_same_however_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path / "photos/a.jpg")
    (tmp_path / "link").symlink_to("photos")
    monkeypatch.chdir(tmp_path)
    ways = ("photos", "./photos/", "photos/../photos", "link", str(tmp_path / "link"))
    assert {scan(way).candidates[0].path for way in ways} == {str(tmp_path / "photos/a.jpg")}


def test_special_files_are_passed_by_with_a_reason(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    plug = socket.socket(socket.AF_UNIX)
    plug.bind(os.path.relpath(tmp_path / "socket.jpg"))
    touch(tmp_path / "dir.jpg/inside.jpg")
    (tmp_path / "dangling.jpg").symlink_to("nowhere.jpg")
    (tmp_path / "self.jpg").symlink_to("self.jpg")
    (tmp_path / "zero.jpg").symlink_to("/dev/zero")
    (tmp_path / "cycle_a").symlink_to("cycle_b")
    (tmp_path / "cycle_b").symlink_to(".")
    (tmp_path / "hop_00.jpg").symlink_to(touch(tmp_path / "good.jpg"))
    for hop in range(1, 45):
        (tmp_path / f"hop_{hop:02}.jpg").symlink_to(f"hop_{hop - 1:02}.jpg")
    found, passed_by = names(tmp_path), reasons(tmp_path)
    plug.close()
    assert passed_by["pipe.jpg"] == "not a file but a named pipe"
    assert passed_by["socket.jpg"] == "not a file but a socket"
    assert passed_by["zero.jpg"] == "not a file but a device"
    assert passed_by["dangling.jpg"] == "a link to a file that is not there"
    assert "back to itself" in passed_by["self.jpg"] and "too many" in passed_by["hop_44.jpg"]
    assert "not followed" in passed_by["cycle_a"] and "not followed" in passed_by["cycle_b"]
    assert {"dir.jpg/inside.jpg", "good.jpg", "hop_00.jpg"} <= set(found) and "hop_44.jpg" not in found


def test_a_folder_inside_that_cannot_be_read_is_one_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path / "a.jpg")
    locked = touch(tmp_path / "locked/b.jpg").parent
    refuse(monkeypatch, locked)
    assert names(tmp_path) == ["a.jpg"]
    assert reasons(tmp_path) == {"locked": "this folder cannot be read: permission denied"}


@pytest.mark.parametrize("name", ["missing", "a.jpg", "a.jpg/b", "nul\0nul", "x" * 300])
def test_what_is_no_folder_is_named(tmp_path: Path, name: str) -> None:
    touch(tmp_path / "a.jpg")
    with pytest.raises(FolderError) as error:
        scan(f"{tmp_path}/{name}")
    assert repr(name)[1:-1] in str(error.value)


def test_a_folder_that_cannot_be_read_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, tmp_path)
    with pytest.raises(FolderError, match="permission denied"):
        scan(str(tmp_path))


def test_a_very_deep_folder_is_walked(tmp_path: Path) -> None:
    deep = tmp_path
    while len(str(deep)) < 3_500:
        deep /= "d" * 200
    touch(deep / "a.jpg")
    assert [file.path for file in scan(str(tmp_path)).candidates] == [str(deep / "a.jpg")]


def test_scanning_and_reading_never_load_torch() -> None:
    code = "import sys, indexer.pipeline, indexer.scan; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def refuse(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Lets `os.scandir` fail for one folder: tests may run as root, whom no permission stops."""
    scandir = os.scandir

    def refusing(path: str) -> object:
        if str(path) == str(folder):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
