import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pytest

from retrieval.columns import cache, key
from tests.retrieval.made import ENVIRONMENT

STATE, OLDER = "identity-2-stamp", "identity-1-stamp"


def publish(library: Path, state: str = STATE, data: bytes = b"data") -> Path:
    path = cache.publish(library, state, "npy", lambda file: file.write(data))
    assert path
    return path


def test_what_is_published_is_found_and_alone(tmp_path: Path):
    publish(tmp_path, OLDER)
    path = publish(tmp_path)
    assert cache.find(tmp_path, STATE, "npy") == path and path.read_bytes() == b"data"
    assert cache.find(tmp_path, OLDER, "npy") is None
    assert list(path.parent.iterdir()) == [path]


def test_an_older_file_under_a_newer_name_is_not_believed(tmp_path: Path):
    path = publish(tmp_path, OLDER)
    forged = path.rename(path.with_name(path.name.replace(OLDER, STATE)))
    assert cache.find(tmp_path, STATE, "npy") is None and not forged.exists()


def test_what_somebody_else_put_there_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Even if the names are right: the checksum takes this user's key. What others believe is left to them."""
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(key, "key", lambda: b"another machine's")
        theirs = publish(tmp_path)
    assert cache.find(tmp_path, STATE, "npy") is None and theirs.exists()
    _, _, checksum = theirs.name.rpartition("-")
    forged = theirs.rename(theirs.with_name(f"{STATE}-{key.name()}-{checksum}"))
    assert cache.find(tmp_path, STATE, "npy") is None and not forged.exists()


def test_two_machines_that_share_a_library_leave_each_other_their_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    mine = publish(tmp_path)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(key, "key", lambda: b"another machine's")
        theirs = publish(tmp_path)
        assert cache.find(tmp_path, STATE, "npy") == theirs
    assert cache.find(tmp_path, STATE, "npy") == mine
    newer = publish(tmp_path, "identity-3-stamp")
    assert list(newer.parent.iterdir()) == [newer]


def test_links_pipes_and_folders_among_the_files_are_passed_by(tmp_path: Path):
    path = publish(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    os.mkfifo(path.with_name(f"{STATE}-{key.name()}-0.npy"))
    (path.parent / f"{STATE}-{key.name()}-1.npy").mkdir()
    assert cache.find(tmp_path, STATE, "npy") is None and elsewhere.read_bytes() == b"data"
    assert cache.find(tmp_path, STATE, "npy") is None
    assert publish(tmp_path) == cache.find(tmp_path, STATE, "npy")


def test_a_damaged_file_is_deleted(tmp_path: Path):
    for damage in (b"", b"dat", b"dbta", b"dataa"):
        path = publish(tmp_path)
        path.write_bytes(damage)
        assert cache.find(tmp_path, STATE, "npy") is None and not path.exists()


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path):
    def fail(file: BinaryIO) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    path = publish(tmp_path)
    assert cache.publish(tmp_path, "identity-3-stamp", "npy", fail) is None
    assert list(path.parent.iterdir()) == [path]


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path):
    (tmp_path / cache.FOLDER).touch()
    assert cache.publish(tmp_path, STATE, "npy", lambda file: file.write(b"data")) is None
    assert cache.find(tmp_path, STATE, "npy") is None


def test_where_no_key_can_be_kept_nothing_is_left_that_nobody_will_believe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(key, "is_kept", lambda: False)
    values = np.arange(3)
    assert cache.publish(tmp_path, STATE, "npy", lambda file: file.write(b"data")) is None
    assert cache.keep(tmp_path, STATE, "kind", values) is values and not (tmp_path / cache.FOLDER).exists()


def test_a_file_is_durable_before_its_name_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    calls: list[str] = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda file: calls.append("fsync") or fsync(file))
    monkeypatch.setattr(Path, "replace", lambda path, target: calls.append("replace") or replace(path, target))
    publish(tmp_path)
    assert calls == ["fsync", "replace", "fsync"]


WRITING = """
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from retrieval.columns import cache, key
def write(file):
    print("writing", flush=True)
    sys.stdin.read()
cache.publish(Path(sys.argv[1]), "identity-9-stamp", "npy", write)
"""


def test_stale_temporary_files_are_swept_and_a_live_one_is_kept(tmp_path: Path):
    folder = publish(tmp_path).parent
    for at in range(24):
        (folder / f"identity-1-{at}{cache.TEMPORARY}").touch()
    command = [sys.executable, "-c", WRITING, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT, text=True) as writer:
        assert writer.stdout and writer.stdin and writer.stdout.readline() == "writing\n"
        publish(tmp_path, data=b"again")
        (kept,) = folder.glob(f"*{cache.TEMPORARY}")
        assert str(writer.pid) in kept.name
        writer.stdin.close()
        writer.wait()
    assert not list(folder.glob(f"*{cache.TEMPORARY}"))


def test_a_file_that_is_swept_while_it_is_opened_counts_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    cache.keep(tmp_path, STATE, "rows", np.arange(3))
    assert cache.array(tmp_path, STATE, "rows") is not None
    found = cache.find

    def swept(library: Path, state: str, kind: str) -> Path | None:
        path = found(library, state, kind)
        assert path is not None
        path.unlink()
        return path

    monkeypatch.setattr(cache, "find", swept)
    assert cache.array(tmp_path, STATE, "rows") is None


def test_what_earlier_versions_kept_is_swept(tmp_path: Path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "identity-1-stamp-0.faiss").write_bytes(b"vectors")
    cache.keep(tmp_path, STATE, "rows", np.arange(3))
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".npy"]


def test_no_two_threads_read_the_header_of_an_array_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Numpy does so by `ast`, in which Python before 3.11.8 mixes threads up, about once in many thousand readings."""
    values = cache.keep(tmp_path, STATE, "ages", np.arange(4))
    cache.keep_arrays(tmp_path, STATE, "npz", {"one": values, "two": values})
    alone, load = threading.Lock(), np.load

    def watched(*args: Any, **options: Any) -> object:
        assert alone.acquire(blocking=False)
        time.sleep(0.01)
        alone.release()
        return load(*args, **options)

    def read(_: int) -> None:
        assert np.array_equal(cache.own(values), values)
        kept = cache.arrays(tmp_path, STATE, "npz")
        assert kept is not None and np.array_equal(kept["two"], values)

    monkeypatch.setattr(np, "load", watched)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(read, range(8)))
