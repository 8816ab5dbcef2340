"""What the columns of `schema` are made of: for each kind what SQLite has for it, and what PostgreSQL. Both give and
take the same values: paths as Python writes them, vectors as little-endian float32.

SQLite's STRICT tables know INTEGER, REAL, TEXT and BLOB, whose numbers have 64 bits. PostgreSQL keeps text in the order
of its bytes, as SQLite does, whatever the order of the database is, and vectors as numbers of 16 bits each.
"""

import os
from typing import Any

from sqlalchemy import DOUBLE_PRECISION, REAL, BigInteger, CheckConstraint, Dialect, Integer, LargeBinary
from sqlalchemy import Text as AnyText
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import DDLCompiler
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

Long = BigInteger().with_variant(Integer(), "sqlite")
Text = AnyText().with_variant(AnyText(collation="C"), "postgresql")
Real: TypeEngine[float] = REAL().with_variant(DOUBLE_PRECISION(), "postgresql")
Single: TypeEngine[float] = REAL()
"""On PostgreSQL of 32 bits, which is all that a model's probabilities have."""


class PathBytes(TypeDecorator[str]):
    """A path as Python writes it (surrogates for bytes that are not UTF-8), kept as the bytes the disk has."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else os.fsencode(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else os.fsdecode(value)


class Vector(bytes):
    """A vector in a statement for PostgreSQL: little-endian float32, which its driver sends as a halfvec."""


class HalfVector(UserDefinedType[bytes]):
    """pgvector's halfvec."""

    cache_ok = True

    def __init__(self, width: int) -> None:
        self.width = width

    def get_col_spec(self, **options: Any) -> str:
        return f"halfvec({self.width})"


class VectorBytes(TypeDecorator[bytes]):
    """So many numbers, given and taken as little-endian float32. PostgreSQL rounds each to 11 binary digits."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return HalfVector(self.width) if dialect.name == "postgresql" else LargeBinary()

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return Vector(value) if value is not None and dialect.name == "postgresql" else value


class Octets(CheckConstraint):
    """How many bytes a column of vectors holds. PostgreSQL, where its type says that, has no such condition."""


@compiles(Octets, "postgresql")
def _no_condition(condition: Octets, compiler: DDLCompiler, **options: Any) -> str:
    return ""
