"""The reviews in a library's tables: which faces of an answer were drawn, and what a person judged of each. It draws
nothing and concludes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

from sqlalchemy import Connection, Select, func, select

from retrieval.errors import NoSuchReview
from retrieval.reviewing.statement import Card
from retrieval.tables import schema

Kind = Literal["hit", "miss"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Review:
    """Of which question it is (`precision`: only of the surest, as `find` has it), when and by what model and state of
    the library it was begun, over how many `hits` and `misses` (faces that do not match), and `checksum` over the
    numbers of the hits. `judged` are the faces that were answered for, the last of them at `last`; seconds since 1970.
    """

    id: int
    action: int
    query: str
    precision: float | None
    seed: int
    model: str
    generation: int
    checksum: str
    hits: int
    misses: int
    made: int
    judged: int
    last: int | None


class Part(NamedTuple):
    """A stratum of one kind: how many faces it has, and their mean certainty."""

    kind: Kind
    faces: int
    certainty: float


def listed(connection: Connection) -> list[Review]:
    """Those that are not undone, the last first."""
    return _read(connection, _reviews())


def named(connection: Connection, number: int) -> Review:
    """One of them; NoSuchReview."""
    found = _read(connection, _reviews().where(schema.review.c.id == int(number)))
    if not found:
        raise NoSuchReview(f"There is no review {number}; `facequery review --list` has them all.")
    return found[0]


def strata(connection: Connection, review: int) -> Iterator[Part]:
    """Of the hits and of the misses, by their numbers."""
    row = schema.review_stratum.c
    asked = select(row.kind, row.faces, row.certainty).where(row.review == review).order_by(row.kind, row.number)
    return (Part(*one) for one in connection.execute(asked))


def cards(connection: Connection, review: int, kind: Kind) -> tuple[Card, ...]:
    """The drawn faces of that kind that are in the library, in the order of judging."""
    row = schema.drawn.c
    asked = select(row.face, row.place, row.stratum, row.answer).where(row.review == review, row.kind == kind)
    return tuple(Card(*one) for one in connection.execute(asked.order_by(row.place)))


def _reviews() -> Select[Any]:
    row, action, card = schema.review.c, schema.action.c, schema.drawn.c
    mine = (card.review == row.id) & card.answer.is_not(None)
    judged = select(func.count()).where(mine).scalar_subquery()
    last = select(func.max(card.judged)).where(mine).scalar_subquery()
    about = (row.query, row.precision, row.seed, row.model, row.generation, row.checksum, row.hits, row.misses)
    columns = (row.id, row.action, *about, action.made, judged, last)
    return select(*columns).join_from(schema.review, schema.action).where(action.undone == 0).order_by(row.id.desc())


def _read(connection: Connection, query: Select[Any]) -> list[Review]:
    return [Review(*row) for row in connection.execute(query)]
