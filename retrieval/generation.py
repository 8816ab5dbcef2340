"""The state a library is in: who it is, how many changes it has seen, and a random stamp of the last of them.

Everything derived from the library is named after its state, so nothing derived from another can be mistaken for it;
the stamp keeps apart two histories of one library, such as a restored backup and its original.
"""

import uuid
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from retrieval import schema


class State(NamedTuple):
    """`faces` is the stamp of the last change that made, lost or exchanged a face or its vector: other changes leave
    what is derived from the vectors as it was.
    """

    identity: str
    generation: int
    stamp: str
    faces: str

    @property
    def name(self) -> str:
        """Part of a file name."""
        return f"{self.identity}-{self.generation}-{self.stamp}"

    @property
    def of_faces(self) -> str:
        """Part of the name of a file that depends on the faces and their vectors alone."""
        return f"{self.identity}-{self.faces}"


def state(connection: Connection) -> State:
    """The state that `connection`'s transaction sees."""
    library = schema.library.c
    columns = (library.identity, library.generation, library.stamp, library.faces)
    return State(*connection.execute(select(*columns)).one())


def advance(connection: Connection, *, faces: bool = True) -> None:
    """Marks that answers may differ once `connection`'s transaction is committed; without `faces`, only as to what is
    held to be true of the faces there are.
    """
    stamp = uuid.uuid4().hex
    values = {"generation": schema.library.c.generation + 1, "stamp": stamp}
    connection.execute(update(schema.library).values({**values, "faces": stamp} if faces else values))
