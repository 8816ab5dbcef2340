"""The faces whose embeddings lie nearest to a direction, asked of pgvector: where vectors are on a server, they stay
there. Few are compared one by one, by their numbers; of many a graph (HNSW, Malkov and Yashunin 2018) gives the nearest
as far as it finds them, and those that match are picked out as they come: whatever takes less. Either way the best are
compared once more in float64. It knows no query.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, Connection, Select, func, select, text, type_coerce
from sqlalchemy.types import REAL

from retrieval.columns.bits import Ids, Mask
from retrieval.likeness.faiss_index import Floats
from retrieval.likeness.vectors import Nearest, Vectors, embeddings
from retrieval.tables import schema
from retrieval.tables.records import check_direction
from retrieval.tables.rows import parts

INDEX = "embedding_near"
PASSED = 14  # faces that are compared in the time in which the graph gives one: some 50 microseconds
SPARE = 100  # faces beyond those wanted, and twice as many, that are compared once more: the graph may give one late
DEPTH = 400  # faces that a step of the graph's search keeps in mind (ef_search): what makes it find more, and slower
MEMORY = 8  # times the server's work_mem for what a search has passed; 1, as it is, ends it after some 20,000 faces
PART = 1000  # faces that come at once
WALK = 400_000  # faces that a search may pass before all that match are compared instead


class Served:
    """The embeddings of the faces of one state, `face_ids` int64[n] rising, in the state that the transaction sees. For
    one thread, as its connection is.
    """

    def __init__(self, connection: Connection, face_ids: Ids) -> None:
        self._connection = connection
        self.face_ids = face_ids

    def search(self, vector: Floats, k: int, allowed: Mask | None = None) -> Nearest:
        """See `Vectors.search`."""
        check_direction(vector)
        if k < 0 or (allowed is not None and allowed.shape != self.face_ids.shape):
            raise ValueError("k is not negative, and a mask has one value a face.")
        matching = len(self.face_ids) if allowed is None else int(np.count_nonzero(allowed))
        if (wanted := min(k, matching)) == 0:
            return Nearest([], [])
        measure, share = measured(self._connection), matching / len(self.face_ids)
        count = 2 * wanted + SPARE
        found = self._walked(vector, count, allowed) if measure and matching > PASSED * count / share else None
        if found is None or measure is None:
            return self._compared(self._all(vector, count, allowed), vector, wanted)
        return self._compared(found, vector, wanted)._replace(recall=measure.recall(share))

    def found(self, vector: Floats, k: int, allowed: Mask | None) -> float:
        """Which share of the `k` nearest the graph finds; 1 where it gives up, and all are compared."""
        walked = self._walked(vector, 2 * k + SPARE, allowed)
        if walked is None:
            return 1.0
        exact = self._compared(self._all(vector, 2 * k + SPARE, allowed), vector, k).ids
        return len(set(exact) & set(self._compared(walked, vector, k).ids)) / max(1, len(exact))

    def _compared(self, faces: Ids, vector: Floats, wanted: int) -> Nearest:
        """Of a few faces the nearest, by their own vectors."""
        faces = np.sort(faces)
        table = schema.embedding.c
        rows: dict[int, bytes] = {}
        for part in parts(faces.tolist()):
            rows.update(self._connection.execute(select(table.face, table.vector).where(table.face.in_(part))).all())
        there = np.array([face for face in faces.tolist() if face in rows], np.int64)
        return Vectors(embeddings([rows[face] for face in there.tolist()]), there).search(vector, wanted)

    def _all(self, vector: Floats, count: int, allowed: Mask | None) -> Ids:
        """The nearest among all that match: each is compared, on the server."""
        self._set("enable_sort", "on")
        self._set("enable_seqscan", "on")
        self._set("enable_indexscan", "off" if allowed is None else "on")
        query = select(schema.embedding.c.face).order_by(_far(vector))
        if allowed is None:
            return self._shown(query, count)
        numbers = self.face_ids[allowed].tolist()
        named = query.where(schema.embedding.c.face == func.any(numbers)).limit(count)
        return np.array(self._connection.execute(named).scalars().all(), np.int64)

    def _shown(self, query: Select[Any], count: int) -> Ids:
        """So many, or all, of those that can be shown: any number of others, of missing photographs, may be nearer."""
        enough, asked = min(count, len(self.face_ids)), count
        while True:
            faces = self._connection.execute(query.limit(asked)).scalars().all()
            known = self._known(faces)
            if len(known) >= enough or len(faces) < asked:
                return known
            asked *= 4

    def _walked(self, vector: Floats, count: int, allowed: Mask | None) -> Ids | None:
        """So many of those that match, as the graph finds them; None where they are too far from one another."""
        for name, value in {
            "hnsw.iterative_scan": "relaxed_order",
            "hnsw.ef_search": str(DEPTH),
            "hnsw.max_scan_tuples": str(WALK),
            "hnsw.scan_mem_multiplier": str(MEMORY),
            "enable_indexscan": "on",
            "enable_seqscan": "off",
            "enable_sort": "off",
        }.items():
            self._set(name, value)
        found: list[Ids] = []
        for faces in self._nearest(vector):
            matching = faces if allowed is None else faces[allowed[np.searchsorted(self.face_ids, faces)]]
            found.append(matching)
            if sum(map(len, found)) >= count:
                return np.concatenate(found)
        return None

    def _nearest(self, vector: Floats) -> Iterator[Ids]:
        """Faces as the graph gives them, some at a time."""
        query = select(schema.embedding.c.face).order_by(_far(vector))
        with self._connection.execute(query, execution_options={"yield_per": PART}) as result:
            for part in result.scalars().partitions(PART):
                yield self._known(part)

    def _known(self, faces: Sequence[int]) -> Ids:
        """Those of them that can be shown."""
        numbers = np.array(faces, np.int64)
        at = np.searchsorted(self.face_ids, numbers).clip(max=max(0, len(self.face_ids) - 1))
        return numbers[self.face_ids[at] == numbers] if len(self.face_ids) else numbers[:0]

    def _set(self, name: str, value: str) -> None:
        """For the rest of the transaction."""
        self._connection.execute(select(func.set_config(name, value, True)))


class Measured(NamedTuple):
    """What the graph found of the nearest ten when it was made: the share, `recalls` by the share of faces that match,
    which falls; and how many faces there were.
    """

    faces: int
    recalls: dict[float, float]

    def recall(self, share: float) -> float:
        """The measured share of the nearest ten that an answer holds where that `share` of all faces match."""
        return next((recall for least, recall in self.recalls.items() if share >= least), min(self.recalls.values()))


def measured(connection: Connection) -> Measured | None:
    """What was measured of the graph; None where there is none, or nobody has measured it yet."""
    said = connection.execute(text("SELECT obj_description(to_regclass(:name), 'pg_class')"), {"name": INDEX}).scalar()
    if said is None:
        return None
    told = json.loads(said)
    return Measured(told["faces"], {float(share): recall for share, recall in told["recalls"].items()})


def _far(vector: Floats) -> ColumnElement[float]:
    """What pgvector sorts by: the less the nearer."""
    column = schema.embedding.c.vector
    direction = vector / np.linalg.norm(vector.astype(np.float64))
    return column.op("<#>", return_type=REAL())(type_coerce(direction.astype("<f4").tobytes(), column.type))
