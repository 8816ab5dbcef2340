"""A review kept in the library: what was drawn, and each judgement as it is made, so that whoever is interrupted goes
on where they were. One action a review; undoing it takes away all of its judgements.
"""

import json
import time
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from retrieval.errors import NoSuchFace, shown
from retrieval.language.query import parse
from retrieval.reviewing.statement import ANSWERS, Answer
from retrieval.reviewing.strata import Drawn
from retrieval.tables import actions, models, schema
from retrieval.tables.generation import state
from retrieval.tables.reviews import Kind
from retrieval.writing import searches

LONGEST = 200  # characters of a query in the history


class Asked(NamedTuple):
    """A question, and the numbers that decide the drawing of its faces: `seed`, and a `checksum` over its hits."""

    query: str
    precision: float | None
    seed: int
    checksum: str


def begin(connection: Connection, asked: Asked, parts: Mapping[Kind, tuple[list[int], Drawn]]) -> int:
    """Keeps a new review, with the numbers of the faces that were drawn for it; returns its own."""
    parse(asked.query)
    action = actions.record(connection, "review", f"review of {shown(asked.query[:LONGEST])}", 0)
    model = models.current(connection)
    assert model is not None  # there are faces
    values = {
        **asked._asdict(),
        "action": action.id,
        "model": model.fingerprint,
        "thresholds": json.dumps(dict(model.thresholds)),
        "generation": state(connection).generation,
        **{f"{kind}{'s' if kind == 'hit' else 'es'}": _faces(sample) for kind, (_, sample) in parts.items()},
    }
    key = connection.execute(insert(schema.review).values(**values)).inserted_primary_key
    assert key is not None
    for kind, (faces, sample) in parts.items():
        _keep(connection, int(key[0]), kind, faces, sample)
    return int(key[0])


def judge(connection: Connection, review: int, answers: Mapping[int, Answer | None]) -> None:
    """Keeps what is said of faces by their numbers; None takes it back. NoSuchFace for one that was not drawn, and
    ValueError for another answer.
    """
    if wrong := [answer for answer in answers.values() if answer is not None and answer not in ANSWERS]:
        raise ValueError(f"An answer is yes, no or unsure, not {wrong[0]!r}.")
    known = set(connection.execute(select(schema.drawn.c.face).where(schema.drawn.c.review == review)).scalars())
    if unknown := [face for face in answers if face not in known]:
        raise NoSuchFace(f"Face {unknown[0]} was not drawn in review {review}: judge those that it asks for.")
    now, row = int(time.time()), schema.drawn.c
    here = (row.review == review) & (row.face == bindparam("drawn_face"))
    change = update(schema.drawn).where(here).values(answer=bindparam("said"), judged=bindparam("at"))
    rows = [
        {"drawn_face": int(face), "said": said, "at": None if said is None else now} for face, said in answers.items()
    ]
    if rows:
        connection.execute(change, rows)


def forget_empty(connection: Connection) -> None:
    """Deletes the reviews of which no drawn face is left."""
    connection.execute(delete(schema.review).where(schema.review.c.id.not_in(select(schema.drawn.c.review))))


def forget_naming(connection: Connection, names: Iterable[str]) -> None:
    """Deletes the reviews whose question has one of these names of people, and their actions."""
    rows = connection.execute(select(schema.review.c.action, schema.review.c.query)).all()
    for action in {action for action, query in rows if searches.mentions(names, query)}:
        connection.execute(delete(schema.action).where(schema.action.c.id == action))


def _faces(sample: Drawn) -> int:
    return sum(stratum.faces for stratum in sample.strata)


def _keep(connection: Connection, review: int, kind: Kind, faces: list[int], sample: Drawn) -> None:
    strata = [
        {"review": review, "kind": kind, "number": number, **stratum._asdict()}
        for number, stratum in enumerate(sample.strata)
    ]
    cards = [
        {"review": review, "face": face, "kind": kind, "place": place, "stratum": stratum, "certainty": certainty}
        for place, (face, stratum, certainty) in enumerate(
            zip(faces, sample.stratum.tolist(), sample.certainty.tolist(), strict=True)
        )
    ]
    for table, rows in ((schema.review_stratum, strata), (schema.drawn, cards)):
        if rows:
            connection.execute(insert(table), rows)
