"""Descriptors of faces by another network than the one that tags them, which knows people better: the nearest to one
are most probably the same person. It makes none; a face may have none.

They are kept as the network makes them, and compared by the cosine of what they are beside the CENTRE of many.
"""

from pathlib import Path

import numpy as np
from sqlalchemy import Connection, select

from retrieval.columns import cache
from retrieval.columns.bits import Ids
from retrieval.likeness.faiss_index import Floats
from retrieval.likeness.vectors import Vectors, floats, sketched
from retrieval.tables import schema
from retrieval.tables.rows import chunks, present
from retrieval.tables.schema import DESCRIBED
from retrieval.tables.snapshot import Snapshot

NAME = "dlib_face_recognition_resnet_model_v1"
ALIKE = 0.825
"""The mean cosine from which on two groups are one person. On CelebA's validation partition (2,497 photographs, 500
people) 97 of 100 pairs in a group are right then, and 55 of 100 true ones are in one; on test (1,500, 300) 99 and 59.
FairFace decides: of its photographs, nearly each of another person, 0.2 in 10,000 pairs are joined, and of a cosine
beside the mean of FairFace's alone, which finds as many true pairs, 1.0 in 10,000. By `benchmarks/descriptors.py`.
"""
FIGURES: dict[str, dict[str, float]] = {
    "test": {"images": 1500, "people": 300, "precision": 0.994, "recall": 0.589},
    "fairface": {"photographs": 984, "in_wrong_group": 19},
}
"""The same as the app and the commands tell it, in the form of a card's figures of a head."""
_MEAN = """
-0.115 0.092 0.067 -0.037 -0.041 -0.098 -0.015 -0.101 0.137 -0.098 0.288 -0.052 -0.160 -0.142 0.039 0.159 -0.163
-0.105 -0.052 0.005 0.038 -0.003 0.003 0.001 -0.100 -0.372 -0.118 -0.154 0.015 -0.006 -0.049 0.056 -0.142 -0.065 0.010
0.012 0.009 0.003 0.164 0.013 -0.201 -0.021 -0.003 0.265 0.164 0.037 0.032 -0.059 0.067 -0.158 -0.003 0.096 0.071
0.027 0.042 -0.099 0.033 0.065 -0.208 0.010 0.064 -0.073 -0.099 -0.039 0.282 0.111 -0.119 -0.089 0.201 -0.094 -0.039
0.019 -0.177 -0.164 -0.277 0.017 0.410 0.081 -0.210 0.015 -0.105 0.019 0.140 0.072 -0.045 0.017 -0.081 -0.003 0.172
-0.052 -0.009 0.195 -0.026 0.055 0.026 -0.023 0.009 -0.018 -0.125 -0.007 0.074 -0.099 -0.021 0.129 -0.185 0.089 0.066
0.035 0.037 0.055 -0.058 -0.085 0.113 -0.192 0.195 0.187 0.020 0.106 0.037 0.049 -0.070 -0.041 -0.211 -0.034 0.074
0.002 0.044 0.013
"""
CENTRE = np.array(_MEAN.split(), np.float32)
"""The mean descriptor of every second of FairFace's photographs with a face (492, CC BY 4.0), which are of all kinds,
moved away from that of CelebA's validation partition as far again and half: what poor pictures share counts against
nobody then. What is measured on FairFace holds for the others as well (6 of 492 in a wrong group). dlib's own measure,
the distance, and the bare cosine find 82 and 83 of 100 true pairs of CelebA's test partition at one false match in
1,000, this cosine 76; but poor pictures lie near one another by those: where one pair in 1,000 of FairFace's is taken
for one person, they find 34 and 46, this 86.
"""
KIND, FACES = "descriptors", "described"
LAYOUT = 2  # of these two arrays; another CENTRE is another layout


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
    """float32[n, 128] of unit length: descriptors float32[n, 128] as they are compared."""
    beside = rows - CENTRE
    unit: Floats = (beside / np.linalg.norm(beside, axis=1, keepdims=True).clip(1e-9)).astype(np.float32)
    return unit


def of_faces(connection: Connection, faces: list[int]) -> list[Floats | None]:
    """float32[128] of each of the faces, None where there is none."""
    table = schema.descriptor.c
    query = select(table.face, table.vector).where(table.face.in_(faces), table.name == NAME)
    found = {face: _rows([vector])[0] for face, vector in connection.execute(query)}
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
    return floats(vectors, DESCRIBED)
