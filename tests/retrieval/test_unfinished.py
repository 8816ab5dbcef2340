import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval import unfinished
from tests.retrieval.made import ENVIRONMENT

WRITER = """
import sys, time
from pathlib import Path
from retrieval import unfinished
with getattr(unfinished, sys.argv[1])(Path(sys.argv[2])) as made:
    print("writing", flush=True)
    time.sleep(60)
"""


def half_written(kind: str, place: Path) -> "subprocess.Popen[str]":
    """A process that has begun to write and goes on."""
    command = [sys.executable, "-c", WRITER, kind, str(place)]
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
    assert process.stdout and process.stdout.readline() == "writing\n"
    return process


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_a_killed_one_has_left_is_swept_and_a_live_one_is_kept(tmp_path: Path, kind: str):
    process = half_written(kind, tmp_path / "place")
    try:
        (left,) = tmp_path.iterdir()
        unfinished.sweep(tmp_path)
        assert left.exists() and unfinished.is_live(left)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert left.exists()
        unfinished.sweep(tmp_path)
        assert list(tmp_path.iterdir()) == []
    finally:
        process.kill()
        process.communicate()


def test_nothing_but_our_own_is_swept(tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".facequery-0123456789ab").symlink_to(tmp_path / "elsewhere")
    others = [".facequery-notes", "a.facequery-0123456789ab", ".facequery-0123456789abc", ".facequery-0123456789AB"]
    for name in others:
        (tmp_path / name).write_bytes(b"x")
    before = sorted(os.listdir(tmp_path))
    unfinished.sweep(tmp_path)
    unfinished.sweep(tmp_path / "nowhere")
    assert sorted(os.listdir(tmp_path)) == before


def test_it_takes_its_place_whole_or_is_gone(tmp_path: Path):
    with unfinished.file(tmp_path / "f") as file:
        file.write(b"whole")
    with unfinished.folder(tmp_path / "d") as folder:
        (folder / "x").write_bytes(b"x")
    assert (tmp_path / "f").read_bytes() == b"whole" and (tmp_path / "d" / "x").exists()
    assert (tmp_path / "d").stat().st_mode & 0o077 == 0
    for make in (unfinished.file, unfinished.folder):
        with pytest.raises(KeyboardInterrupt), make(tmp_path / "f2"):
            raise KeyboardInterrupt
    assert sorted(os.listdir(tmp_path)) == ["d", "f"]


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_file_that_the_writer_misses_is_what_it_ends_with(tmp_path: Path, kind: str):
    with pytest.raises(FileNotFoundError, match="a photograph"), getattr(unfinished, kind)(tmp_path / "place"):
        raise FileNotFoundError("a photograph")
    assert list(tmp_path.iterdir()) == []


def test_what_is_swept_before_it_is_locked_is_made_again(tmp_path: Path):
    made: list[Path] = []

    def make(path: Path) -> None:
        path.touch()
        made.append(path)
        if len(made) == 1:
            unfinished.sweep(tmp_path)

    with unfinished._beside(tmp_path / "f", make) as path:
        assert made[1] == path and path.exists() and not made[0].exists()
