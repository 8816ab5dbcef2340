import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, event

import migrations
from retrieval import schema
from retrieval.connections import FILE, reader, writer
from retrieval.library import Library
from tests.retrieval.made import ENVIRONMENT


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
    with reader(library.folder).begin() as connection:
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


def test_an_upgrade_that_fails_anywhere_leaves_nothing(empty: Path):
    failures = 0
    for nth in range(1, 100):
        engine = writer(empty)
        left: Iterator[int] = iter(range(nth, 0, -1))

        @event.listens_for(engine, "before_cursor_execute")
        def fail(*_: Any) -> None:
            if next(left, 0) == 1:  # noqa: B023
                raise RuntimeError("the nth statement")

        try:
            with engine.begin() as connection:
                migrations.upgrade(connection)
            break
        except RuntimeError:
            failures += 1
        finally:
            engine.dispose()
        assert objects(empty / FILE) == set()
    assert failures > 10
    with Library.open(empty) as library:
        assert library.totals().photos == 0


KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
import migrations
from retrieval.connections import writer
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
    with Library.open(empty) as library:
        assert library.totals().photos == 0
