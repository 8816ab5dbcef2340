"""`list:`, the leaf of a query's tree that asks for the faces on a shortlist."""

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Self

import numpy as np
from sqlalchemy import ColumnElement, func, select

from retrieval.columns import bits
from retrieval.columns.bits import Ids, Words
from retrieval.columns.codes import Floats
from retrieval.columns.columns import Columns, Thresholds
from retrieval.errors import QueryError, shown
from retrieval.language.terms import Value, certain, lowered, quoted
from retrieval.tables import schema


@dataclass(frozen=True, slots=True)
class Listed:
    """The face is on the shortlist that is called so, in any case.

    As for models, which lists there are only the library knows, and `text` is for the error about one that is not.
    """

    name: str
    position: int = field(default=0, compare=False)
    text: str = field(default="", compare=False, repr=False)

    @classmethod
    def of(cls, value: Value) -> Self:
        return cls(value.said, value.position, value.text)

    def sql(self, thresholds: Thresholds) -> ColumnElement[bool]:
        same = func.lower(func.composed(schema.shortlist.c.name)) == lowered(self.name)
        return schema.face.c.id.in_(select(schema.shortlisted.c.face).join(schema.shortlist).where(same))

    def bits(self, columns: Columns) -> Words:
        meant = [one.at for one in columns.lists if lowered(one.name) == lowered(self.name)]
        if not meant:
            raise self._unknown([one.name for one in columns.lists])
        return bits.of(np.concatenate(meant), len(columns))

    def confidence(self, columns: Columns, at: Ids | None = None) -> Floats:
        return certain(self.bits(columns), len(columns), at)

    def __str__(self) -> str:
        return f"list:{quoted(self.name)}"

    def _unknown(self, names: list[str]) -> QueryError:
        problem = f"No shortlist is called “{shown(self.name)[:40]}”."
        if not names:
            problem += " `facequery list NAME --add QUERY` makes one."
        meant = tuple(f"list:{quoted(name)}" for name in get_close_matches(self.name, names, 3, 0.0))
        return QueryError(problem, self.text or str(self), self.position, meant)
