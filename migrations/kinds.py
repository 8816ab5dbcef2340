"""What the columns of all revisions are made of, on SQLite and on PostgreSQL. It is frozen as they are: a revision that
needs another kind brings it along.

SQLite's STRICT tables know INTEGER, REAL, TEXT and BLOB, whose numbers have 64 bits. On PostgreSQL text is in the order
of its bytes, as on SQLite, whatever the database's own order is.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
REAL: sa.types.TypeEngine[float] = sa.REAL().with_variant(postgresql.DOUBLE_PRECISION(), "postgresql")
SINGLE: sa.types.TypeEngine[float] = sa.REAL()  # on PostgreSQL of 32 bits


class HalfVector(sa.types.UserDefinedType[bytes]):
    """pgvector's halfvec: so many numbers of 16 bits each."""

    cache_ok = True

    def __init__(self, width: int) -> None:
        self.width = width

    def get_col_spec(self, **options: Any) -> str:
        return f"halfvec({self.width})"


def number(kind: Any = LONG) -> sa.Column[int]:
    """The number of a row, which the database gives it."""
    return sa.Column("id", kind, sa.Identity(), primary_key=True)


def vector(width: int) -> sa.Column[bytes]:
    """So many numbers: on SQLite of 32 bits each, the lowest byte first."""
    if on_postgresql():
        return sa.Column("vector", HalfVector(width), nullable=False)
    length = sa.CheckConstraint(f"length(vector) = {4 * width}")
    return sa.Column("vector", sa.LargeBinary, length, nullable=False)


def on_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"
