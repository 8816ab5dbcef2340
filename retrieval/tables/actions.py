"""What people did to a library, as actions: each is one thing to undo. It knows neither corrections, nor persons, nor
shortlists, only that whoever changes them says so here, inside the same transaction.
"""

import time
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    Table,
    func,
    insert,
    select,
    union,
    update,
)

from retrieval.errors import NothingToUndo
from retrieval.tables import schema
from retrieval.tables.rows import damaged

Kind = Literal["correct", "people", "lists", "review", "calibrate"]
WORDS = (
    *(schema.correction_change, schema.person_change, schema.carried, schema.naming),
    *(schema.shortlist_change, schema.shortlist_naming),
    *(schema.review, schema.recalibration),
)
"""What was said in actions: of one that stands, there is a row in one of these."""


@dataclass(frozen=True, slots=True)
class Action:
    """`made` is in seconds since 1970, `summary` one line for people, `faces` the number of those it changed."""

    id: int
    kind: Kind
    made: int
    undone: bool
    summary: str
    faces: int


def record(connection: Connection, kind: Kind, summary: str, faces: int) -> Action:
    """A new action, now."""
    made = int(time.time())
    values = {"kind": kind, "made": made, "undone": 0, "summary": summary}
    key = connection.execute(insert(schema.action).values(**values)).inserted_primary_key
    assert key is not None
    return Action(int(key[0]), kind, made, False, summary, faces)


def to_undo(connection: Connection, action: int | None = None) -> Action:
    """That action, or the last one that is not undone; NothingToUndo."""
    row = schema.action.c
    wanted = row.undone == 0 if action is None else row.id == int(action)
    found = _read(connection, _actions().where(wanted).limit(1))
    if not found:
        what = "nothing to undo" if action is None else f"no action {action}"
        raise NothingToUndo(f"There is {what} in this library; `facequery history` lists what was done.")
    if found[0].undone:
        raise NothingToUndo(f"Action {action} is undone already; `facequery history` lists what was done.")
    return found[0]


def mark_undone(connection: Connection, action: Action) -> None:
    connection.execute(update(schema.action).where(schema.action.c.id == action.id).values(undone=1))


def history(connection: Connection, limit: int | None = None) -> list[Action]:
    """What was done, the last first."""
    return _read(connection, _actions().limit(limit))


def idle() -> ColumnElement[bool]:
    """Actions that stand, and of which nothing is left: all that they were about is gone."""
    row = schema.action.c
    return (row.undone == 0) & row.id.not_in(union(*[select(table.c.action) for table in WORDS]))


def _actions() -> Select[Any]:
    row = schema.action.c
    judged = _judged()
    changed = _changed(schema.correction_change) + _changed(schema.person_change) + _named() + _listed() + judged
    return select(row.id, row.kind, row.made, row.undone, row.summary, changed).order_by(row.id.desc())


def _changed(table: Table) -> ScalarSelect[int]:
    mine = table.c.action == schema.action.c.id
    other = func.coalesce(table.c.before, -1) != func.coalesce(table.c.after, -1)
    return select(func.count(table.c.face.distinct())).where(mine, other).scalar_subquery()


def _named() -> ScalarSelect[int]:
    """Faces that an action called somebody without moving them."""
    face, name = schema.person_change.c, schema.naming.c
    names = select(name.id).where(name.action == schema.action.c.id).exists()
    return select(func.count(face.face.distinct())).where(face.action == schema.action.c.id, names).scalar_subquery()


def _judged() -> ScalarSelect[int]:
    """Faces that were judged in a review."""
    drawn, review = schema.drawn.c, schema.review.c
    mine = select(func.count(drawn.face)).join_from(schema.drawn, schema.review)
    return mine.where(review.action == schema.action.c.id, drawn.answer.is_not(None)).scalar_subquery()


def _listed() -> ScalarSelect[int]:
    """Faces of which an action changed the place in a shortlist, or the note."""
    row = schema.shortlist_change.c
    placed = (row.placed == 1) & row.place_before.is_distinct_from(row.place_after)
    noted = (row.noted == 1) & row.note_before.is_distinct_from(row.note_after)
    mine = (row.action == schema.action.c.id) & (placed | noted)
    return select(func.count(row.face.distinct())).where(mine).scalar_subquery()


def _read(connection: Connection, query: Select[Any]) -> list[Action]:
    found = [
        Action(number, kind, made, bool(undone), summary, faces)
        for number, kind, made, undone, summary, faces in connection.execute(query)
    ]
    if any(action.kind not in get_args(Kind) for action in found):
        raise damaged("an action is of a kind that there is not")
    return found
