"""The graph by which pgvector finds the nearest of many embeddings: when it is worth its making, how it is made, and
what it finds, which is measured and kept beside it.
"""

import json
import math
from collections.abc import Sequence
from typing import NamedTuple

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
A_FACE = 1500  # bytes that a face takes while the graph is made: 1.4 GB a million were measured
FAR = 2  # times as much memory as there is, from which on making it is far slower
WORK = "maintenance_work_mem"
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


class Memory(NamedTuple):
    """Megabytes: what a graph of so many faces takes while it is made, and what the server has for it."""

    needed: int
    there: int

    @property
    def said(self) -> str | None:
        """What to do about it where that is far too little; None where it is not."""
        if self.there * FAR >= self.needed:
            return None
        return (
            f"Making the graph that finds likenesses on the server had {self.there:,} MB of memory there and is fast "
            f"with {self.needed:,}: where the server has as much, its administrator can say ALTER SYSTEM SET "
            f"maintenance_work_mem = '{self.needed}MB'; SELECT pg_reload_conf();"
        )


def memory(connection: Connection, faces: int) -> Memory:
    """What the making may take: what the server says, or more where it is one of so much memory, by what it keeps of
    its tables there (shared_buffers), which is advised to be a quarter of all.
    """
    said = {name: connection.execute(_SETTING, {"name": name}).scalar_one() for name in (WORK, "shared_buffers")}
    needed = math.ceil(faces * A_FACE / 2**20)
    return Memory(needed, max(int(said[WORK]), min(needed, int(said["shared_buffers"]))))


def make(outside: Connection, faces: int = 0) -> Memory:
    """Makes the graph beside all that others do meanwhile, with as much memory as that takes or the server has for it;
    `outside` is a connection that begins no transactions.
    """
    given = memory(outside, faces)
    outside.execute(select(func.set_config(WORK, f"{given.there}MB", False)))
    there = select(func.to_regclass(INDEX).is_not(None)).scalar_subquery()
    valid = text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")
    if outside.execute(select(there)).scalar() and not outside.execute(valid, {"name": INDEX}).scalar():
        outside.exec_driver_sql(DROP)  # somebody was ended while it was being made
    outside.exec_driver_sql(MAKE)
    outside.exec_driver_sql(f"RESET {WORK}")
    return given


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


_SETTING = text("SELECT pg_size_bytes(current_setting(:name)) / 1048576")
