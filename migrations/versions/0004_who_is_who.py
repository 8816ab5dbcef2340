"""What tells people apart: a model's head over its embeddings, and descriptors of faces by another network."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.kinds import LONG, TEXT, vector

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _create("head", _owner("model", sa.Integer()), sa.Column("weights", sa.LargeBinary, nullable=False))
    _create(
        "descriptor",
        _owner("face"),
        sa.Column("name", TEXT, nullable=False),
        vector(128),
    )


def _create(name: str, *parts: Any) -> None:
    op.create_table(name, *parts, sqlite_strict=True, sqlite_autoincrement=False)


def _owner(table: str, kind: Any = LONG) -> sa.Column[int]:
    key = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(table, kind, key, primary_key=True, nullable=False)
