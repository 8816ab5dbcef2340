"""The leaves of a query's tree: what one can ask about a face without an operator.

Each says the same thing as SQL over the tables of `rows.present`, as a packed set over Columns, and as text that is
parsed to it again; a property test holds them together. `confidence` is how probable it is that a face, or each of the
faces `at` those positions, is meant: a probability for attributes, 1 or 0 for what is simply so or not.

Probabilities are float32 on disk and in memory while a query's numbers are float64, so columns are compared with the
neighbouring float32 that decides exactly as SQL's double comparison does.
"""

import operator
import os
import re
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Self

import numpy as np
from sqlalchemy import ColumnElement, Integer, func, literal, select

from retrieval.columns import bits
from retrieval.columns.bits import Ids, Words
from retrieval.columns.codes import Comparison, Floats
from retrieval.columns.columns import Columns, Thresholds
from retrieval.errors import QueryError
from retrieval.language.tokens import VALUE
from retrieval.spelling import QUOTES, composed
from retrieval.tables import schema
from retrieval.tables.rows import present

FacesComparison = Literal["=", ">=", ">", "<", "<="]

COMPARE = {">=": operator.ge, ">": operator.gt, "<": operator.lt, "<=": operator.le, "=": operator.eq}


class Value(NamedTuple):
    """What is written behind a field: `said`, without its quotation marks, which begins `at` that place of the `text`
    of the query; the field itself stands at `position`.
    """

    said: str
    at: int
    position: int
    text: str

    def error(self, problem: str) -> QueryError:
        return QueryError(problem, self.text, self.at)

    def named(self, what: str) -> str:
        """It as the name of a `what`; QueryError for a NUL, which none has and no server takes."""
        if "\0" in self.said:
            raise self.error(f"No {what}'s name has such a character.")
        return self.said

    def on_disk(self, what: str) -> str:
        """It as the disk would give such a name back to Python; QueryError where no `what` can be called that."""
        try:
            octets = os.fsencode(self.said)
        except UnicodeEncodeError:
            octets = b"\0"
        if b"\0" in octets:
            raise self.error(f"No {what}'s name has such a character.")
        return os.fsdecode(octets)


@dataclass(frozen=True, slots=True)
class Term:
    """One attribute at or above its threshold, or compared with a number; `position` is where it was written, and
    `said` the words that stand there in place of its name, if any do.
    """

    name: str
    operator: Comparison | None = None
    threshold: float | None = None
    position: int = field(default=0, compare=False)
    said: str = field(default="", compare=False, repr=False)

    def sql(self, thresholds: Thresholds) -> ColumnElement[bool]:
        compare, number = self.comparison(thresholds)
        found: ColumnElement[bool] = COMPARE[compare](schema.probability(self.name), number)
        return found

    def bits(self, columns: Columns) -> Words:
        if self.operator is None or self.threshold is None:
            return columns.at_threshold(self.name)
        return columns.compared(self.name, self.operator, self.threshold)

    def confidence(self, columns: Columns, at: Ids | None = None) -> Floats:
        p = columns.of(self.name) if at is None else columns.of(self.name)[at]
        return np.float32(1) - p if self.operator in ("<", "<=") else p

    def comparison(self, thresholds: Thresholds) -> tuple[Comparison, float]:
        """What the probability is compared with, and how."""
        if self.operator is None or self.threshold is None:
            return ">=", thresholds[self.name]
        return self.operator, self.threshold

    def __str__(self) -> str:
        return self.name if self.threshold is None else f"{self.name} {self.operator} {self.threshold!r}"


@dataclass(frozen=True, slots=True)
class Path:
    """The photograph's path matches a pattern (see `paths`)."""

    pattern: str
    position: int = field(default=0, compare=False)

    @classmethod
    def of(cls, value: Value) -> Self:
        return cls(value.on_disk("file"), value.position)

    def sql(self, thresholds: Thresholds) -> ColumnElement[bool]:
        path = schema.photo.c.path
        return func.path_matches(path, literal(self.pattern, path.type), type_=Integer) == 1

    def bits(self, columns: Columns) -> Words:
        photographs = columns.photographs
        return bits.pack(photographs.paths.matching(self.pattern)[photographs.numbers])

    def confidence(self, columns: Columns, at: Ids | None = None) -> Floats:
        return certain(self.bits(columns), len(columns), at)

    def __str__(self) -> str:
        return f"path:{quoted(self.pattern)}"


@dataclass(frozen=True, slots=True)
class Faces:
    """The photograph has so many faces."""

    operator: FacesComparison
    number: int
    position: int = field(default=0, compare=False)

    def sql(self, thresholds: Thresholds) -> ColumnElement[bool]:
        photo = schema.face.c.photo
        enough = COMPARE[self.operator](func.count(), self.number)
        return photo.in_(present(photo).group_by(photo).having(enough).correlate(None))

    def bits(self, columns: Columns) -> Words:
        photographs = columns.photographs
        return bits.pack(COMPARE[self.operator](photographs.faces, self.number)[photographs.numbers])

    def confidence(self, columns: Columns, at: Ids | None = None) -> Floats:
        return certain(self.bits(columns), len(columns), at)

    def __str__(self) -> str:
        return f"faces {self.operator} {self.number}"


@dataclass(frozen=True, slots=True)
class Corrected:
    """A person has said something about the face."""

    position: int = field(default=0, compare=False)

    def sql(self, thresholds: Thresholds) -> ColumnElement[bool]:
        return schema.face.c.id.in_(select(schema.correction.c.face))

    def bits(self, columns: Columns) -> Words:
        return columns.corrected

    def confidence(self, columns: Columns, at: Ids | None = None) -> Floats:
        return certain(self.bits(columns), len(columns), at)

    def __str__(self) -> str:
        return "corrected"


def quoted(text: str) -> str:
    """Between quotation marks, so that the parser reads the same text."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def written(value: str) -> str:
    """A value as one writes it behind a field: without quotation marks, where it needs none."""
    bare = re.fullmatch(VALUE, value, re.DOTALL) and value[0] not in QUOTES
    return value if bare else quoted(value)


def lowered(name: str) -> str:
    """Composed, with A to Z in lower case and nothing else changed, as SQLite does it."""
    return composed(name).encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


def certain(words: Words, n: int, at: Ids | None) -> Floats:
    """1 for the members of a set, 0 for the others."""
    return (bits.unpack(words, n) if at is None else bits.contains(words, at)).astype(np.float32)
