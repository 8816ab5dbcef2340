"""The tree of a query. Every node says the same thing as SQL, as a numpy mask and as text; a property test holds
the three together. Nothing here parses.

Probabilities are float32 on disk and in memory while a query's numbers are float64, so the mask compares with the
neighbouring float32 that decides exactly as SQL's double comparison does.
"""

import math
import operator
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, and_, not_, or_

from retrieval import schema
from retrieval.attributes import ATTRIBUTES

Comparison = Literal[">=", ">", "<", "<="]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]
Thresholds = Mapping[str, float]

_COMPARE = {">=": operator.ge, ">": operator.gt, "<": operator.lt, "<=": operator.le}
_ROW = {name: row for row, name in enumerate(ATTRIBUTES)}


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """What queries are answered from: float32[40, n] in the order of ATTRIBUTES, and a threshold for each name."""

    probabilities: Floats
    thresholds: Thresholds

    def of(self, name: str) -> Floats:
        row: Floats = self.probabilities[_ROW[name]]
        return row


@dataclass(frozen=True, slots=True)
class Term:
    """One attribute at or above its threshold, or compared with a number; `position` is where it was written."""

    name: str
    operator: Comparison | None = None
    threshold: float | None = None
    position: int = field(default=0, compare=False)

    def sql(self, thresholds: Thresholds) -> ColumnElement[bool]:
        compare, number = self._comparison(thresholds)
        found: ColumnElement[bool] = _COMPARE[compare](schema.probability(self.name), number)
        return found

    def mask(self, columns: Columns) -> Mask:
        compare, number = self._comparison(columns.thresholds)
        found: Mask = _COMPARE[compare](columns.of(self.name), _edge(compare, number))
        return found

    def confidence(self, columns: Columns) -> Floats:
        p = columns.of(self.name)
        return np.float32(1) - p if self.operator in ("<", "<=") else p

    def __str__(self) -> str:
        return self.name if self.threshold is None else f"{self.name} {self.operator} {self.threshold!r}"

    def _comparison(self, thresholds: Thresholds) -> tuple[Comparison, float]:
        if self.operator is None or self.threshold is None:
            return ">=", thresholds[self.name]
        return self.operator, self.threshold


@dataclass(frozen=True, slots=True)
class Not:
    child: "Query"

    def sql(self, thresholds: Thresholds) -> ColumnElement[bool]:
        return not_(self.child.sql(thresholds))

    def mask(self, columns: Columns) -> Mask:
        return ~self.child.mask(columns)

    def confidence(self, columns: Columns) -> Floats:
        return np.float32(1) - self.child.confidence(columns)

    def __str__(self) -> str:
        return f"NOT {_inside(self.child, And, Or)}"


@dataclass(frozen=True, slots=True)
class And:
    """At least two children, none of them an And."""

    children: tuple["Query", ...]

    def sql(self, thresholds: Thresholds) -> ColumnElement[bool]:
        return and_(*[child.sql(thresholds) for child in self.children])

    def mask(self, columns: Columns) -> Mask:
        return reduce(np.logical_and, [child.mask(columns) for child in self.children])

    def confidence(self, columns: Columns) -> Floats:
        return reduce(np.multiply, [child.confidence(columns) for child in self.children])

    def __str__(self) -> str:
        return " AND ".join(_inside(child, And, Or) for child in self.children)


@dataclass(frozen=True, slots=True)
class Or:
    """At least two children, none of them an Or."""

    children: tuple["Query", ...]

    def sql(self, thresholds: Thresholds) -> ColumnElement[bool]:
        return or_(*[child.sql(thresholds) for child in self.children])

    def mask(self, columns: Columns) -> Mask:
        return reduce(np.logical_or, [child.mask(columns) for child in self.children])

    def confidence(self, columns: Columns) -> Floats:
        one = np.float32(1)
        return one - reduce(np.multiply, [one - child.confidence(columns) for child in self.children])

    def __str__(self) -> str:
        return " OR ".join(_inside(child, Or) for child in self.children)


Query = Term | Not | And | Or


def depth(node: Query) -> int:
    """How many operators lie one inside the other; a term alone has none."""
    if isinstance(node, Term):
        return 0
    return 1 + max(map(depth, (node.child,) if isinstance(node, Not) else node.children))


def _inside(child: Query, *looser: type) -> str:
    return f"({child})" if isinstance(child, looser) else str(child)


def _edge(compare: Comparison, number: float) -> np.float32:
    """The float32 that splits all float32 values as `number` does: rounded up for >= and <, down for > and <=."""
    nearest = np.float32(number)
    if compare in (">=", "<"):
        return nearest if float(nearest) >= number else np.nextafter(nearest, np.float32(math.inf))
    return nearest if float(nearest) <= number else np.nextafter(nearest, np.float32(-math.inf))
