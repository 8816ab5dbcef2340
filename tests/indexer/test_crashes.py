"""What is left of a library when indexing is killed, starved or interrupted at any moment: whole batches, and the next
run goes on from there.
"""

import hashlib
import os
import resource
import shutil
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select

from indexer import look, pipeline
from indexer.seen import Eyes
from indexer.workers import Threads
from retrieval.attributes import ATTRIBUTES
from retrieval.library import Library
from retrieval.stores.sqlite.connections import reader
from retrieval.tables import schema
from retrieval.tables.records import Model
from tests.bad_files import encoded, picture
from tests.indexer import crashing
from tests.indexer.conftest import FakeTagger
from tests.indexer.crashing import BATCH, started
from tests.retrieval.made import vector
from tests.sizes import sizes

Row = tuple[Any, ...]


def photographs(folder: Path, count: int) -> Path:
    folder.mkdir()
    for seed in range(count):
        picture(seed).save(folder / f"{seed:05}.png", compress_level=1)
    return folder


def indexed(folder: Path, library: Path) -> None:
    with Library.create_or_open(library) as opened:
        pipeline.index(opened, [str(folder)], Threads(Eyes(FakeTagger(), None)), batch_size=BATCH)


def contents(library: Path) -> list[Row]:
    """Path, sha256, probabilities and vector of every face, in the order of the paths."""
    engine = reader(library)
    columns = [column for column in schema.attribute.c if column.name != "face"]
    query = select(schema.photo.c.path, schema.photo.c.sha256, *columns, schema.embedding.c.vector)
    joined = query.select_from(schema.photo).join(schema.face).join(schema.attribute).join(schema.embedding)
    with engine.begin() as connection:
        rows = [tuple(row) for row in connection.execute(joined.order_by(schema.photo.c.path))]
    engine.dispose()
    return rows


def check(library: Path) -> int:
    """Nothing in it contradicts anything; the number of its photographs."""
    with closing(sqlite3.connect(library / "library.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    with Library.open(library) as opened:
        assert opened.verify() == []
        faces = [hit.face for hit in opened.find(None, limit=None).hits]
        assert sorted(hit.face for hit in opened.similar(vector(1), limit=10**6).hits) == sorted(faces)
        assert not list((library / "cache").glob("*.part"))
        return opened.totals().photos


@pytest.mark.lengthy
@pytest.mark.parametrize(("kills", "count"), sizes((12, 150), (200, 600)))
def test_kill_9_at_any_moment_loses_no_committed_face_and_the_next_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kills: int, count: int
) -> None:
    folder = photographs(tmp_path / "photographs", count)
    indexed(folder, tmp_path / "reference")
    reference, dice = contents(tmp_path / "reference"), np.random.default_rng(1)
    decoded: list[int] = []
    decode = look.decode
    monkeypatch.setattr(look, "decode", lambda data, **options: (decoded.append(1), decode(data, **options))[1])
    lasts = lasting(folder, tmp_path / "timed")
    middles = 0
    for kill in range(kills):
        library = tmp_path / f"library {kill}"
        child = started(crashing.index, str(folder), str(library))
        began = kill % 2 and child.told.poll(60)  # half die after a first batch, however busy the machine
        time.sleep(dice.uniform(0, lasts / 4 if began else lasts))
        child.process.kill()
        child.process.join()
        committed = child.committed()
        Library.create_or_open(library).close()  # where it was killed before it had made one
        there = check(library)
        assert there in (committed, min(count, committed + BATCH)), "committed, but killed before it could say so"
        middles += 0 < there < count
        decoded.clear()
        indexed(folder, library)
        assert (len(decoded), contents(library)) == (count - there, reference)
        assert check(library) == count
        shutil.rmtree(library)
    assert middles >= kills // 10, "or nothing was killed in the middle"


def words(library: Library) -> dict[str, dict[str, bool]]:
    """What was said of each photograph that is there, by its bytes."""
    hits = library.find(None, limit=None).hits
    return {hashlib.sha256(Path(hit.photo).read_bytes()).hexdigest(): library.corrections(hit.face) for hit in hits}


@pytest.mark.lengthy
@pytest.mark.parametrize(("kills", "count"), sizes((6, 60), (60, 300)))
def test_kill_9_while_photographs_take_each_other_s_names_loses_nothing_that_was_said(
    tmp_path: Path, kills: int, count: int
) -> None:
    folder, library = photographs(tmp_path / "photographs", count), tmp_path / "library"
    indexed(folder, library)
    with Library.open(library) as opened:
        for hit in opened.find(None, limit=None).hits:
            opened.correct([hit.face], {ATTRIBUTES[hit.face % 40]: True, ATTRIBUTES[hit.face // 40]: False})
        said = words(opened)
    assert len(said) == count
    dice = np.random.default_rng(3)
    for _ in range(kills):
        paths = sorted(folder.iterdir())
        for path in paths:
            path.rename(path.with_suffix(".tmp"))
        for path, target in zip(paths, np.roll(np.array(paths), int(dice.integers(1, count))), strict=True):
            path.with_suffix(".tmp").rename(target)
        child = started(crashing.index, str(folder), str(library))
        for _ in range(dice.integers(0, count // BATCH)):
            child.told.recv()
        time.sleep(dice.uniform(0, 0.02))
        child.process.kill()
        child.process.join()
        if dice.random() < 0.5:  # else the next killed run finds what this one left
            indexed(folder, library)
            check(library)
            with Library.open(library) as opened:
                assert words(opened) == said
    indexed(folder, library)
    with Library.open(library) as opened:
        assert words(opened) == said and opened.totals().photos == count


def lasting(folder: Path, library: Path) -> float:
    """Seconds that a child takes which nobody kills; the second one, since the first waits for the imports."""
    for name in ("first", "second"):
        begin = time.monotonic()
        child = started(crashing.index, str(folder), f"{library} {name}")
        child.process.join()
        assert child.process.exitcode == 0
    return time.monotonic() - begin


def test_these_checks_find_a_face_without_its_vector(tmp_path: Path) -> None:
    indexed(photographs(tmp_path / "photographs", 3), tmp_path / "library")
    assert check(tmp_path / "library") == 3
    with closing(sqlite3.connect(tmp_path / "library" / "library.db")) as connection, connection:
        connection.execute("DELETE FROM embedding WHERE face = 2")
    with pytest.raises(AssertionError):
        check(tmp_path / "library")


@pytest.mark.lengthy
@pytest.mark.parametrize("limits", sizes(5, 64))
def test_disk_full_at_any_byte(tmp_path: Path, limits: int) -> None:
    """RLIMIT_FSIZE from 4 KiB to 4 MiB: no file may grow beyond it."""
    folder = photographs(tmp_path / "photographs", 200)
    indexed(folder, tmp_path / "reference")
    reference = contents(tmp_path / "reference")
    stopped = 0
    for limit in np.geomspace(2**12, 2**22, limits).astype(int).tolist():
        library = tmp_path / str(limit)
        child = started(crashing.index_within, str(folder), str(library), resource.RLIMIT_FSIZE, limit)
        *batches, (status, said) = child.messages()
        child.process.join()
        assert child.process.exitcode == 0 and status == (1 if said else 0), said
        assert not said or "is full or failing" in said or "cannot be" in said, said
        stopped += status
        Library.create_or_open(library).close()
        assert check(library) in (sum(batches), sum(batches) + BATCH, 200)
        indexed(folder, library)
        assert contents(library) == reference
        shutil.rmtree(library)
    assert limits > stopped >= limits // 2


@pytest.mark.lengthy
@pytest.mark.parametrize("times", sizes(2, 10))
def test_out_of_memory_while_decoding_rejects_that_file_alone(tmp_path: Path, times: int) -> None:
    """A picture of 60 megapixels where there is address space for less: it is rejected, and the others are stored."""
    folder = photographs(tmp_path / "photographs", 20)
    (folder / "00010 large.png").write_bytes(encoded(Image.new("RGB", (8000, 7500)), "PNG"))
    for turn in range(times):
        library, more = tmp_path / str(turn), (180 + 4 * turn) * 2**20  # it takes 240
        child = started(crashing.index_within, str(folder), str(library), resource.RLIMIT_AS, more)
        *batches, (status, said) = child.messages()
        child.process.join()
        assert (child.process.exitcode, status, sum(batches)) == (0, 0, 21), said
        with Library.open(library) as opened, opened.writer(Model(**FakeTagger().model())) as writer:
            reasons = {Path(path).name: known.reason for path, known in writer.known(str(folder)).items()}
        assert [name for name, reason in reasons.items() if reason] == ["00010 large.png"]
        assert "not enough memory" in reasons["00010 large.png"]
        check(library)


@pytest.mark.lengthy
@pytest.mark.parametrize("times", sizes(10, 40))
def test_sigint_and_sigterm_stop_cleanly(tmp_path: Path, times: int) -> None:
    folder = photographs(tmp_path / "photographs", 600)
    dice = np.random.default_rng(2)
    for number in range(times):
        kind, status = ((signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM))[number % 2]  # shells say 143
        library = tmp_path / str(number)
        child = started(crashing.command, str(folder), str(library))
        first = child.told.recv()
        time.sleep(dice.uniform(0, 0.1))
        assert child.process.pid
        os.kill(child.process.pid, kind)
        begin = time.monotonic()
        committed = first + child.committed()
        child.process.join()
        assert time.monotonic() - begin < 5
        assert child.process.exitcode == status
        assert check(library) in (committed, committed + BATCH)
        shutil.rmtree(library)
