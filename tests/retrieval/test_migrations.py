import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

import migrations
from retrieval.library import Library
from retrieval.stores.sqlite.connections import FILE, reader, writer
from retrieval.tables import schema
from tests.retrieval.failing import failing_at
from tests.retrieval.made import ENVIRONMENT, MODEL, sha256, vector

pytestmark = pytest.mark.sqlites


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    (tmp_path / FILE).touch()
    return tmp_path


def objects(path: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {(name, " ".join(sql.split())) for name, sql in rows}


def test_the_code_expects_the_newest_revision():
    assert migrations.revisions()[0] == schema.REVISION


def test_upgrading_gives_exactly_the_tables_of_today(library: Library):
    with library._current.transaction() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []


def test_upgrading_gives_today_s_very_statements(library: Library, tmp_path: Path):
    engine = create_engine(f"sqlite:///{tmp_path / 'today.db'}")
    schema.metadata.create_all(engine)
    engine.dispose()
    migrated = {
        pair for pair in objects(library.folder / FILE) if pair[0] not in ("alembic_version", "sqlite_sequence")
    }
    assert migrated == {pair for pair in objects(tmp_path / "today.db") if pair[0] != "sqlite_sequence"}


def test_a_revision_imports_nothing_of_the_living_code():
    for path in (Path(migrations.__file__).parent / "versions").glob("*.py"):
        assert not any(room in path.read_text() for room in ("retrieval", "classifiers", "indexer"))


def failures_of_an_upgrade(folder: Path, rows: Callable[[], object] = lambda: None) -> int:
    """How many of its statements can fail, each of which must leave the library as it was, and its rows; then it
    succeeds.
    """
    before = objects(folder / FILE), rows()
    for nth in range(1, 100):
        engine = failing_at(nth, writer(folder))
        try:
            with engine.begin() as connection:
                migrations.upgrade(connection)
            return nth - 1
        except RuntimeError:
            pass
        finally:
            engine.dispose()
        assert (objects(folder / FILE), rows()) == before
    raise AssertionError("an upgrade has fewer statements")


@pytest.mark.lengthy
def test_an_upgrade_that_fails_anywhere_leaves_nothing(empty: Path):
    assert objects(empty / FILE) == set()
    assert failures_of_an_upgrade(empty) > 10
    with Library.open(empty) as library:  # the last attempt went through
        assert library.totals().photos == 0


KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
import migrations
from retrieval.stores.sqlite.connections import writer
engine, left = writer(Path(sys.argv[1])), iter(range(int(sys.argv[2]), 0, -1))
@event.listens_for(engine, "before_cursor_execute")
def kill(*_):
    if next(left, 0) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
with engine.begin() as connection:
    migrations.upgrade(connection)
"""


@pytest.mark.parametrize("nth", [3, 8, 14])
def test_a_killed_upgrade_leaves_nothing(empty: Path, nth: int):
    killed = subprocess.run([sys.executable, "-c", KILLED, str(empty), str(nth)], env=ENVIRONMENT)
    assert killed.returncode == -signal.SIGKILL
    assert objects(empty / FILE) == set()


def made_by_0001(folder: Path, faces: int) -> Path:
    """A library as the first version left it, with photographs, faces, corrections and a saved search."""
    (folder / FILE).touch()
    engine = writer(folder)
    with engine.begin() as connection:
        migrations.upgrade(connection, "0001")
    engine.dispose()
    dice = np.random.default_rng(1)
    rows = [(number, os.fsencode(f"/p/\udcff{number}.jpg"), sha256(str(number))) for number in range(1, faces + 1)]
    numbers = [(number, *map(float, dice.random(40, dtype=np.float32))) for number, _, _ in rows]
    with closing(sqlite3.connect(folder / FILE)) as old, old:
        old.execute("INSERT INTO model VALUES (1, ?, 'tiny', '{}', ?, 0)", ["f" * 64, json.dumps(MODEL.thresholds)])
        old.executemany("INSERT INTO photo VALUES (?, ?, ?, 9, 9, 178, 218, 'faces', 'auto', NULL, 0, 5)", rows)
        old.executemany("INSERT INTO face VALUES (?1, ?1, 1, 2, 30, 40, NULL, 0.5, 1)", [row[:1] for row in rows])
        old.executemany(f"INSERT INTO attribute VALUES ({', '.join('?' * 41)})", numbers)
        old.executemany("INSERT INTO embedding VALUES (?, ?)", [(n, vector(n).tobytes()) for n, _, _ in rows])
        old.execute("INSERT INTO correction VALUES (1, 2, 'Bald', 1, 7)")
        old.execute("INSERT INTO saved_search VALUES ('hats', 'Wearing_Hat')")
        old.execute("UPDATE library SET generation = 3")
    return folder


def rows_of_0001(folder: Path) -> dict[str, list[Any]]:
    columns = dict.fromkeys(("model", "photo", "face", "attribute", "embedding", "correction", "saved_search"), "*")
    columns["library"] = "id, identity, generation, stamp"  # 0002 adds one
    columns["photo"] = "id, path, sha256, size, mtime_ns, width, height, outcome, crop, reason, missing, added"
    with closing(sqlite3.connect(folder / FILE)) as connection:
        return {t: connection.execute(f'SELECT {what} FROM "{t}" ORDER BY 1').fetchall() for t, what in columns.items()}


def test_a_library_of_the_first_version_is_upgraded_with_equal_data(tmp_path: Path):
    folder = made_by_0001(tmp_path, faces=1000)
    before = rows_of_0001(folder)
    with Library.open(folder) as library:
        assert rows_of_0001(folder) == before
        with reader(folder).begin() as connection:
            assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
        assert library.find(None).total == 1000 and library.face(2).attributes["Bald"] == 1.0
        assert library.embedding(7).tobytes() == vector(7).tobytes()
        assert library.correct([1], {"Bald": True}) == library.history()[0]


@pytest.mark.lengthy
def test_a_second_upgrade_that_fails_anywhere_leaves_the_first_version(tmp_path: Path):
    folder = made_by_0001(tmp_path, faces=20)
    data = rows_of_0001(folder)
    assert failures_of_an_upgrade(folder, lambda: rows_of_0001(folder)) > 10
    assert rows_of_0001(folder) == data
    with Library.open(folder) as library:
        assert library.find(None).total == 20


def made_by_0002(folder: Path) -> Path:
    """A library as the second version left it, in which a group was named and another merged with it."""
    made_by_0001(folder, faces=6)
    engine = writer(folder)
    with engine.begin() as connection:
        migrations.upgrade(connection, "0002")
    engine.dispose()
    with closing(sqlite3.connect(folder / FILE)) as old, old:
        old.executemany("INSERT INTO person VALUES (?, ?)", [(1, None), (2, None), (3, "Anna")])
        done = [(1, "people", 5, 0, "group 1 is Anna"), (2, "people", 6, 0, "groups 3, 2 are one person")]
        old.executemany("INSERT INTO action VALUES (?, ?, ?, ?, ?)", done)
        moved = [(1, 1, 1, 3), (1, 2, 1, 3), (2, 1, 3, 3), (2, 2, 3, 3), (2, 3, 2, 3)]
        columns = "(action, face, before, after, rejected)"
        old.executemany(f"INSERT INTO person_change {columns} VALUES (?, ?, ?, ?, 0)", moved)
        old.executemany("INSERT INTO membership VALUES (?, 3, 1)", [(1,), (2,), (3,)])
    return folder


def test_people_of_the_second_version_are_upgraded_and_their_actions_still_undone(tmp_path: Path):
    folder = made_by_0002(tmp_path)
    with Library.open(folder) as library:
        assert [(person.id, person.name, person.faces) for person in library.people.listed()] == [
            (3, "Anna", (1, 2, 3))
        ]
        assert library.count("person:anna") == 3
        library.people.name(3, "Annie")
        library.undo()
        library.undo(2)
        assert [(person.id, person.name) for person in library.people.listed()] == [(3, "Anna"), (2, None)]
        library.undo(1)
        assert {(person.id, person.faces) for person in library.people.listed()} == {(1, (1, 2)), (2, (3,))}
        library.people.name(1, "Anna")
        assert library.people.person(1).name == "Anna"


@pytest.mark.lengthy
def test_a_third_upgrade_that_fails_anywhere_leaves_the_second_version(tmp_path: Path):
    folder = made_by_0002(tmp_path)
    assert failures_of_an_upgrade(folder) > 5
    with Library.open(folder) as library:
        assert len(library.people.listed()) == 1


@pytest.mark.parametrize("nth", [3, 9, 14])
def test_a_second_upgrade_that_is_killed_leaves_the_first_version(tmp_path: Path, nth: int):
    folder = made_by_0001(tmp_path, faces=20)
    tables, data = objects(folder / FILE), rows_of_0001(folder)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(folder), str(nth)], env=ENVIRONMENT)
    assert killed.returncode == -signal.SIGKILL
    assert (objects(folder / FILE), rows_of_0001(folder)) == (tables, data)
    with Library.open(folder) as library:
        assert library.find(None).total == 20


def test_of_photographs_of_earlier_versions_nothing_is_known_that_they_say_themselves(tmp_path: Path):
    folder = made_by_0001(tmp_path, faces=3)
    with Library.open(folder):
        pass
    said = "taken, utc_offset, dated, camera, lens, latitude, longitude, orientation, finder"
    with closing(sqlite3.connect(folder / FILE)) as connection:
        assert connection.execute(f"SELECT {said} FROM photo").fetchall() == [(None,) * 9] * 3
