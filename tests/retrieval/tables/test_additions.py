"""What is read of additions alone is what is read of everything."""

import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import Connection

from retrieval.facts import Facts
from retrieval.library import Library
from retrieval.tables import additions, rows
from retrieval.tables.additions import Read
from retrieval.tables.generation import state
from retrieval.tables.rows import After, Rows
from retrieval.writing.store import Photo
from tests.retrieval.made import MODEL, a_face, a_photo, describe, descriptor, fill, raw, sha256

pytestmark = pytest.mark.both_stores


def a_random_photo(dice: random.Random, number: int) -> Photo:
    path = f"/{dice.choice(['a', 'b/c', 'é', 'z'])}/{dice.randrange(10**6)}"
    faces = [a_face(100 * number + at) for at in range(dice.choice([0, 1, 1, 2]))]
    facts = Facts(camera=dice.choice([None, "X100", "EOS"]), latitude=1.0, longitude=float(number % 90))
    return replace(a_photo(path, *faces, data=str(number)), facts=facts)


def add(library: Library, dice: random.Random, number: int) -> None:
    with library.writer(MODEL) as writer, writer.batch() as batch:
        for at in range(dice.randrange(1, 5)):
            batch.add(a_random_photo(dice, 10 * number + at))


def copy(library: Library, dice: random.Random, number: int) -> None:
    with library.writer(MODEL) as writer, writer.batch() as batch:
        known = dice.choice(list(writer.known("/").values()))
        batch.copy(known.id, f"/copy/{number}", known.size, known.mtime_ns)


def move(library: Library, dice: random.Random, number: int) -> None:
    with library.writer(MODEL) as writer, writer.batch() as batch:
        known = dice.choice(list(writer.known("/").values()))
        batch.move(known.id, f"/moved/{number}", known.size, known.mtime_ns)


def hide(library: Library, dice: random.Random, number: int) -> None:
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.mark_missing([dice.choice(list(writer.known("/").values())).id])


def replaced(library: Library, dice: random.Random, number: int) -> None:
    with library.writer(MODEL) as writer, writer.batch() as batch:
        known = dice.choice(list(writer.known("/").values()))
        batch.add(replace(a_random_photo(dice, number), path=known.path, sha256=sha256(f"other {number}")))


def erase(library: Library, dice: random.Random, number: int) -> None:
    library.erase([int(dice.choice(library._current.snapshot().face_ids.tolist()))])


def correct(library: Library, dice: random.Random, number: int) -> None:
    library.correct("Male", {"Bald": bool(number % 2)})


ADDED, ALTERED = [add, copy], [move, hide, replaced, erase]


def same(one: Read, other: Read) -> None:
    assert one.state == other.state and one.said.names == other.said.names
    assert np.array_equal(one.said.table, other.said.table, equal_nan=True)
    for ours, theirs in zip(one.rows, other.rows, strict=True):
        assert ours.dtype == theirs.dtype and np.array_equal(ours, theirs)


@pytest.mark.lengthy
@pytest.mark.parametrize("seed", range(3))
def test_after_any_change_the_same_is_known_as_if_all_were_read(library: Library, seed: int) -> None:
    dice, known = random.Random(seed), None
    add(library, dice, 0)
    for number in range(1, 25):
        step = dice.choice([*ADDED * 3, *ALTERED, correct])
        step(library, dice, number)
        with library._current.transaction() as connection:
            now = state(connection)
            known = Read.of(connection, now, known)
            same(known, Read.of(connection, now, None))
        assert sorted(hit.face for hit in library.find(None, limit=None).hits) == known.rows.faces.tolist()


READ = {add: [False], copy: [False], move: [True], hide: [True], replaced: [True], erase: [True], correct: []}
"""Each time that faces are read, whether all of them are."""


@pytest.mark.parametrize(("step", "whole"), READ.items())
def test_only_what_was_added_is_read(
    six: Library, monkeypatch: pytest.MonkeyPatch, step: Callable[..., None], whole: list[bool]
) -> None:
    asked, read = list[bool](), rows.read

    def watched(connection: Connection, after: After | None = None) -> Rows:
        asked.append(after is None)
        return read(connection, after)

    six.count("Male")
    monkeypatch.setattr(rows, "read", watched)
    step(six, random.Random(1), 1)
    six.count("Male")
    assert asked == whole


def test_descriptors_are_no_reason_to_read_faces_again(six: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    six.count("Male")
    describe(six, {1: descriptor(1)})
    monkeypatch.setattr(additions.told, "read", None)
    assert six.count("Male OR NOT Male") == 6


def test_photographs_without_faces_and_other_runs_change_nothing(six: Library) -> None:
    fill(six, [a_photo("/nothing")])
    fill(six, [a_photo("/0", a_face(9))])
    assert [hit.photo for hit in six.find(None, sort="path").hits] == ["/0", *[f"/{at}" for at in range(1, 7)]]


def test_a_transaction_that_sees_an_earlier_state_gets_that_one(six: Library) -> None:
    with six._current.reading() as (connection, _):
        with Library.open(six.store.place) as other:
            fill(other, [a_photo("/later", a_face(9))])
        assert six.count("Male OR NOT Male") == 7
        with six._current.reading() as (_, later):
            assert len(later) == 7
        assert len(six._current.of(connection)) == 6
    assert six.count("Male OR NOT Male") == 7


@pytest.mark.sqlites
def test_a_restored_backup_that_went_on_is_read_anew(six: Library) -> None:
    file = six.folder / "library.db"
    with raw(six) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    backup = file.read_bytes()
    fill(six, [a_photo("/one", a_face(9))])
    with six._current.transaction() as connection:
        known = Read.of(connection, state(connection), None)
    six.close()
    file.write_bytes(backup)
    with Library.open(six.folder) as again:
        fill(again, [a_photo("/other", a_face(10))])
        with again._current.transaction() as connection:
            now = state(connection)
            assert (now.altered, now.generation) == (known.state.altered, known.state.generation)
            same(Read.of(connection, now, known), Read.of(connection, now, None))
