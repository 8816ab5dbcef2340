import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.retrieval.made import ENVIRONMENT
from ui.session.downloads import KEPT, Downloads


def letters(file: BinaryIO) -> int:
    return file.write(b"abc")


def test_a_file_is_kept_until_newer_ones_are_made(tmp_path: Path) -> None:
    kept = Downloads(tmp_path)
    tokens = [kept.make(f"{n}.zip", "application/zip", letters)[0] for n in range(KEPT + 1)]
    assert kept.get(tokens[0]) is None and kept.get("other") is None
    last = kept.get(tokens[-1])
    assert last and (last.name, last.path.read_bytes()) == (f"{KEPT}.zip", b"abc")
    assert len(list(last.path.parent.iterdir())) == KEPT and last.path.parent.stat().st_mode & 0o077 == 0


def test_what_fails_leaves_no_file(tmp_path: Path) -> None:
    def fail(file: BinaryIO) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        Downloads(tmp_path).make("a.zip", "application/zip", fail)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


KILLED = """
import os, sys
from pathlib import Path
from ui.session.downloads import Downloads
Downloads(Path(sys.argv[1])).make("a", "b", lambda file: file.write(b"faces"))
{end}
"""


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 9)", "sys.exit()"])
def test_nothing_is_left_when_a_server_has_ended_or_was_killed_and_another_begins(tmp_path: Path, end: str) -> None:
    mine = Downloads(tmp_path)
    token, _ = mine.make("a", "b", letters)
    subprocess.run([sys.executable, "-c", KILLED.format(end=end), str(tmp_path)], env=ENVIRONMENT)
    Downloads(tmp_path)
    found = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert found == [b"abc"] and mine.get(token), "another one's is left alone while it lives"
