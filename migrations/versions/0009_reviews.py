"""Reviews: which faces of an answer and of its near misses were drawn, what a person judged of each, and the
calibration that was moved by that.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.kinds import LONG, REAL, TEXT, number

revision = "0009"
down_revision = "0008"

KINDS = "kind IN ('hit', 'miss')"


def upgrade() -> None:
    _create(
        "review",
        number(),
        _owner("action", index=True),
        sa.Column("query", TEXT, nullable=False),
        sa.Column("precision", REAL, sa.CheckConstraint("precision BETWEEN 0 AND 1")),
        sa.Column("seed", LONG, nullable=False),
        sa.Column("model", TEXT, nullable=False),
        sa.Column("thresholds", TEXT, nullable=False),
        sa.Column("generation", LONG, nullable=False),
        sa.Column("checksum", TEXT, sa.CheckConstraint("length(checksum) = 64"), nullable=False),
        sa.Column("hits", LONG, sa.CheckConstraint("hits >= 0"), nullable=False),
        sa.Column("misses", LONG, sa.CheckConstraint("misses >= 0"), nullable=False),
        autoincrement=True,
    )
    _create(
        "review_stratum",
        _owner("review", primary_key=True),
        sa.Column("kind", TEXT, sa.CheckConstraint(KINDS), primary_key=True),
        sa.Column("number", sa.Integer, sa.CheckConstraint("number >= 0"), primary_key=True),
        sa.Column("faces", LONG, sa.CheckConstraint("faces > 0"), nullable=False),
        _probability("certainty"),
    )
    _create(
        "drawn",
        _owner("review", primary_key=True),
        _owner("face", primary_key=True, index=True),
        sa.Column("kind", TEXT, sa.CheckConstraint(KINDS), nullable=False),
        sa.Column("place", sa.Integer, sa.CheckConstraint("place >= 0"), nullable=False),
        sa.Column("stratum", sa.Integer, sa.CheckConstraint("stratum >= 0"), nullable=False),
        _probability("certainty"),
        sa.Column("answer", TEXT, sa.CheckConstraint("answer IN ('yes', 'no', 'unsure')")),
        sa.Column("judged", LONG),
    )
    _create(
        "recalibration",
        _owner("action", primary_key=True),
        sa.Column("attribute", TEXT, primary_key=True),
        sa.Column("model", TEXT, nullable=False),
        sa.Column("shift", REAL, nullable=False),
        sa.Column("slope", REAL, sa.CheckConstraint("slope > 0"), nullable=False),
        sa.Column("faces", sa.Integer, nullable=False),
        sa.Column("before", REAL, nullable=False),
        sa.Column("after", REAL, nullable=False),
    )


def _create(name: str, *parts: Any, autoincrement: bool = False) -> None:
    op.create_table(name, *parts, sqlite_strict=True, sqlite_autoincrement=autoincrement)


def _owner(table: str, **options: Any) -> sa.Column[int]:
    key = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(table, LONG, key, nullable=False, **options)


def _probability(name: str) -> sa.Column[float]:
    return sa.Column(name, REAL, sa.CheckConstraint(f'"{name}" BETWEEN 0 AND 1'), nullable=False)
