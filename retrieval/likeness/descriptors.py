"""Descriptors of faces by another network than the one that tags them, which knows people better: the nearest to one
are most probably the same person. It makes none; a face may have none.

dlib's compares by Euclidean distance; here they are brought to unit length, where the cosine orders as the distance.
"""

from pathlib import Path

import numpy as np
from sqlalchemy import Connection, select

from retrieval.columns import cache
from retrieval.columns.bits import Ids
from retrieval.likeness.faiss_index import Floats
from retrieval.likeness.vectors import Vectors, sketched
from retrieval.tables import schema
from retrieval.tables.rows import chunks, present
from retrieval.tables.schema import DESCRIBED
from retrieval.tables.snapshot import Snapshot

NAME = "dlib_face_recognition_resnet_model_v1"
ALIKE = 0.95
KIND, FACES = "descriptors", "described"
LAYOUT = 1  # of these two arrays


def load(connection: Connection, folder: Path, snapshot: Snapshot) -> Vectors:
    """Those of the faces of `snapshot`, which `connection`'s transaction must see; maybe not all have one, or none."""
    name = cache.laid_out(snapshot.state.of_faces, LAYOUT)
    matrix, faces = (cache.array(folder, name, kind) for kind in (KIND, FACES))
    if matrix is None or faces is None or matrix.shape != (len(faces), DESCRIBED):
        faces, matrix = _derived(connection)
        if len(faces):
            matrix, faces = cache.keep(folder, name, KIND, matrix), cache.keep(folder, name, FACES, faces)
    return sketched(folder, snapshot, matrix, KIND, faces)


def comparable(rows: Floats) -> Floats:
    """Descriptors float32[n, 128] as they are compared: of unit length."""
    unit: Floats = (rows / np.linalg.norm(rows, axis=1, keepdims=True).clip(1e-9)).astype(np.float32)
    return unit


def of_faces(connection: Connection, faces: list[int]) -> list[Floats | None]:
    """float32[128] as it is compared of each of the faces, None where there is none."""
    table = schema.descriptor.c
    query = select(table.face, table.vector).where(table.face.in_(faces), table.name == NAME)
    found = {face: comparable(_rows([vector]))[0] for face, vector in connection.execute(query)}
    return [found.get(face) for face in faces]


def _derived(connection: Connection) -> tuple[Ids, Floats]:
    """int64[n], rising, and float32[n, 128]."""
    table = schema.descriptor.c
    query = present(table.face, table.vector).join(schema.descriptor).where(table.name == NAME).order_by(table.face)
    faces, blocks = [np.empty(0, np.int64)], [np.empty((0, DESCRIBED), np.float32)]
    for rows in chunks(connection, query):
        faces.append(np.array([face for face, _ in rows], np.int64))
        blocks.append(comparable(_rows([vector for _, vector in rows])))
    return np.concatenate(faces), np.concatenate(blocks)


def _rows(vectors: list[bytes]) -> Floats:
    return np.frombuffer(b"".join(vectors), "<f4").reshape(-1, DESCRIBED).astype(np.float32)
