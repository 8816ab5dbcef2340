"""The tree of a query: operators and quantifiers over the leaves in `terms`, `dates`,
`photographs` and `lists`. Every node says
the same thing as SQL, as a packed set, and as text; a property test holds them together. Nothing here parses.

A query selects faces. A quantifier asks of a face what the faces of its photograph are: `any` of them, `all`, `none`,
or `only` this one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Literal

import numpy as np
from sqlalchemy import ColumnElement, and_, func, not_, or_, select

from retrieval.columns import bits
from retrieval.columns.bits import Ids, Mask, Words
from retrieval.columns.codes import Comparison, Floats
from retrieval.columns.columns import Columns, Thresholds
from retrieval.language.called import Listed, Person, TaggedBy
from retrieval.language.dates import Taken
from retrieval.language.photographs import Camera, Folder, Near
from retrieval.language.terms import Corrected, Faces, Path, Term
from retrieval.tables import schema
from retrieval.tables.rows import present

__all__ = [
    "And", "Camera", "Columns", "Comparison", "Corrected", "Faces", "Floats", "Folder", "Leaf", "Listed", "Mask",
    "Near", "Not", "Or", "Path", "Person", "Quantified", "Query", "TaggedBy", "Taken", "Term", "Thresholds", "depth",
    "leaves", "mask", "without_one",
]  # fmt: skip

Quantifier = Literal["any", "all", "none", "only"]


@dataclass(frozen=True, slots=True)
class Not:
    child: "Query"

    def sql(self, thresholds: Thresholds) -> ColumnElement[bool]:
        return not_(self.child.sql(thresholds))

    def bits(self, columns: Columns) -> Words:
        return bits.complement(self.child.bits(columns), len(columns))

    def confidence(self, columns: Columns, at: Ids | None = None) -> Floats:
        return np.float32(1) - self.child.confidence(columns, at)

    def __str__(self) -> str:
        return f"NOT {_inside(self.child, And, Or)}"


@dataclass(frozen=True, slots=True)
class And:
    """At least two children, none of them an And."""

    children: tuple["Query", ...]

    def sql(self, thresholds: Thresholds) -> ColumnElement[bool]:
        return and_(*[child.sql(thresholds) for child in self.children])

    def bits(self, columns: Columns) -> Words:
        return reduce(np.bitwise_and, [child.bits(columns) for child in self.children])

    def confidence(self, columns: Columns, at: Ids | None = None) -> Floats:
        return reduce(np.multiply, [child.confidence(columns, at) for child in self.children])

    def __str__(self) -> str:
        return " AND ".join(_inside(child, And, Or) for child in self.children)


@dataclass(frozen=True, slots=True)
class Or:
    """At least two children, none of them an Or."""

    children: tuple["Query", ...]

    def sql(self, thresholds: Thresholds) -> ColumnElement[bool]:
        return or_(*[child.sql(thresholds) for child in self.children])

    def bits(self, columns: Columns) -> Words:
        return reduce(np.bitwise_or, [child.bits(columns) for child in self.children])

    def confidence(self, columns: Columns, at: Ids | None = None) -> Floats:
        one = np.float32(1)
        return one - reduce(np.multiply, [one - child.confidence(columns, at) for child in self.children])

    def __str__(self) -> str:
        return " OR ".join(_inside(child, Or) for child in self.children)


@dataclass(frozen=True, slots=True)
class Quantified:
    """any: a face of this one's photograph matches; all: every one does; none: no one does; only: this one matches and
    no other one does.
    """

    quantifier: Quantifier
    child: "Query"

    def sql(self, thresholds: Thresholds) -> ColumnElement[bool]:
        face, matches = schema.face.c, self.child.sql(thresholds)
        if self.quantifier == "only":  # asks the child once, or nesting would double the statement at each level
            alone = present(func.min(face.id).label("id")).where(matches).group_by(face.photo).having(func.count() == 1)
            return face.id.in_(select(alone.cte().c.id))
        photos = present(face.photo).where(not_(matches) if self.quantifier == "all" else matches).cte()
        found = face.photo.in_(select(photos.c.photo))
        return found if self.quantifier == "any" else not_(found)

    def bits(self, columns: Columns) -> Words:
        photographs, matches = columns.photographs, mask(self.child, columns)
        match self.quantifier:
            case "any":
                return bits.pack(photographs.any(matches))
            case "all":
                return bits.pack(~photographs.any(~matches))
            case "none":
                return bits.pack(~photographs.any(matches))
            case "only":
                return bits.pack(photographs.only(matches))

    def confidence(self, columns: Columns, at: Ids | None = None) -> Floats:
        """As if the faces of a photograph were independent."""
        photographs, each = columns.photographs, self.child.confidence(columns).astype(np.float64)
        match self.quantifier:
            case "any":
                of_face = 1 - photographs.product(1 - each)
            case "all":
                of_face = photographs.product(each)
            case "none":
                of_face = photographs.product(1 - each)
            case "only":
                of_face = each * photographs.product_of_others(1 - each)
        return (of_face if at is None else of_face[at]).astype(np.float32)

    def __str__(self) -> str:
        return f"{self.quantifier}({self.child})"


Leaf = Term | Path | Faces | Corrected | TaggedBy | Person | Listed | Taken | Camera | Near | Folder
Query = Leaf | Not | And | Or | Quantified


def mask(node: Query, columns: Columns) -> Mask:
    """bool[n]: which of the faces match."""
    return bits.unpack(node.bits(columns), len(columns))


def depth(node: Query) -> int:
    """How many operators lie one inside the other; a leaf alone has none."""
    return 1 + max(map(depth, children(node))) if children(node) else 0


def children(node: Query) -> tuple[Query, ...]:
    """What an operator is applied to; nothing for a leaf."""
    match node:
        case And(several) | Or(several):
            return several
        case Not(child) | Quantified(_, child):
            return (child,)
    return ()


def leaves(node: Query) -> list[Leaf]:
    """Every leaf in the order of the text, as often as it was written."""
    if isinstance(node, Leaf):
        return [node]
    return [leaf for child in children(node) for leaf in leaves(child)]


def without_one(node: Query) -> Iterator[tuple[Query, Query]]:
    """Every condition of the query, at any depth, and the query less it."""
    match node:
        case Not(child):
            yield from ((condition, Not(rest)) for condition, rest in without_one(child))
        case Quantified(quantifier, child):
            yield from ((condition, Quantified(quantifier, rest)) for condition, rest in without_one(child))
        case And(parts) | Or(parts):
            for at, part in enumerate(parts):
                before, after = parts[:at], parts[at + 1 :]
                others = before + after
                yield part, others[0] if len(others) == 1 else type(node)(others)
                for condition, rest in without_one(part):
                    yield condition, type(node)((*before, rest, *after))


def _inside(child: Query, *looser: type) -> str:
    return f"({child})" if isinstance(child, looser) else str(child)
