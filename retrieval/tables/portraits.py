"""Photographs with the faces in them, as those are cut out to be looked at once more. It looks at none."""

import json
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, select

from retrieval.columns.bits import Ids
from retrieval.tables import schema
from retrieval.tables.records import Box, FoundFace, Point
from retrieval.tables.rows import EXACT, a_box, chunks, damaged, present

PAGE = 500  # photographs read, and faces written, at once


@dataclass(frozen=True, slots=True)
class Portrait:
    """A photograph and its faces by number, in pixels of it upright; `sha256` is of the bytes they were found in."""

    photo: int
    path: str
    sha256: str
    faces: dict[int, FoundFace]


def portraits(connection: Connection, after: int, *wanted: ColumnElement[bool]) -> list[Portrait]:
    """The next photographs, behind the number `after`, that have faces, missing ones too; with conditions, those that
    have faces which meet them, and these alone.
    """
    photo, face = schema.photo.c, schema.face.c
    numbers = select(photo.id).join(schema.face).where(photo.id > after, photo.outcome == "faces", *wanted).distinct()
    some = numbers.order_by(photo.id).limit(PAGE).subquery()
    box = (face.left, face.top, face.right, face.bottom)
    columns = (photo.id, photo.path, photo.sha256, face.id, *box, face.landmarks)
    query = select(*columns).join_from(schema.photo, schema.face).join(some, some.c.id == photo.id).where(*wanted)
    found: dict[int, Portrait] = {}
    for number, path, sha256, seen, *where in connection.execute(query.order_by(photo.id, face.id)):
        portrait = found.setdefault(number, Portrait(number, path, sha256, {}))
        portrait.faces[seen] = _found(*where)
    return list(found.values())


class Cutout(NamedTuple):
    """A face as it is cut out of its photograph: `box` in pixels of that upright."""

    face: int
    path: str
    box: Box


def latest(connection: Connection, after: int, limit: int) -> list[Cutout]:
    """The faces that came last, the newest first, with numbers above `after`: `limit` of them at most."""
    face = schema.face.c
    columns = (face.id, schema.photo.c.path, face.left, face.top, face.right, face.bottom)
    query = present(*columns).where(face.id > after).order_by(face.id.desc()).limit(limit)
    return [Cutout(number, path, a_box(*box)) for number, path, *box in connection.execute(query)]


def landmarks(connection: Connection, faces: Ids) -> tuple[Ids, NDArray[np.float64]]:
    """Positions int64[m] of those of the `faces`, which rise, that have landmarks, and these float64[m, 5, 2], in
    pixels of the upright photograph.
    """
    face = schema.face.c
    query = select(face.id, face.landmarks).where(face.landmarks.is_not(None)).order_by(face.id)
    numbers, found = [np.empty(0, np.int64)], [np.empty((0, 5, 2))]
    for rows in chunks(connection, query):
        numbers.append(np.array([number for number, _ in rows], np.int64))
        found.append(np.array([points(text) for _, text in rows], np.float64).reshape(-1, 5, 2))
    those = np.concatenate(numbers)
    there = np.isin(those, faces)
    return np.searchsorted(faces, those[there]), np.concatenate(found)[there]


def _found(left: int, top: int, right: int, bottom: int, landmarks: str | None) -> FoundFace:
    return FoundFace(a_box(left, top, right, bottom), None if landmarks is None else points(landmarks))


def points(landmarks: str) -> tuple[Point, ...]:
    """Five points from what the table keeps of them; LibraryDamaged for anything else."""
    try:
        found = tuple((float(x), float(y)) for x, y in json.loads(landmarks))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise damaged("the landmarks of a face are no points") from error
    if len(found) != 5 or not all(abs(side) < EXACT for side in chain.from_iterable(found)):  # a NaN is not less
        raise damaged("the landmarks of a face are not five points")
    return found
