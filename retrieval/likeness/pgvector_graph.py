"""The graph by which pgvector finds the nearest of many embeddings: when it is worth its making, how it is made, and
what it finds, which is measured and kept beside it.
"""

import json
from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection, func, select, text

from retrieval.columns.bits import Ids
from retrieval.likeness.faiss_index import Floats
from retrieval.likeness.pgvector_index import INDEX, Measured, Served, measured
from retrieval.likeness.vectors import embeddings
from retrieval.tables import schema

MANY = 50_000  # faces from which on the graph is made: fewer are all compared as fast
GROWN = 2  # times as many faces, from which on it is measured again
SHARES = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02)  # of all faces that match, at which it is measured; of fewer all are compared
QUERIES, TOP = 20, 10  # faces that the measurement asks for, and how many are wanted
MAKE = f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {INDEX} ON embedding USING hnsw (vector halfvec_ip_ops)"
DROP = f"DROP INDEX {INDEX}"


def is_wanted(connection: Connection, faces: int) -> bool:
    """Whether it is to be made, or measured again: there are many faces, and far more than there were then. Only who
    owns the library can.
    """
    owner = text("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('embedding')")
    if faces <= MANY or not connection.execute(owner).scalar():
        return False
    known = measured(connection)
    return known is None or faces > GROWN * known.faces


def make(outside: Connection) -> None:
    """Makes the graph beside all that others do meanwhile; `outside` is a connection that begins no transactions."""
    there = select(func.to_regclass(INDEX).is_not(None)).scalar_subquery()
    valid = text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")
    if outside.execute(select(there)).scalar() and not outside.execute(valid, {"name": INDEX}).scalar():
        outside.exec_driver_sql(DROP)  # somebody was ended while it was being made
    outside.exec_driver_sql(MAKE)


def measure(connection: Connection, face_ids: Ids, sides: Sequence[Floats]) -> Measured:
    """What the graph finds of the nearest ten of some faces, among all and among those that are highest on one of the
    `sides` (float32[n]), which is what a filter by an attribute lets through.
    """
    dice = np.random.default_rng(3)
    asked = np.sort(dice.choice(len(face_ids), min(QUERIES, len(face_ids)), replace=False))
    served, table = Served(connection, face_ids), schema.embedding.c
    recalls: dict[float, float] = {}
    for share in SHARES:
        shares = []
        for row, at in enumerate(asked):
            height = sides[row % len(sides)]
            allowed = None if share == 1 else height >= np.quantile(height, 1 - share)
            query = select(table.vector).where(table.face == int(face_ids[at]))
            direction = embeddings([connection.execute(query).scalar_one()])[0]
            shares.append(served.found(direction, TOP, allowed))
        recalls[share] = float(np.mean(shares))
    return Measured(len(face_ids), recalls)


def remember(connection: Connection, what: Measured) -> None:
    """Beside the graph itself, where whoever asks it finds it."""
    told = json.dumps({"faces": what.faces, "recalls": what.recalls})
    connection.exec_driver_sql(f"COMMENT ON INDEX {INDEX} IS '{told}'")
