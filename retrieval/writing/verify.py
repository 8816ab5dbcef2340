"""The library checked against itself: all that its tables promise, the database's own promises first. It only reads,
and repairs nothing; the caches are none of its business, since they are verified whenever they are used.
"""

import math
import os
from collections.abc import Callable, Iterator
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Select, func, literal, select

from retrieval.attributes import ATTRIBUTES
from retrieval.errors import LibraryDamaged, QueryError, shown
from retrieval.language.query import parse
from retrieval.language.terms import lowered
from retrieval.spelling import is_name
from retrieval.stores.findings import Finding
from retrieval.stores.store import Store
from retrieval.tables import actions, models, schema
from retrieval.tables.generation import state
from retrieval.tables.portraits import points
from retrieval.tables.recalibrations import MOST
from retrieval.tables.records import DIMENSIONS, UNIT
from retrieval.tables.rows import EXACT, chunks
from retrieval.tables.schema import DESCRIBED, LIST_NAME

HEX = "0123456789abcdef"


def verify(connection: Connection, store: Store) -> Iterator[Finding]:
    """Everything wrong in the state that the transaction sees, what its `store` finds first; what the database raises
    on meeting damage is raised.
    """
    found = list(store.findings(connection))
    damaged = [finding for finding in found if finding.kind == "damage"]
    yield from damaged or found
    if not damaged:  # or nothing that is read below would mean anything
        for check in _CHECKS:
            yield from check(connection)


def _numbers(connection: Connection) -> Iterator[Finding]:
    for table in (schema.attribute, schema.embedding):
        without = select(schema.face.c.id).where(~select(literal(1)).where(table.c.face == schema.face.c.id).exists())
        for face in _column(connection, without):
            yield Finding(f"no {table.name}", "face", face, f"The face has no row of {table.name}.")


def _probabilities(connection: Connection) -> Iterator[Finding]:
    columns = [schema.attribute.c[name] for name in ATTRIBUTES]
    for rows in chunks(connection, select(schema.attribute.c.face, *columns)):
        values = np.array([row[1:] for row in rows], np.float64)  # None becomes a NaN
        wrong = ~((values >= 0) & (values <= 1))
        for at, name in zip(*np.nonzero(wrong), strict=True):
            yield Finding("probability", "attribute", rows[at][0], f"{ATTRIBUTES[name]} is {values[at, name]}.")


def _vectors(connection: Connection) -> Iterator[Finding]:
    for rows in chunks(connection, select(schema.embedding.c.face, schema.embedding.c.vector)):
        for face, vector in rows:
            if problem := _of_numbers(vector, DIMENSIONS) or _of_length(vector):
                yield Finding(problem[0], "embedding", face, problem[1])


def _descriptors(connection: Connection) -> Iterator[Finding]:
    for rows in chunks(connection, select(schema.descriptor.c.face, schema.descriptor.c.vector)):
        for face, vector in rows:
            if problem := _of_numbers(vector, DESCRIBED):
                yield Finding(problem[0], "descriptor", face, problem[1])


def _of_numbers(vector: bytes, width: int) -> tuple[str, str] | None:
    if len(vector) != 4 * width:
        return "vector length", f"The vector has {len(vector)} bytes instead of {4 * width}."
    values: NDArray[np.float32] = np.frombuffer(vector, "<f4")
    if not np.isfinite(values).all():
        return "vector not finite", "The vector holds what is no number."
    return None if values.any() else ("vector length", "The vector is zero, and has no direction.")


def _of_length(vector: bytes) -> tuple[str, str] | None:
    length = float(np.linalg.norm(np.frombuffer(vector, "<f4").astype(np.float64)))
    return None if abs(length - 1) <= UNIT else ("vector length", f"The vector's length is {length:.3f} instead of 1.")


def _photographs(connection: Connection) -> Iterator[Finding]:
    photo, face = schema.photo.c, schema.face.c
    for rows in chunks(connection, select(photo.id, photo.path)):
        for number, path in rows:
            if not path.startswith(b"/") or b"\0" in path or os.path.normpath(path) != path:
                yield Finding("path", "photo", number, "Its path is not that of a file.")
    faces = select(func.count()).where(face.photo == photo.id).scalar_subquery()
    for rows in chunks(connection, select(photo.id, photo.sha256, photo.outcome, photo.reason, faces)):
        for number, sha256, outcome, reason, count in rows:
            if sha256 is not None and (len(sha256) != 64 or set(sha256) - set(HEX)):
                yield Finding("sha256", "photo", number, "Its sha256 is none.")
            if sha256 is None and outcome != "unreadable":
                yield Finding("sha256", "photo", number, "It was read, and has no sha256.")
            if (outcome == "faces") != (count > 0):
                yield Finding("outcome", "photo", number, f"Its outcome is {outcome}, and it has {count} faces.")
            if outcome == "unreadable" and not reason:
                yield Finding("outcome", "photo", number, "It is unreadable for no reason.")


def _sayings(connection: Connection) -> Iterator[Finding]:
    """What photographs say of themselves, as far as no condition of one column says it."""
    row = schema.photo.c
    half, unasked = row.latitude.is_(None) != row.longitude.is_(None), row.dated.is_(None) & row.taken.is_not(None)
    for number in _column(connection, select(row.id).where(half)):
        yield Finding("place", "photo", number, "It has a latitude without a longitude, or the other way round.")
    for number in _column(connection, select(row.id).where(unasked)):
        yield Finding("date", "photo", number, "It has a date, and it is not known whose.")


def _rows(connection: Connection) -> Iterator[Finding]:
    """Numbers that are exact only as integers: `tables.rows` reads them as floats, since that is twice as fast."""
    for table in (schema.photo, schema.face):
        for number in _column(connection, select(table.c.id).where(~table.c.id.between(1, EXACT - 1))):
            yield Finding("number", table.name, number, "Its number is larger than any can be.")
    added = schema.photo.c.added
    for number in _column(connection, select(schema.photo.c.id).where(~added.between(-EXACT, EXACT))):
        yield Finding("number", "photo", number, "It was added at no time that there is.")


def _faces(connection: Connection) -> Iterator[Finding]:
    face, photo = schema.face.c, schema.photo.c
    columns = (face.id, face.left, face.top, face.right, face.bottom, face.landmarks, photo.width, photo.height)
    for rows in chunks(connection, select(*columns).join_from(schema.face, schema.photo)):
        for number, left, top, right, bottom, landmarks, width, height in rows:
            if not (0 <= left < right <= (width or math.inf) and 0 <= top < bottom <= (height or math.inf)):
                yield Finding("box", "face", number, "Its box does not lie in its photograph.")
            if landmarks is not None and not _are_landmarks(landmarks):
                yield Finding("landmarks", "face", number, "Its landmarks are no five points.")


def _are_landmarks(text: str) -> bool:
    try:
        return bool(points(text))
    except LibraryDamaged:
        return False


def _models(connection: Connection) -> Iterator[Finding]:
    newest = select(func.max(schema.model.c.id)).scalar_subquery()
    for face in _column(connection, select(schema.face.c.id).where(schema.face.c.model != newest)):
        yield Finding("model", "face", face, "Its numbers are of another model than the library's.")
    try:
        models.current(connection)
    except LibraryDamaged as error:
        yield Finding("model", "model", None, f"Its card or its thresholds cannot be meant: {error.__cause__}.")


def _words(connection: Connection) -> Iterator[Finding]:
    """What people said and kept."""
    for table in (schema.correction, schema.correction_change):
        unknown: ColumnElement[bool] = table.c.attribute.not_in(ATTRIBUTES)
        for face in _column(connection, select(table.c.face).where(unknown)):
            yield Finding("attribute", table.name, face, "It speaks of an attribute that there is not.")
    for name, query in connection.execute(select(schema.saved_search.c.name, schema.saved_search.c.query)):
        try:
            parse(query)
        except QueryError as error:
            yield Finding("search", "saved_search", name, f"It cannot be asked: {error.problem}")


def _reviews(connection: Connection) -> Iterator[Finding]:
    """What was judged, and what followed from it."""
    for number, query in connection.execute(select(schema.review.c.id, schema.review.c.query)):
        try:
            parse(query)
        except QueryError as error:
            yield Finding("review", "review", number, f"Its question cannot be asked: {error.problem}")
    card, part = schema.drawn.c, schema.review_stratum.c
    mine = (part.review == card.review) & (part.kind == card.kind) & (part.number == card.stratum)
    nowhere = ~select(literal(1)).where(mine).exists()
    for face in _column(connection, select(card.face).where(nowhere)):
        yield Finding("review", "drawn", face, "It was drawn from a stratum that its review has not.")
    for face in _column(connection, select(card.face).where(card.answer.is_(None) != card.judged.is_(None))):
        yield Finding("review", "drawn", face, "It was judged at no time, or at a time and not at all.")
    moved = schema.recalibration.c
    for action in _column(connection, select(moved.action).where(moved.attribute.not_in(ATTRIBUTES))):
        yield Finding("attribute", "recalibration", action, "It speaks of an attribute that there is not.")
    for action in _column(connection, select(moved.action).where(~moved.shift.between(-MOST, MOST))):
        yield Finding("calibration", "recalibration", action, "No calibration can be moved so far.")


def _actions(connection: Connection) -> Iterator[Finding]:
    """What people did is kept whole: erasing and `--drop-missing` forget an action with the last of its faces."""
    row = schema.action.c
    for number, summary in connection.execute(select(row.id, row.summary).where(actions.idle()).order_by(row.id)):
        problem = f"Nothing is left of what was said in it ({summary}). Say it again, or `facequery undo {number}`."
        yield Finding("lost", "action", number, problem)


def _kinds(connection: Connection) -> Iterator[Finding]:
    row = schema.action.c
    for number in _column(connection, select(row.id).where(row.kind.not_in(get_args(actions.Kind)))):
        yield Finding("kind", "action", number, "It is of a kind of actions that there is not.")


def _lists(connection: Connection) -> Iterator[Finding]:
    """Shortlists that a query could not name, or not tell from one another; places that are none."""
    row, on = schema.shortlist.c, schema.shortlisted.c
    known = set[str]()
    for number, name in connection.execute(select(row.id, row.name).where(row.name.is_not(None)).order_by(row.id)):
        if not is_name(name, LIST_NAME) or lowered(name) in known:
            yield Finding("shortlist", "shortlist", number, f"Its name ({shown(name)}) is none, or another list's too.")
        known.add(lowered(name))
    for face in _column(connection, select(on.face).where(~on.place.between(-EXACT, EXACT))):
        yield Finding("place on a list", "shortlisted", face, "It stands at no place that there is.")


def _column(connection: Connection, query: Select[Any]) -> Iterator[int]:
    return (int(value) for rows in chunks(connection, query) for (value,) in rows)


def _library(connection: Connection) -> Iterator[Finding]:
    count = connection.execute(select(func.count()).select_from(schema.library)).scalar_one()
    if count != 1:
        yield Finding("library", "library", None, f"It says {count} times who it is.")
        return
    try:
        state(connection)
    except LibraryDamaged:
        yield Finding("library", "library", 1, "Its names, or its count of changes, are not such as libraries have.")


_CHECKS: tuple[Callable[[Connection], Iterator[Finding]], ...] = (
    *(_library, _rows, _numbers, _probabilities, _vectors, _descriptors),
    *(_photographs, _sayings, _faces, _models, _words, _reviews, _actions, _kinds, _lists),
)
