"""Processes that begin before anybody knows what they are to look with."""

import subprocess
import sys
from functools import partial
from multiprocessing import active_children

import pytest

from indexer.eyes import eyes
from indexer.processes import begin, early
from indexer.seen import Picture
from tests.bad_files import encoded, picture

LOADED = """
import indexer.processes, sys
print(*[name for name in ("numpy", "PIL", "openvino", "sqlalchemy") if name in sys.modules])
"""


def test_beginning_them_loads_nothing_that_takes_long() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_those_that_nobody_took_are_ended() -> None:
    with early(3) as spare:
        taken = spare.pop()
        assert len(active_children()) == 3
    assert active_children() == [taken.process]
    taken.end()
    assert not active_children()


@pytest.mark.parametrize("expected", [None, ("densenet121", "aligned"), ("resnet50", "auto"), ("nothing", "auto")])
def test_one_looks_with_what_it_is_told_whatever_was_expected(expected: tuple[str, str] | None) -> None:
    begun = begin(expected)  # type: ignore[arg-type]
    try:
        begun.pipe.send(partial(eyes, "densenet121", "aligned", tags=True))
        assert begun.pipe.recv() == ""
        begun.pipe.send([Picture(encoded(picture(1), "PNG"))])
        (seen,) = begun.pipe.recv()
        assert len(seen.found) == 1 and seen.tags.probabilities.shape == (1, 40)
    finally:
        begun.end()


def test_one_that_cannot_make_what_it_is_told_says_why() -> None:
    begun = begin()
    try:
        begun.pipe.send(partial(eyes, "no-such-model", "aligned", tags=True))
        assert "No process could be started" in begun.pipe.recv()
    finally:
        begun.end()
