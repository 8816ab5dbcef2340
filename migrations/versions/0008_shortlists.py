"""Shortlists: faces in an order, each with a note, kept under a name, and what was done to them.

An action may be of any kind now: which there are is the code's business, so that a new one needs no such migration as
this. SQLite cannot change a condition, so the table is made anew. That deletes what belongs to its rows, by their
foreign keys, which is set aside meanwhile.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEPT = ("action", "correction_change", "person_change", "carried", "naming")


def upgrade() -> None:
    _actions()
    _create(
        "shortlist",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, sa.CheckConstraint("length(name) BETWEEN 1 AND 80"), unique=True),
        autoincrement=True,
    )
    _create(
        "shortlisted",
        _owner("shortlist"),
        _owner("face", index=True),
        sa.Column("place", sa.REAL, nullable=False),
        sa.Column("note", sa.Text, sa.CheckConstraint("length(note) BETWEEN 1 AND 1000")),
    )
    _create(
        "shortlist_change",
        _owner("action"),
        _owner("shortlist", index=True),
        _owner("face", index=True),
        _boolean("placed"),
        sa.Column("place_before", sa.REAL),
        sa.Column("place_after", sa.REAL),
        _boolean("noted"),
        sa.Column("note_before", sa.Text),
        sa.Column("note_after", sa.Text),
    )
    _create(
        "shortlist_naming",
        _owner("action"),
        _owner("shortlist", index=True),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
    )


def _actions() -> None:
    for table in KEPT:
        op.execute(f"CREATE TEMPORARY TABLE kept_{table} AS SELECT * FROM {table}")
    counted = "SELECT seq FROM sqlite_sequence WHERE name = 'action'"  # no number of an action is given twice
    last = op.get_bind().exec_driver_sql(counted).scalar()
    op.drop_table("action")
    _create(
        "action",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, sa.CheckConstraint("length(kind) BETWEEN 1 AND 20"), nullable=False),
        sa.Column("made", LONG, nullable=False),
        _boolean("undone"),
        sa.Column("summary", sa.Text, nullable=False),
        autoincrement=True,
    )
    for table in KEPT:
        op.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
        op.execute(f"DROP TABLE kept_{table}")
    if last is not None:
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'action'")
        op.execute(f"INSERT INTO sqlite_sequence VALUES ('action', {int(last)})")


def _create(name: str, *parts: Any, autoincrement: bool = False) -> None:
    op.create_table(name, *parts, sqlite_strict=True, sqlite_autoincrement=autoincrement)


def _boolean(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.CheckConstraint(f"{name} IN (0, 1)"), nullable=False)


def _owner(table: str, **options: Any) -> sa.Column[int]:
    key = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(table, sa.Integer, key, primary_key=True, nullable=False, **options)
