"""Shortlists: faces in an order, each with a note, kept under a name, and what was done to them.

An action may be of any kind now: which there are is the code's business, so that a new one needs no such migration as
this. SQLite cannot change a condition, so the table is made anew. That deletes what belongs to its rows, by their
foreign keys, which is set aside meanwhile.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.kinds import LONG, REAL, TEXT, number, on_postgresql

revision = "0008"
down_revision = "0007"

KEPT = ("action", "correction_change", "person_change", "carried", "naming")


def upgrade() -> None:
    if on_postgresql():
        op.drop_constraint("action_kind_check", "action")
        op.create_check_constraint("action_kind_check", "action", "length(kind) BETWEEN 1 AND 20")
    else:
        _actions()
    _create(
        "shortlist",
        number(),
        sa.Column("name", TEXT, sa.CheckConstraint("length(name) BETWEEN 1 AND 80"), unique=True),
        autoincrement=True,
    )
    _create(
        "shortlisted",
        _owner("shortlist"),
        _owner("face", index=True),
        sa.Column("place", REAL, nullable=False),
        sa.Column("note", TEXT, sa.CheckConstraint("length(note) BETWEEN 1 AND 1000")),
    )
    _create(
        "shortlist_change",
        _owner("action"),
        _owner("shortlist", index=True),
        _owner("face", index=True),
        _boolean("placed"),
        sa.Column("place_before", REAL),
        sa.Column("place_after", REAL),
        _boolean("noted"),
        sa.Column("note_before", TEXT),
        sa.Column("note_after", TEXT),
    )
    _create(
        "shortlist_naming",
        _owner("action"),
        _owner("shortlist", index=True),
        sa.Column("before", TEXT),
        sa.Column("after", TEXT),
    )


def _actions() -> None:
    for table in KEPT:
        op.execute(f"CREATE TEMPORARY TABLE kept_{table} AS SELECT * FROM {table}")
    counted = "SELECT seq FROM sqlite_sequence WHERE name = 'action'"  # no number of an action is given twice
    last = op.get_bind().exec_driver_sql(counted).scalar()
    op.drop_table("action")
    _create(
        "action",
        number(),
        sa.Column("kind", TEXT, sa.CheckConstraint("length(kind) BETWEEN 1 AND 20"), nullable=False),
        sa.Column("made", LONG, nullable=False),
        _boolean("undone"),
        sa.Column("summary", TEXT, nullable=False),
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
    return sa.Column(table, LONG, key, primary_key=True, nullable=False, **options)
