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
    """What was read, and what photographs say of themselves, in the state whose last change that did more than add some
    was `altered`.
    """

    altered: str
    rows: Rows
    said: Sayings

    @classmethod
    def of(cls, connection: Connection, now: State, known: Self | None) -> Self:
        """In the state `now`, which the transaction sees; what is `known` is not read again, if it still holds."""
        if known is None or known.altered != now.altered or not len(known.rows.faces):
            read = rows.read(connection)
            return cls(now.altered, read, told.read(connection, read.photos))
        after = After(int(known.rows.faces[-1]), int(known.rows.photos.max()))
        new = rows.read(connection, after)
        return known._with(new, told.read(connection, new.photos, after.photo)) if len(new.faces) else known

    def _with(self, new: Rows, said: Sayings) -> Self:
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
        return self._replace(rows=joined, said=self.said.joined(said, at))
