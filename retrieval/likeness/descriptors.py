"""Descriptors of faces by another network than the one that tags them, which knows people better: the nearest to one
are most probably the same person. It makes none; a face may have none.

dlib compares its own by Euclidean distance. They are kept as it makes them and brought to unit length here, where the
cosine tells as well: of 1,500 photographs of CelebA's test partition it has the same person first in 94.8 % (distance:
94.9) and finds 82.7 % of the true pairs at one false match in 1,000 (82.1); less the mean of many it found 67.4.
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
ALIKE = 0.94
"""The mean cosine from which on two groups are one person. On CelebA's validation partition (2,497 photographs of 500
people) 97 of 100 pairs in a group are right then, and 61 of 100 true ones are in one; at 0.93 it is 91 and 76, at 0.95
99 and 42. On the test partition: 97 and 69. `benchmarks/people.py --by person` measures it.
"""
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
