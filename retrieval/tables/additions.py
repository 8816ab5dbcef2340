"""What the tables say of the faces that are shown, read once and then kept up to date: as long as photographs are only
added, they alone are read. It knows nothing of what is derived from it.
"""

from typing import NamedTuple, Self

import numpy as np
from sqlalchemy import Connection

from retrieval.columns.paths import Paths
from retrieval.columns.sayings import Sayings
from retrieval.tables import rows
from retrieval.tables import sayings as told
from retrieval.tables.generation import State
from retrieval.tables.rows import After, Rows


class Read(NamedTuple):
    """What was read, and what photographs say of themselves, in a `state`."""

    state: State
    rows: Rows
    said: Sayings

    @classmethod
    def of(cls, connection: Connection, now: State, known: Self | None) -> Self:
        """In the state `now`, which the transaction sees; what is `known` is not read again, if it still holds."""
        if known is None or not known._holds(connection, now):
            read = rows.read(connection)
            return cls(now, read, told.read(connection, read.photos))
        after = After(int(known.rows.faces[-1]), int(known.rows.photos.max()))
        new = rows.read(connection, after)
        if not len(new.faces):
            return known._replace(state=now)
        return known._with(now, new, told.read(connection, new.photos, after.photo))

    def _holds(self, connection: Connection, now: State) -> bool:
        """Whether its faces are there, as they were: a transaction may see a state before this one, and a restored
        backup may have given the numbers of the last to others.
        """
        if self.state.altered != now.altered or self.state.generation > now.generation or not len(self.rows.faces):
            return False
        path = Paths(self.rows.paths)[int(self.rows.photographs[-1])]
        there = rows.of_face(connection, int(self.rows.faces[-1]))
        return there is not None and there[0] == path and np.array_equal(there[1], self.rows.probabilities[:, -1])

    def _with(self, now: State, new: Rows, said: Sayings) -> Self:
        old = self.rows
        paths, at = Paths(old.paths).joined(Paths(new.paths))
        photographs = (
            old.photographs + np.searchsorted(at, old.photographs, side="right"),
            new.photographs + at[new.photographs],
        )
        joined = Rows(
            np.concatenate([old.faces, new.faces]),
            np.concatenate(photographs),
            np.concatenate([old.models, new.models]),
            np.concatenate([old.added, new.added]),
            np.concatenate([old.probabilities, new.probabilities], axis=1),
            paths.octets,
            np.insert(old.photos, at, new.photos),
        )
        return type(self)(now, joined, self.said.joined(said, at))
