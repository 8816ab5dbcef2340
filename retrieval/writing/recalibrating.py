"""An attribute's calibration moved to this collection, or the move taken back. It is one action; what the model said is
left as it is, and so is what people said.
"""

from typing import NamedTuple

from sqlalchemy import Connection, insert

from retrieval.columns.moves import Move
from retrieval.tables import actions, schema
from retrieval.tables.actions import Action
from retrieval.tables.generation import advance


class Moved(NamedTuple):
    """The `attribute` of the model with that fingerprint, by so many judged `faces`; and the expected calibration error
    `before` and `after`.
    """

    attribute: str
    model: str
    move: Move
    faces: int
    before: float
    after: float


def recalibrate(connection: Connection, moved: Moved) -> Action:
    """From here on it holds in place of an earlier one of that attribute."""
    summary = f"calibration of {moved.attribute} by {moved.faces:,} judged face{'' if moved.faces == 1 else 's'}"
    action = actions.record(connection, "calibrate", summary, 0)
    values = {**moved._asdict(), **moved.move._asdict(), "action": action.id}
    del values["move"]
    connection.execute(insert(schema.recalibration).values(**values))
    advance(connection, faces=False)
    return action


def undo(connection: Connection, action: Action) -> None:
    """What held before, holds again."""
    actions.mark_undone(connection, action)
    advance(connection, faces=False)
