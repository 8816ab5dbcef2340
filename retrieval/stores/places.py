"""Where a library is, as a person says it: a folder, or the address of a PostgreSQL database."""

import re
from pathlib import Path

from retrieval.stores.sqlite.file import SqliteFile
from retrieval.stores.store import Store

Place = str | Path
SERVED = re.compile(r"(?:postgresql|postgres)(?:\+psycopg)?://", re.IGNORECASE)


def is_served(place: Place) -> bool:
    """Whether it is the address of a server's database."""
    return isinstance(place, str) and SERVED.match(place) is not None


def store_at(place: Place) -> Store:
    """What keeps the library there; whether there is one is not asked. FacequeryError for an address that is none."""
    if is_served(place):
        from retrieval.stores.postgres.database import Database

        return Database(str(place))
    return SqliteFile(Path(place).expanduser())
