"""A folder with SQLite's file, as a `Store`: who opens it, who waits for whom, and what SQLite knows of itself."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine

from retrieval.columns import cache
from retrieval.errors import FacequeryError, shown
from retrieval.stores.findings import Finding
from retrieval.stores.needles import Needle, remains
from retrieval.stores.rights import Right
from retrieval.stores.sqlite import arrival, connections, preparation
from retrieval.stores.sqlite.lock import held
from retrieval.stores.store import Arrival
from retrieval.tables.generation import State

REFUSED = ("CHECK constraint", "NULL value", "non-")  # how SQLite begins to tell of values that a table refuses


class SqliteFile:
    """See `retrieval.stores.store.Store`."""

    finds_nearest = False
    beyond = None

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def place(self) -> Path:
        """The folder."""
        return self.folder

    @property
    def name(self) -> str:
        """The folder."""
        return str(self.folder)

    def which(self) -> Hashable:
        """Which file it is: a restored backup is another."""
        with suppress(OSError):
            info = (self.folder / connections.FILE).stat()
            return info.st_dev, info.st_ino
        return None

    def prepare(self, *, create: bool = False) -> None:
        """See `Store`."""
        preparation.prepare(self.folder, create=create)

    def reader(self) -> Engine:
        """See `Store`."""
        return connections.reader(self.folder)

    def writer(self, *, alone: bool = False) -> Engine:
        """See `Store`."""
        del alone
        return connections.writer(self.folder)

    def held(self, *, patience: float = 0.0, alone: bool = False) -> AbstractContextManager[None]:
        """See `Store`; of one file there is one writer, who is alone in any case."""
        del alone
        return held(self.folder, patience=patience)

    @contextmanager
    def outside(self, engine: Engine) -> Iterator[Connection]:
        """See `Store`."""
        with self.named_errors(), engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    def listen(self, heard: Callable[[], object]) -> None:
        """See `Store`: who asks a file looks whether it changed."""

    def transaction(self, engine: Engine) -> AbstractContextManager[Connection]:
        """See `Store`."""
        return connections.transaction(engine, self.folder)

    def named_errors(self, *, disk: Path | None = None) -> AbstractContextManager[None]:
        """See `Store`."""
        return connections.named_errors(self.folder, disk=disk)

    def settle(self, engine: Engine) -> bool:
        """Empties SQLite's log into its file, in which what was deleted is overwritten (`secure_delete`)."""
        with self.named_errors():
            driver = engine.raw_connection()
            try:
                busy: int = driver.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                driver.close()
        return not busy

    def remains(self, needles: Sequence[Needle]) -> bool:
        """See `Store`; what cannot be read is passed over."""
        file = self.folder / connections.FILE
        for path in (file, file.with_name(f"{file.name}-wal"), *(self.folder / cache.FOLDER).rglob("*")):
            with suppress(PermissionError):
                if path.is_file() and not path.is_symlink() and remains(path, needles):
                    return True
        return False

    def findings(self, connection: Connection) -> Iterator[Finding]:
        """See `Store`. Values that a table's own conditions refuse were written by something that switched them off."""
        for (said,) in connection.exec_driver_sql("PRAGMA integrity_check"):
            if said.startswith(REFUSED):
                yield Finding("constraint", said.split()[-1].split(".")[0], None, f"SQLite says: {said}.")
            elif said != "ok":
                yield Finding("damage", connections.FILE, None, f"SQLite says: {said}.")
        for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            yield Finding("orphan", table, row, f"It belongs to a row of {parent} that is not there.")

    def measure(self, connection: Connection) -> int:
        """See `Store`."""
        del connection
        return (self.folder / connections.FILE).stat().st_size

    def numbers(self, connection: Connection) -> Mapping[str, int]:
        """See `Store`."""
        return arrival.given(connection)

    def arriving(self, state: State) -> AbstractContextManager[Arrival]:
        """See `Store`."""
        return arrival.arriving(self.folder, state)

    def grant(self, role: str, right: Right | None) -> None:
        """See `Store`: a file has no roles."""
        raise FacequeryError(
            f"The library in {shown(self.name)} is a file, and whoever may write to its folder may do everything: the "
            "folder's permissions say who. Roles are of libraries on a server: postgresql://USER@HOST/DATABASE."
        )
