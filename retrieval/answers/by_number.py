"""Faces by their numbers: where they are in a snapshot, and what is kept of them. It knows no query."""

from collections.abc import Iterable

import numpy as np
from sqlalchemy import Connection, select

from retrieval.answers import answers
from retrieval.answers.answers import Hit, Located
from retrieval.columns.bits import Ids
from retrieval.columns.codes import Floats
from retrieval.errors import NoSuchFace
from retrieval.likeness import descriptors, vectors
from retrieval.likeness.examples import Example
from retrieval.likeness.recognition import Meaning
from retrieval.tables import schema
from retrieval.tables.snapshot import Snapshot


def numbers(faces: int | Iterable[int]) -> list[int]:
    """As Python's own: SQLite finds nothing by numpy's."""
    return [int(face) for face in faces] if isinstance(faces, Iterable) else [int(faces)]


def there(now: Snapshot, faces: Iterable[int]) -> list[int]:
    """Those of the faces that are in the snapshot."""
    return [face for face in faces if now.position(face) is not None]


def positions(now: Snapshot, faces: Iterable[int]) -> Ids:
    """Where each of the faces is in the snapshot; NoSuchFace."""
    return np.array([_position(now, face) for face in faces], np.int64)


def hits(connection: Connection, now: Snapshot, faces: Iterable[int]) -> list[Hit]:
    """Each of the faces, with score 1; NoSuchFace."""
    at = positions(now, faces)
    return answers.hits(connection, now, at, [1.0] * len(at))


def located(connection: Connection, now: Snapshot, face: int) -> Located:
    """Where one face is; NoSuchFace."""
    _position(now, face)
    return answers.located(connection, [int(face)])[int(face)]


def embeddings(connection: Connection, now: Snapshot, faces: Iterable[int]) -> list[Floats]:
    """float32[512] of unit length of each of the faces; NoSuchFace."""
    return [_embedding(connection, now, face) for face in faces]


def examples(connection: Connection, now: Snapshot, faces: list[int], by: Meaning) -> list[Example]:
    """Each of the faces to compare with, by its descriptor too where people are meant; NoSuchFace."""
    looks = embeddings(connection, now, faces)
    if by == "look":
        return [Example(look) for look in looks]
    described = descriptors.of_faces(connection, faces)
    return [Example(look, descriptor) for look, descriptor in zip(looks, described, strict=True)]


def _position(now: Snapshot, face: int) -> int:
    position = now.position(face)
    if position is None:
        raise NoSuchFace(
            f"The library has no face {face} to show: it was never there, its photograph was replaced, or its file "
            "is missing. Look it up again with `facequery find`."
        )
    return position


def _embedding(connection: Connection, now: Snapshot, face: int) -> Floats:
    _position(now, face)
    table = schema.embedding.c
    return vectors.embedding(connection.execute(select(table.vector).where(table.face == int(face))).scalar_one())
