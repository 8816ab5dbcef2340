"""The process that makes a map: one at a time, and it ends with the app."""

import subprocess
import sys
import time
from pathlib import Path

from retrieval.library import Library
from tests.retrieval.made import ENVIRONMENT
from tests.ui.conftest import Shelf
from ui.session.mapping import Mapping

PATIENCE = 60.0  # seconds


def ended(mapping: Mapping) -> None:
    begin = time.monotonic()
    while mapping.pace.running:
        assert time.monotonic() < begin + PATIENCE
        time.sleep(0.01)


def saying(program: str) -> Mapping:
    return Mapping(Path("/nowhere"), ("-c", program))


def test_a_map_is_made_and_kept_and_progress_ends_at_all(own_shelf: Shelf) -> None:
    mapping = Mapping(own_shelf.library)
    mapping.begin()
    ended(mapping)
    assert mapping.pace.error is None and mapping.pace.share > 0.9
    with Library.open(own_shelf.library) as library:
        assert library.maps.lacking() == 0


def test_only_one_is_made_at_once(tmp_path: Path) -> None:
    program = f"import os, pathlib, sys; pathlib.Path({str(tmp_path)!r}, str(os.getpid())).touch(); sys.stdin.read()"
    mapping = Mapping(tmp_path, ("-c", program))
    mapping.begin()
    thread = mapping._thread
    mapping.begin()
    assert mapping._thread is thread
    while not list(tmp_path.iterdir()):
        time.sleep(0.01)
    assert len(list(tmp_path.iterdir())) == 1
    mapping.end()
    ended(mapping)


def test_a_failure_is_said_and_not_tried_again_until_somebody_asks() -> None:
    mapping = saying("import sys; print('0.5', flush=True); sys.exit('The disk is full.')")
    mapping.begin()
    ended(mapping)
    assert mapping.pace == (False, 0.5, "The disk is full.")
    mapping.begin()
    assert not mapping.pace.running and mapping.pace.error
    mapping.begin(again=True)
    ended(mapping)
    assert mapping.pace.error == "The disk is full."


def test_what_is_no_share_is_passed_over() -> None:
    mapping = saying("print('0.25'); print('warning'); print('7')")
    mapping.begin()
    ended(mapping)
    assert mapping.pace == (False, 1.0, None)


def test_it_ends_when_whoever_began_it_is_killed(tmp_path: Path) -> None:
    mark = tmp_path / "number"
    inner = f"import os, pathlib, sys; pathlib.Path({str(mark)!r}).write_text(str(os.getpid())); sys.stdin.read()"
    outer = "import time; from pathlib import Path; from ui.session.mapping import Mapping; "
    outer += f"Mapping(Path('/'), ('-c', {inner!r})).begin(); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", outer], env=ENVIRONMENT)
    while not mark.exists() or not mark.read_text():
        time.sleep(0.01)
    process.kill()
    process.wait()
    begin = time.monotonic()
    while _lives(int(mark.read_text())):
        assert time.monotonic() < begin + PATIENCE
        time.sleep(0.05)


def _lives(number: int) -> bool:
    stat = Path(f"/proc/{number}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
