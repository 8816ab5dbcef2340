"""What goes to another process, and what comes back."""

from multiprocessing import Pipe
from pathlib import Path

import numpy as np

from indexer.look import look
from indexer.seen import Eyes, Picture, Unread
from tests.bad_files import encoded, picture
from tests.indexer.conftest import FakeFinder, FakeTagger


def test_pictures_and_what_they_show_are_the_same_behind_a_pipe(tmp_path: Path) -> None:
    given = [Picture(encoded(picture(seed), "PNG")) for seed in range(4)]
    given += [Picture(b"none"), Unread(str(tmp_path / "gone.jpg"))]
    ours, theirs = Pipe()
    with ours, theirs:
        ours.send(given)
        got = theirs.recv()
        assert got == given
        seen = look(got, Eyes(FakeTagger(), FakeFinder()))  # type: ignore[arg-type]
        theirs.send(seen)
        back = ours.recv()
    for one, other in zip(seen, back, strict=True):
        assert one._replace(tags=None) == other._replace(tags=None)
        assert (one.tags is None) == (other.tags is None)
        if one.tags and other.tags:
            assert np.array_equal(one.tags.probabilities, other.tags.probabilities)
