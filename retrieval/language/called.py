"""`model:`, `person:` and `list:`, the leaves of a query's tree that ask for faces by a name.

Which names there are only the library knows, so one that it does not know is a QueryError where columns are asked, and
never an empty answer; a leaf's `text` is the whole query, for that error.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import reduce
from typing import Self

import numpy as np
from sqlalchemy import ColumnElement, func, or_, select

from retrieval.columns import bits
from retrieval.columns.bits import Ids, Words
from retrieval.columns.codes import Floats
from retrieval.columns.columns import Called, Columns, Tagged, Thresholds
from retrieval.errors import QueryError, shown
from retrieval.language.terms import Value, certain, lowered, quoted
from retrieval.tables import schema

PREFIX = 4  # characters of a fingerprint that may stand for a model; fewer are a slip rather than a choice


@dataclass(frozen=True, slots=True)
class TaggedBy:
    """A model, by its name in any case or by at least four characters of its fingerprint, tagged the face."""

    model: str
    position: int = field(default=0, compare=False)
    text: str = field(default="", compare=False, repr=False)

    @classmethod
    def of(cls, value: Value) -> Self:
        return cls(value.named("model"), value.position, value.text)

    def sql(self, thresholds: Thresholds) -> ColumnElement[bool]:
        model, wanted = schema.model.c, lowered(self.model)
        meant = _is(model.name, self.model)
        if len(wanted) >= PREFIX:
            meant = or_(meant, func.substr(model.fingerprint, 1, len(wanted)) == wanted)
        return schema.face.c.model.in_(select(model.id).where(meant))

    def bits(self, columns: Columns) -> Words:
        meant = [model.faces for model in columns.models if self._means(model)]
        if not meant:
            raise self._unknown([model.name for model in columns.models])
        return reduce(np.bitwise_or, meant)

    def confidence(self, columns: Columns, at: Ids | None = None) -> Floats:
        return certain(self.bits(columns), len(columns), at)

    def __str__(self) -> str:
        return f"model:{quoted(self.model)}"

    def _means(self, model: Tagged) -> bool:
        wanted = lowered(self.model)
        return lowered(model.name) == wanted or (len(wanted) >= PREFIX and model.fingerprint.startswith(wanted))

    def _unknown(self, names: list[str]) -> QueryError:
        problem = f"The library knows no model “{shown(self.model)[:40]}”."
        if not names:
            problem += " It has no faces yet."
        spelt = {name: f"model:{name if name.isalnum() else quoted(name)}" for name in names}
        return _not_known(self, problem, self.model, spelt)


@dataclass(frozen=True, slots=True)
class Person:
    """The face is of somebody who is called so, in any case."""

    name: str
    position: int = field(default=0, compare=False)
    text: str = field(default="", compare=False, repr=False)

    @classmethod
    def of(cls, value: Value) -> Self:
        return cls(value.named("person"), value.position, value.text)

    def sql(self, thresholds: Thresholds) -> ColumnElement[bool]:
        faces = select(schema.membership.c.face).join(schema.person)
        return schema.face.c.id.in_(faces.where(_is(schema.person.c.name, self.name)))

    def bits(self, columns: Columns) -> Words:
        members = _members(columns.people, self.name)
        if members is None:
            raise self._unknown([one.name for one in columns.people])
        return bits.of(members, len(columns))

    def confidence(self, columns: Columns, at: Ids | None = None) -> Floats:
        return certain(self.bits(columns), len(columns), at)

    def __str__(self) -> str:
        return f"person:{quoted(self.name)}"

    def _unknown(self, names: list[str]) -> QueryError:
        problem = f"Nobody in the library is called “{shown(self.name)[:40]}”."
        if not names:
            problem += " `facequery people name` says who a group is."
        return _not_known(self, problem, self.name, {name: f"person:{quoted(name)}" for name in names})


@dataclass(frozen=True, slots=True)
class Listed:
    """The face is on the shortlist that is called so, in any case."""

    name: str
    position: int = field(default=0, compare=False)
    text: str = field(default="", compare=False, repr=False)

    @classmethod
    def of(cls, value: Value) -> Self:
        return cls(value.named("shortlist"), value.position, value.text)

    def sql(self, thresholds: Thresholds) -> ColumnElement[bool]:
        faces = select(schema.shortlisted.c.face).join(schema.shortlist)
        return schema.face.c.id.in_(faces.where(_is(schema.shortlist.c.name, self.name)))

    def bits(self, columns: Columns) -> Words:
        members = _members(columns.lists, self.name)
        if members is None:
            raise self._unknown([one.name for one in columns.lists])
        return bits.of(members, len(columns))

    def confidence(self, columns: Columns, at: Ids | None = None) -> Floats:
        return certain(self.bits(columns), len(columns), at)

    def __str__(self) -> str:
        return f"list:{quoted(self.name)}"

    def _unknown(self, names: list[str]) -> QueryError:
        problem = f"No shortlist is called “{shown(self.name)[:40]}”."
        if not names:
            problem += " `facequery list NAME --add QUERY` makes one."
        return _not_known(self, problem, self.name, {name: f"list:{quoted(name)}" for name in names})


def _is(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    return func.lower(func.composed(column)) == lowered(name)


def _members(named: Sequence[Called], name: str) -> Ids | None:
    """The positions of the faces of all that are called so; None where nothing is."""
    meant = [one.at for one in named if lowered(one.name) == lowered(name)]
    return np.concatenate(meant) if meant else None


def _not_known(leaf: TaggedBy | Person | Listed, problem: str, asked: str, spelt: Mapping[str, str]) -> QueryError:
    """The error about a name that is not in the library, with those that are most like it; `spelt` says how each that
    is there would be asked for.
    """
    meant = tuple(spelt[name] for name in get_close_matches(asked, spelt, 3, 0.0))
    return QueryError(problem, leaf.text or str(leaf), leaf.position, meant)
