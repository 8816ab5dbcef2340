import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from retrieval.library import Library
from tests.retrieval.made import ENVIRONMENT, MODEL, OTHER, a_face, a_photo, fill, probabilities, vector
from tests.sizes import sizes

pytestmark = pytest.mark.both_stores


def filled(library: Library) -> Library:
    fill(library, [a_photo("/a", a_face(1), a_face(2)), a_photo("/none"), a_photo("/b", a_face(3))])
    return library


def test_every_photograph_with_faces_is_handed_out_with_where_they_are(library: Library):
    with filled(library).exchange(OTHER) as exchange:
        portraits = list(exchange.portraits())
    assert [(p.path, list(p.faces)) for p in portraits] == [("/a", [1, 2]), ("/b", [3])]
    face = a_face(1)
    assert (portraits[0].faces[1].box, portraits[0].faces[1].landmarks) == (face.box, face.landmarks)
    assert exchange.faces == 3


def test_nothing_is_exchanged_unless_all_is(library: Library):
    generation = filled(library).find(None).generation
    with library.exchange(OTHER) as exchange:
        exchange.stage([1, 2], np.stack([probabilities(7), probabilities(8)]), np.stack([vector(7), vector(8)]))
        with pytest.raises(ValueError, match="Not every face"):
            exchange.commit()
    assert library.model == MODEL and library.find(None).generation == generation
    assert library.embedding(1).tobytes() == vector(1).tobytes()


@pytest.mark.parametrize("spoilt", ["probability", "vector"])
def test_numbers_that_cannot_be_are_refused(library: Library, spoilt: str):
    numbers, direction = probabilities(1), vector(1)
    (numbers if spoilt == "probability" else direction)[0] = np.nan
    with filled(library).exchange(OTHER) as exchange, pytest.raises(ValueError, match=r"between 0 and 1|finite"):
        exchange.stage([1], numbers[None], direction[None])


@pytest.mark.sqlites
def test_what_was_staged_and_not_committed_leaves_no_file(library: Library):
    filled(library)
    with library.exchange(OTHER) as exchange:
        exchange.stage([1], probabilities(7)[None], vector(7)[None])
        assert {path.stem for path in library.folder.iterdir()} == {"library"}  # SQLite's, and the lock
    assert library.model == MODEL


KILLED = """
import os, signal, sys
import numpy as np
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine
from retrieval.library import Library
from tests.retrieval.made import OTHER, probabilities, vector
left = iter(range(int(sys.argv[2]), 0, -1))
def kill(*_):
    if next(left, 0) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
library = Library.open(Path(sys.argv[1]))
event.listen(Engine, "before_cursor_execute", kill)
event.listen(Engine, "commit", kill)
with library.exchange(OTHER) as exchange:
    for portrait in exchange.portraits():
        faces = list(portrait.faces)
        exchange.stage(faces, *(np.stack([made(face + 100) for face in faces]) for made in (probabilities, vector)))
    exchange.commit()
print(1000 - next(left, 0))
"""


def exchanged(folder: Path, nth: int) -> subprocess.CompletedProcess[str]:
    """In a process that is killed before its nth statement; one that is not says how many it had."""
    command = [sys.executable, "-c", KILLED, str(folder), str(nth)]
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True)


@pytest.mark.lengthy
@pytest.mark.sqlites
@pytest.mark.parametrize("step", sizes(5, 1))
def test_killed_at_any_statement_it_leaves_one_model_with_all_its_numbers(library: Library, tmp_path: Path, step: int):
    filled(library).correct([2], {"Bald": True})
    library.close()
    shutil.copytree(library.folder, tmp_path / "whole")
    statements = int(exchanged(tmp_path / "whole", 1000).stdout)
    assert statements > 20
    for nth in range(1, statements, step):
        folder = tmp_path / f"{nth}"
        shutil.copytree(library.folder, folder)
        assert exchanged(folder, nth).returncode == -signal.SIGKILL
        with Library.open(folder) as left:
            assert left.model == MODEL and left.verify() == [] and left.corrections(2) == {"Bald": True}
            assert left.embedding(3).tobytes() == vector(3).tobytes()
        assert {path.stem for path in folder.iterdir()} == {"cache", "library"}, "what was staged is gone"
        assert exchanged(folder, 1000).returncode == 0
        with Library.open(folder) as done:
            assert done.model == OTHER and done.verify() == [] and done.corrections(2) == {"Bald": True}
            assert done.embedding(3).tobytes() == vector(103).tobytes()
        shutil.rmtree(folder)
