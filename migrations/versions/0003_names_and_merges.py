"""What persons were called, and which rejections came over with a merge, each with the action that did it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    owners = ("action", "face", "person")
    _create("carried", sa.Column("id", sa.Integer, primary_key=True), *[_owner(table) for table in owners])
    _create(
        "naming",
        sa.Column("id", sa.Integer, primary_key=True),
        _owner("action"),
        _owner("person"),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
    )


def _create(name: str, *parts: Any) -> None:
    op.create_table(name, *parts, sqlite_strict=True, sqlite_autoincrement=False)


def _owner(table: str) -> sa.Column[int]:
    return sa.Column(table, sa.Integer, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, index=True)
