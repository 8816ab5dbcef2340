"""Which model a library's faces come from. One model at a time: vectors of two must never be compared. The newest row
is it; those before are models whose numbers were exchanged for its.
"""

import json
import time

from sqlalchemy import Connection, delete, insert, select, update

from retrieval.errors import LibraryDamaged, WrongModel, shown
from retrieval.tables import schema
from retrieval.tables.generation import advance
from retrieval.tables.records import Model


def current(connection: Connection) -> Model | None:
    """The model of the library's faces, or the one that is about to make them; None in a new library."""
    model = schema.model.c
    query = (
        select(model.fingerprint, model.name, model.card, model.thresholds, schema.head.c.weights)
        .outerjoin(schema.head, schema.head.c.model == model.id)
        .order_by(model.id.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    try:
        return row and Model(row.fingerprint, row.name, row.card, json.loads(row.thresholds), row.weights)
    except (ValueError, TypeError, RecursionError) as error:  # the last for thousands of open brackets
        raise LibraryDamaged(
            "What the library says of its model cannot be meant: `facequery verify` says more. Restore it from a "
            "backup."
        ) from error


def register(connection: Connection, model: Model, library: str) -> int:
    """Makes `model` the library's and returns its row; WrongModel, naming the `library`, if faces are of another."""
    known = current(connection)
    if known == model:
        return _row(connection, model)
    if known is not None and known.fingerprint != model.fingerprint:
        _forget(connection, known, model, library)
        known = None
    if known is None:
        _add(connection, model)
    else:
        _renew(connection, model)
    advance(connection, faces=known is None or known.head != model.head)  # thresholds decide what is found
    return _row(connection, model)


def succeed(connection: Connection, model: Model) -> int:
    """Makes `model` the library's in place of the one there was, and returns its row. Rows of earlier models stay as
    history; that the faces' numbers are exchanged in the same transaction is for the caller to see to.
    """
    known = current(connection)
    if known is not None and known.fingerprint == model.fingerprint:
        _renew(connection, model)
    else:
        connection.execute(delete(schema.model).where(schema.model.c.fingerprint == model.fingerprint))
        _add(connection, model)
    advance(connection)
    return _row(connection, model)


def _add(connection: Connection, model: Model) -> None:
    connection.execute(insert(schema.model).values(**_values(model), created=int(time.time())))
    _give_head(connection, model)


def _renew(connection: Connection, model: Model) -> None:
    """The same weights, with a new name, card, thresholds or head."""
    mine = schema.model.c.fingerprint == model.fingerprint
    connection.execute(update(schema.model).where(mine).values(**_values(model)))
    _give_head(connection, model)


def _give_head(connection: Connection, model: Model) -> None:
    row = _row(connection, model)
    connection.execute(delete(schema.head).where(schema.head.c.model == row))
    if model.head is not None:
        connection.execute(insert(schema.head).values(model=row, weights=model.head))


def _forget(connection: Connection, known: Model, model: Model, library: str) -> None:
    if connection.execute(select(schema.face.c.id).limit(1)).first():
        raise WrongModel(
            f"The faces in {shown(library)} were tagged by {known.name} ({known.fingerprint[:12]}), and this is "
            f"{model.name} ({model.fingerprint[:12]}). Their likenesses cannot be compared: use another --library."
        )
    connection.execute(delete(schema.model))


def _row(connection: Connection, model: Model) -> int:
    query = select(schema.model.c.id).where(schema.model.c.fingerprint == model.fingerprint)
    return int(connection.execute(query).scalar_one())


def _values(model: Model) -> dict[str, str]:
    return {
        "fingerprint": model.fingerprint,
        "name": model.name,
        "card": model.card,
        "thresholds": json.dumps({name: float(value) for name, value in model.thresholds.items()}),
    }
