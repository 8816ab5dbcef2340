"""Where a library lies on a disk that several machines share, SQLite's log (WAL) is not used."""

from contextlib import closing
from pathlib import Path

import pytest

from retrieval.library import Library
from retrieval.stores.sqlite import disks
from retrieval.stores.sqlite.connections import writer
from retrieval.stores.sqlite.disks import network
from tests.retrieval.made import MODEL, a_face, a_photo, fill, vector

pytestmark = pytest.mark.sqlites

LOCAL = b"22 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n23 22 0:5 / /proc rw - proc proc rw\n"


def mounted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, at: Path, kind: str) -> None:
    """Makes `/proc/self/mountinfo` tell of something that is mounted there."""
    where = str(at).replace(" ", "\\040")
    (tmp_path / "mounts").write_bytes(LOCAL + f"40 22 0:50 / {where} rw shared:1 - {kind} server:/x rw\n".encode())
    monkeypatch.setattr(disks, "MOUNTS", tmp_path / "mounts")


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "9p", "fuse.sshfs"])
def test_a_library_on_a_shared_disk_is_kept_without_a_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    share = tmp_path / "a share"
    mounted(monkeypatch, tmp_path, share, kind)
    assert network(share / "deep") == kind and network(tmp_path) is None
    with Library.create_or_open(share / "library") as library:
        fill(library, [a_photo("/a", a_face(1))])
        assert library.find(None).total == 1 and library.similar(vector(1)).hits[0].photo == "/a"
        with closing(writer(library.folder).connect()) as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"
        assert library.erase([1]).complete
    assert {path.name for path in library.folder.glob("library.db*")} == {"library.db"}


def test_a_library_that_was_moved_to_a_shared_disk_gives_its_log_up(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(library, [a_photo("/a", a_face(1))])
    library.close()
    assert (library.folder / "library.db").read_bytes()[18:20] == b"\2\2"
    mounted(monkeypatch, tmp_path, library.folder, "nfs")
    with Library.open(library.store.place) as again:
        assert again.find(None).total == 1
        assert (library.folder / "library.db").read_bytes()[18:20] == b"\1\1"
        with again.writer(MODEL) as editing, editing.batch() as batch:
            batch.add(a_photo("/b", a_face(2)))
        assert again.find(None).total == 2


@pytest.mark.parametrize("kind", ["ext4", "fuseblk", "overlay", "apfs"])
def test_a_disk_of_this_machine_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    mounted(monkeypatch, tmp_path, tmp_path / "disk", kind)
    assert network(tmp_path / "disk") is None and network(Path("/")) is None


def test_what_is_mounted_last_and_deepest_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        "30 1 0:1 / /share rw - nfs4 a:/ rw",
        "31 1 0:2 / /share/local rw - ext4 b rw",
        "32 1 0:3 / /over rw - nfs a rw",
    ]
    lines += ["33 1 0:4 / /over rw - tmpfs t rw", "34 1 0:5 / /sharedish rw - ext4 c rw"]
    (tmp_path / "mounts").write_text("\n".join(lines))
    monkeypatch.setattr(disks, "MOUNTS", tmp_path / "mounts")
    found = {place: network(Path(place)) for place in ("/share", "/share/x", "/share/local/x", "/over", "/sharedish")}
    assert found == {"/share": "nfs4", "/share/x": "nfs4", "/share/local/x": None, "/over": None, "/sharedish": None}


def test_where_no_mounts_are_told_every_disk_is_local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disks, "MOUNTS", tmp_path / "nowhere")
    assert network(tmp_path) is None
    (tmp_path / "nowhere").write_bytes(b"nonsense\n")
    assert network(tmp_path) is None


def test_readers_keep_out_of_the_way_of_the_log_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounted(monkeypatch, tmp_path, tmp_path / "share", "smb3")
    with Library.create_or_open(tmp_path / "share") as library:
        engine = library.store.reader()
        with engine.begin() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"
        engine.dispose()
