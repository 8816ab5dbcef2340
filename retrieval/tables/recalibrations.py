"""Calibrations of attributes that were moved by what was judged, as the tables keep them. What the model said is never
changed: whoever reads it moves it.
"""

from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, func, select

from retrieval.attributes import ATTRIBUTES
from retrieval.columns.codes import Floats
from retrieval.columns.moves import Move
from retrieval.tables import schema
from retrieval.tables.rows import damaged, present

Moves = dict[str, Move]
MOST = 1e6  # beyond any shift or slope


def standing(connection: Connection) -> Moves:
    """How each attribute's probabilities are moved that the library's model said; those that are not are left out."""
    last = _last().group_by(schema.recalibration.c.attribute).subquery()
    row = schema.recalibration.c
    same = (row.action == last.c.action) & (row.attribute == last.c.attribute)
    query = select(row.attribute, row.shift, row.slope).join_from(schema.recalibration, last, same)
    found = {name: Move(shift, slope) for name, shift, slope in connection.execute(query.order_by(row.attribute))}
    if not all(name in ATTRIBUTES and _can_be(move) for name, move in found.items()):
        raise damaged("a calibration that was moved is none")
    return found


def _can_be(move: Move) -> bool:
    return all(isinstance(value, float) and abs(value) < MOST for value in move) and move.slope > 0


def _last() -> Select[Any]:
    """The last actions that stand, of the library's model, by attribute."""
    row, made, model = schema.recalibration.c, schema.action.c, schema.model.c
    newest = select(model.fingerprint).order_by(model.id.desc()).limit(1).scalar_subquery()
    columns = (row.attribute, func.max(row.action).label("action"))
    joined = select(*columns).join_from(schema.recalibration, schema.action)
    return joined.where(made.undone == 0, row.model == newest)


def predicted(connection: Connection, review: int, name: str) -> dict[int, float]:
    """What the model itself said of the faces drawn in a review of which nobody had said anything then."""
    drawn, table = schema.drawn.c, schema.attribute.c
    query = select(drawn.face, table[name]).join_from(schema.drawn, schema.attribute, drawn.face == table.face)
    unsaid = (drawn.review == review) & (drawn.certainty > 0) & (drawn.certainty < 1)
    return {face: float(value) for face, value in connection.execute(query.where(unsaid))}


def uncorrected(connection: Connection, name: str) -> Floats:
    """float32[n]: what the model itself said of the faces of which nobody says otherwise, in no order."""
    said, table = schema.correction.c, schema.attribute.c
    spoken = select(said.face).where(said.attribute == name)
    query = present(table[name]).where(table.face.not_in(spoken))
    return np.fromiter(connection.execute(query).scalars(), np.float32)
