"""pgvector's halfvec as psycopg sends and reads it: in Python a vector is the bytes of little-endian float32, as SQLite
keeps it, so that rows look the same from both. On the way a number takes the 16 bits that the server keeps, in the
binary format of pgvector: two whole numbers of 16 bits, how many there are and 0, and then these, highest byte first.
"""

from typing import Any

import numpy as np
from psycopg import Connection
from psycopg.abc import Buffer
from psycopg.adapt import Dumper, Loader
from psycopg.pq import Format
from psycopg.types import TypeInfo

from retrieval.stores.postgres import cursors
from retrieval.tables.types import Vector

HEAD = 4  # bytes before the numbers


class _Dumped(Dumper):
    format = Format.BINARY

    def dump(self, obj: bytes) -> Buffer:
        return halved(obj)


class _Loaded(Loader):
    format = Format.BINARY

    def load(self, data: Buffer) -> bytes:
        return doubled(data)


class _Read(Loader):
    """The same from a row that was asked for as text."""

    format = Format.TEXT

    def load(self, data: Buffer) -> bytes:
        return np.fromstring(bytes(data).strip(b"[]"), "<f4", sep=",").tobytes()


def register(connection: Connection[Any]) -> bool:
    """Lets a new connection speak of vectors, and read all rows in binary; False if its database does not know vectors
    yet, or not any more. It asks the server once, since the number of the type is another in each database.
    """
    cursors.use(connection)
    if (known := TypeInfo.fetch(connection, "halfvec")) is None:
        return False
    known.register(connection)
    dumped = type("Dumped", (_Dumped,), {"oid": known.oid})
    connection.adapters.register_dumper(Vector, dumped)
    for loader in (_Loaded, _Read):
        connection.adapters.register_loader(known.oid, loader)
    return True


def halved(vector: bytes) -> bytes:
    """A vector's bytes as PostgreSQL takes them. What is too large for 16 bits it refuses."""
    with np.errstate(over="ignore"):
        numbers = np.frombuffer(vector, "<f4").astype(">f2")
    return len(numbers).to_bytes(2, "big") + b"\0\0" + numbers.tobytes()


def doubled(sent: Buffer) -> bytes:
    """The inverse of `halved`."""
    return np.frombuffer(sent, ">f2", offset=HEAD).astype("<f4").tobytes()
