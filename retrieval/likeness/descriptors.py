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
ALIKE = 0.725
"""The mean cosine from which on two groups are one person. On CelebA's validation partition (2,497 photographs, 500
people) 99 of 100 pairs in a group are right then, and 48 of 100 true ones are in one; on test (1,500, 300) 99.6 and 55.
From 0.675 on it would be 96 and 64, and on test 97 and 67, but FairFace decides: of its photographs, nearly each of
another person, 0.5 in 10,000 pairs are joined at 0.725, and 1.8 at 0.675. By `benchmarks/descriptors.py`.
"""
FIGURES: dict[str, dict[str, float]] = {
    "test": {"images": 1500, "people": 300, "precision": 0.996, "recall": 0.549},
    "fairface": {"photographs": 980, "in_wrong_group": 35},
}
"""The same as the app and the commands tell it, in the form of a card's figures of a head."""
_MEAN = """
-0.108 0.086 0.063 -0.057 -0.088 -0.044 -0.020 -0.100 0.158 -0.089 0.222 -0.046 -0.214 -0.063 -0.015 0.150 -0.159
-0.135 -0.072 -0.039 0.030 0.017 0.011 0.042 -0.126 -0.332 -0.088 -0.111 0.016 -0.060 -0.007 0.069 -0.165 -0.039 0.022
0.061 -0.020 -0.057 0.179 0.010 -0.201 -0.019 0.040 0.262 0.188 0.014 0.026 -0.069 0.103 -0.231 0.029 0.131 0.082
0.053 0.063 -0.145 0.028 0.106 -0.194 0.042 0.062 -0.080 -0.052 -0.056 0.231 0.105 -0.119 -0.126 0.185 -0.135 -0.041
0.066 -0.140 -0.174 -0.266 0.021 0.394 0.123 -0.176 0.028 -0.089 0.000 0.058 0.084 -0.048 -0.002 -0.091 0.017 0.192
-0.034 -0.016 0.224 -0.006 0.009 0.022 0.022 -0.070 -0.007 -0.122 -0.018 0.039 -0.078 -0.006 0.110 -0.184 0.131 0.008
0.003 -0.004 0.007 -0.072 -0.043 0.147 -0.238 0.187 0.170 0.031 0.129 0.049 0.061 -0.015 -0.038 -0.163 -0.059 0.052
-0.027 0.031 0.031
"""
CENTRE = np.array(_MEAN.split(), np.float32)
"""The mean descriptor of every second of FairFace's photographs with a face (490, CC BY 4.0), which are of all kinds;
what is measured on FairFace holds for the others as well. dlib's own measure, the distance, and the bare cosine find 82
and 83 of 100 true pairs of CelebA's test partition at one false match in 1,000, this cosine 80; but poor pictures lie
near one another by those: where one pair in 1,000 of FairFace's is taken for one person, they find 34 and 46, this 79.
"""
KIND, FACES = "descriptors", "described"
LAYOUT = 1  # of these two arrays; another CENTRE is another layout


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
