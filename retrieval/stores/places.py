"""Where a library is, as a person says it: a folder, or the address of a PostgreSQL database. Imports nothing that
takes long.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.stores.store import Store

Place = Path | str
"""A folder; or text, which is an address where it begins like one, and else a folder too."""

SERVED = re.compile(r"(?:postgresql|postgres)(?:\+psycopg)?://", re.IGNORECASE)


def is_served(place: Place) -> bool:
    """Whether it is the address of a server's database."""
    return isinstance(place, str) and SERVED.match(place) is not None


def absolute(place: Place) -> str:
    """The same place, whatever the current folder is."""
    return str(place) if is_served(place) else str(Path(place).absolute())


def store_at(place: Place) -> "Store":
    """What keeps the library there; whether there is one is not asked. FacequeryError for an address that is none."""
    if is_served(place):
        from retrieval.stores.postgres.database import Database

        return Database(str(place))
    from retrieval.stores.sqlite.file import SqliteFile

    return SqliteFile(Path(place).expanduser())
