"""A library copied to another place is the same library, whatever keeps it; until all of it is there, it is none."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import delete, insert, update

from retrieval.errors import (
    AlreadyThere,
    AmongPhotographs,
    BackupRefused,
    FacequeryError,
    InsideLibrary,
    LibraryDamaged,
    LibraryUnfinished,
)
from retrieval.library import Library
from retrieval.stores.places import Place, store_at
from retrieval.stores.store import Store
from retrieval.tables import pages, schema
from retrieval.writing import copying
from retrieval.writing.backup import backup
from retrieval.writing.copying import Copied
from retrieval.writing.store import Editor
from tests import postgres
from tests.retrieval.everything import fill_all, rows
from tests.retrieval.made import ENVIRONMENT, a_face, a_photo, fill, vector

NOWHERE: frozenset[str] = frozenset()


class Stopped(Exception):
    """Somebody pressed Ctrl-C."""


@pytest.fixture(params=["sqlite", "postgres"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A place where nothing is."""
    if request.param == "sqlite":
        yield tmp_path / "elsewhere"
    else:
        with postgres.database(migrated=False) as address:
            yield address


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.pages, "__defaults__", (None, 2))


def stop_at(rows: int) -> copying.Progress:
    """Stops a copy once so many rows are done."""

    def progress(done: int, of: int, words: str) -> None:
        if done >= rows:
            raise Stopped

    return progress


def copy(source: Store, to: Store, progress: copying.Progress = lambda done, of, words: None) -> Copied:
    return copying.copy(source, to, NOWHERE, progress)


def interrupted(library: Library, to: Store, rows: int) -> None:
    with pytest.raises(Stopped):
        copy(library.store, to, stop_at(rows))


@pytest.mark.lengthy
def test_a_copy_has_every_row_of_every_table_with_its_number(library: Library, elsewhere: Place):
    fill_all(library)
    there = rows(library.store)
    assert all(there.values()), "a table that is empty proves nothing"
    copied = copy(library.store, to := store_at(elsewhere))
    assert rows(to) == there
    assert (copied.faces, copied.rows) == (11, sum(map(len, there.values())) - 1) and not copied.continued
    with Library.open(elsewhere) as other:
        assert other.verify() == [] and other.generation == library.generation == copied.generation
        assert [hit.face for hit in other.find("Bald")] == [hit.face for hit in library.find("Bald")]
        assert other.history() == library.history() and other.undo() == library.undo()


def test_vectors_lose_half_their_bits_on_the_way_to_a_server_and_none_on_the_way_back(tmp_path: Path):
    with Library.create_or_open(tmp_path / "library") as library, postgres.database(migrated=False) as address:
        exact = (one := np.float32([0.6, 0.8])) / np.linalg.norm(one)
        fill(library, [a_photo("/photographs/a", face := a_face(1))])
        face.embedding[:] = 0
        face.embedding[:2] = exact
        fill(library, [a_photo("/photographs/b", face)])
        copy(library.store, served := store_at(address))
        copy(served, back := store_at(tmp_path / "back"))
        assert rows(served) == rows(back) != rows(library.store)
        with Library.open(tmp_path / "back") as other:
            assert (other.embedding(2) == face.embedding.astype(np.float16)).all()
            assert (other.embedding(1) == vector(1)).all()


def test_no_number_is_ever_given_twice(library: Library, elsewhere: Place, tmp_path: Path):
    fill(library, [a_photo(f"/photographs/{n}", a_face(n)) for n in range(1, 5)])
    library.correct([1], {"Bald": True})
    library.erase([3, 4])
    copy(library.store, store_at(elsewhere))
    for place in (elsewhere, library.store.place):
        with Library.open(place) as other:
            fill(other, [a_photo("/photographs/new", a_face(9))])
            assert max(hit.face for hit in other.find(None)) == 5
            action = other.correct([5], {"Bald": True})
            assert action is not None and action.id == 2


@pytest.mark.lengthy
@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.5, 0.7, 0.99])
def test_an_interrupted_copy_is_no_library_and_goes_on_where_it_was(library: Library, elsewhere: Place, share: float):
    fill_all(library)
    to, there = store_at(elsewhere), rows(library.store)
    interrupted(library, to, int(share * 2 * (sum(map(len, there.values())) - 1)))
    for opened in (Library.open, Library.create_or_open):
        with pytest.raises(LibraryUnfinished, match="facequery copy"):
            opened(elsewhere)
    done: list[int] = []
    copied = copy(library.store, to, lambda now, of, words: done.append(now))
    assert rows(to) == there and copied.continued == (share > 0)
    assert share < 0.1 or done[0] > 0


@pytest.mark.lengthy
@pytest.mark.parametrize("at", [3, 30, 90])
def test_one_that_is_killed_goes_on_too(library: Library, elsewhere: Place, at: int):
    fill_all(library)
    command = [sys.executable, "-c", KILLED, str(library.store.place), str(elsewhere), str(at)]
    assert subprocess.run(command, env=ENVIRONMENT).returncode == -signal.SIGKILL
    with pytest.raises(LibraryUnfinished):
        Library.open(elsewhere)
    assert copy(library.store, to := store_at(elsewhere)).continued
    assert rows(to) == rows(library.store)


KILLED = """
import os, signal, sys
from retrieval.stores.places import store_at
from retrieval.tables import pages
from retrieval.writing.copying import copy

pages.pages.__defaults__ = (None, 1)
def progress(done, of, words):
    if done > int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
copy(store_at(sys.argv[1]), store_at(sys.argv[2]), frozenset(), progress)
"""


def test_one_that_is_interrupted_before_the_first_row_begins_with_that(library: Library, elsewhere: Place):
    fill_all(library)
    interrupted(library, to := store_at(elsewhere), 0)
    copy(library.store, to)
    assert rows(to) == rows(library.store)


@pytest.mark.lengthy
@pytest.mark.usefixtures("small_pages")
def test_an_unfinished_copy_of_another_state_begins_anew(library: Library, elsewhere: Place):
    fill_all(library)
    interrupted(library, to := store_at(elsewhere), 100)
    library.erase([1, 2])
    fill(library, [a_photo("/photographs/new", a_face(9))])
    assert not copy(library.store, to).continued
    assert rows(to) == rows(library.store)


@pytest.mark.lengthy
@pytest.mark.usefixtures("small_pages")
def test_what_no_state_tells_is_noticed_all_the_same(library: Library, elsewhere: Place):
    """A saved search changes no answer, and so no state."""
    fill_all(library)
    interrupted(library, to := store_at(elsewhere), 100)
    library.save_search("mine", "Young")
    library.save_search("a", "Young")
    assert not copy(library.store, to).continued
    assert rows(to) == rows(library.store)


@pytest.mark.lengthy
def test_one_row_that_became_another_is_found_and_the_copy_is_none(
    library: Library, elsewhere: Place, monkeypatch: pytest.MonkeyPatch
):
    fill_all(library)
    to, fill_it = store_at(elsewhere), copying._Copy.fill

    def spoilt(copy: copying._Copy, numbers: dict[str, int]) -> bool:
        done = fill_it(copy, numbers)
        with copy._arrival.transaction() as connection:
            connection.execute(update(schema.attribute).where(schema.attribute.c.face == 7).values(Bald=0.123))
        return done

    monkeypatch.setattr(copying._Copy, "fill", spoilt)
    with pytest.raises(LibraryDamaged, match=r"in attribute the row \(7,\)"):
        copy(library.store, to)
    with pytest.raises(LibraryUnfinished):
        Library.open(elsewhere)
    monkeypatch.undo()
    copy(library.store, to)
    assert rows(to) == rows(library.store)


@pytest.mark.parametrize("spoil", [delete(schema.attribute).where(schema.attribute.c.face == 7), "another"])
def test_rows_too_few_or_too_many_are_found(
    library: Library, elsewhere: Place, monkeypatch: pytest.MonkeyPatch, spoil: object
):
    fill_all(library)
    fill_it = copying._Copy.fill
    another = insert(schema.saved_search).values(name="zz", query="Male")

    def spoilt(copy: copying._Copy, numbers: dict[str, int]) -> bool:
        done = fill_it(copy, numbers)
        with copy._arrival.transaction() as connection:
            connection.execute(another if spoil == "another" else spoil)  # type: ignore[call-overload]
        return done

    monkeypatch.setattr(copying._Copy, "fill", spoilt)
    with pytest.raises(LibraryDamaged, match="became another"):
        copy(library.store, store_at(elsewhere))


@pytest.mark.lengthy
def test_a_library_that_is_not_as_it_should_be_is_not_copied(library: Library, elsewhere: Place):
    fill_all(library)
    with Editor(library.store) as editor, editor.transaction() as connection:
        connection.execute(delete(schema.embedding).where(schema.embedding.c.face == 7))
    with pytest.raises(LibraryDamaged, match="facequery verify"):
        copy(library.store, store_at(elsewhere))
    with pytest.raises(LibraryUnfinished):
        Library.open(elsewhere)


def test_nothing_is_copied_over_anything(library: Library, elsewhere: Place, tmp_path: Path):
    with pytest.raises((AlreadyThere, InsideLibrary)):
        copy(library.store, library.store)
    Library.create_or_open(elsewhere).close()
    there = rows(store_at(elsewhere))
    with pytest.raises(AlreadyThere):
        copy(library.store, store_at(elsewhere))
    assert rows(store_at(elsewhere)) == there
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    (tmp_path / "file").touch()
    for place in (tmp_path / "full", tmp_path / "file"):
        with pytest.raises(AlreadyThere, match="is there already"):
            copy(library.store, store_at(place))
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine"]


def test_no_copy_goes_among_photographs_or_into_the_library(library: Library, tmp_path: Path):
    with pytest.raises(AmongPhotographs):
        copying.copy(library.store, store_at(tmp_path / "mine" / "copy"), frozenset({str(tmp_path / "mine")}))
    with pytest.raises(InsideLibrary):
        copy(library.store, store_at(library.folder / "copy"))
    assert not (tmp_path / "mine").exists()


def test_who_writes_meanwhile_is_not_held_up_and_not_in_the_copy(library: Library, elsewhere: Place):
    fill_all(library)
    there, done = rows(library.store), []

    def progress(now: int, of: int, words: str) -> None:
        if not done:
            done.append(library.correct([5], {"Young": True}))

    copy(library.store, store_at(elsewhere), progress)
    assert done and rows(store_at(elsewhere)) == there != rows(library.store)


@pytest.mark.sqlites
def test_a_value_that_a_server_cannot_keep_is_one_sentence(library: Library, bare_database: str):
    fill(library, [a_photo("/photographs/a", a_face(1))])
    with Editor(library.store) as editor, editor.transaction() as connection:
        connection.execute(update(schema.photo).values(reason="a\0b"))
    with pytest.raises(FacequeryError, match="does not do what was asked") as raised:
        copy(library.store, store_at(bare_database))
    assert "verify" in str(raised.value)


def test_a_backup_of_a_library_on_a_server_is_a_folder(database: str, tmp_path: Path):
    with Library.open(database) as library:
        fill_all(library)
        made = backup(library.store, tmp_path / "backup", NOWHERE)
        assert [path.name for path in made.folder.iterdir()] == ["library.db"]
        assert made.folder.stat().st_mode & 0o077 == 0 == (made.folder / "library.db").stat().st_mode & 0o077
        assert (made.faces, made.generation) == (11, library.generation)
        assert made.bytes == (made.folder / "library.db").stat().st_size
        assert rows(store_at(made.folder)) == rows(library.store)
        with pytest.raises(BackupRefused):
            backup(library.store, made.folder, NOWHERE)
        with pytest.raises(AmongPhotographs):
            backup(library.store, tmp_path / "mine" / "x", frozenset({str(tmp_path / "mine")}))


@pytest.mark.lengthy
def test_a_backup_of_a_damaged_library_on_a_server_leaves_nothing(database: str, tmp_path: Path):
    with Library.open(database) as library:
        fill_all(library)
        with Editor(library.store) as editor, editor.transaction() as connection:
            connection.execute(delete(schema.embedding).where(schema.embedding.c.face == 7))
        with pytest.raises(LibraryDamaged, match="facequery verify"):
            backup(library.store, tmp_path / "backups" / "one", NOWHERE)
    assert list((tmp_path / "backups").iterdir()) == []
