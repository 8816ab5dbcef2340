"""The state a library is in: who it is, how many changes it has seen, and a random stamp of the last of them.

Everything derived from the library is named after its state, so nothing derived from another can be mistaken for it;
the stamp keeps apart two histories of one library, such as a restored backup and its original.
"""

import uuid
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from retrieval import schema


class State(NamedTuple):
    identity: str
    generation: int
    stamp: str

    @property
    def name(self) -> str:
        """Part of a file name."""
        return f"{self.identity}-{self.generation}-{self.stamp}"


def state(connection: Connection) -> State:
    """The state that `connection`'s transaction sees."""
    library = schema.library.c
    return State(*connection.execute(select(library.identity, library.generation, library.stamp)).one())


def advance(connection: Connection) -> None:
    """Marks that answers may differ once `connection`'s transaction is committed."""
    following = schema.library.c.generation + 1
    connection.execute(update(schema.library).values(generation=following, stamp=uuid.uuid4().hex))
