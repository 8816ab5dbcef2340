"""The state a library is in: who it is, how many changes it has seen, and a random stamp of the last of them.

Everything derived from the library is named after its state, so nothing derived from another can be mistaken for it;
the stamp keeps apart two histories of one library, such as a restored backup and its original.
"""

import re
import uuid
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection, Dialect, Engine, func, select, update

from retrieval.errors import LibraryDamaged
from retrieval.tables import schema

NAME = re.compile("[0-9a-z]{0,32}")  # as of a uuid, or nothing yet
CHANNEL = "facequery"  # on which a server tells of changes
MOST = 2**53  # changes, in more years than there are


class State(NamedTuple):
    """`faces` is the stamp of the last change that made, lost or exchanged a face or its vector: other changes leave
    what is derived from the vectors as it was. `altered` is that of the last which did more than add photographs with
    their faces, whose numbers are greater than all before: until the next such change the others are as they were.
    """

    identity: str
    generation: int
    stamp: str
    faces: str
    altered: str

    @property
    def of_faces(self) -> str:
        """Part of the name of a file that depends on the faces and their vectors alone."""
        return f"{self.identity}-{self.faces}"


_ASKED = select(*[schema.library.c[name] for name in State._fields])


def state(connection: Connection) -> State:
    """The state that `connection`'s transaction sees; LibraryDamaged for one that no library has."""
    found = State(*connection.execute(_ASKED).one())
    names = (found.identity, found.stamp, found.faces, found.altered)  # they become names of files
    if not all(map(NAME.fullmatch, names)) or not 0 <= found.generation < MOST:
        raise LibraryDamaged(
            "The library does not say which it is, as every library does: `facequery verify` says more. Restore it "
            "from a backup."
        )
    return found


def is_newest(engine: Engine, known: State) -> bool:
    """Whether nothing was committed since, by anybody: one statement outside of any transaction, in a tenth of the time
    that one takes.
    """
    pooled = engine.raw_connection()
    try:
        rows: list[tuple[object, ...]] = pooled.cursor().execute(_asked_at_once(engine.dialect)).fetchall()
        return rows == [known]
    finally:
        pooled.close()


@cache
def _asked_at_once(dialect: Dialect) -> str:
    return str(_ASKED.compile(dialect=dialect))


def advance(connection: Connection, *, faces: bool = True, altered: bool = True) -> None:
    """Marks that answers may differ once `connection`'s transaction is committed; without `faces`, only as to what is
    held to be true of the faces there are; without `altered`, only by faces that were added.
    """
    stamp = uuid.uuid4().hex
    named = {"stamp": True, "faces": faces, "altered": faces and altered}
    values = {name: stamp for name, is_new in named.items() if is_new}
    connection.execute(update(schema.library).values(generation=schema.library.c.generation + 1, **values))
    if connection.dialect.name == "postgresql":  # it tells who listens, once it is committed
        connection.execute(select(func.pg_notify(CHANNEL, "")))
