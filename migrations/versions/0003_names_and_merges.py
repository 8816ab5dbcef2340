"""What persons were called, and which rejections came over with a merge, each with the action that did it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.kinds import LONG, TEXT, number

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    owners = ("action", "face", "person")
    _create("carried", number(), *[_owner(table) for table in owners])
    _create(
        "naming",
        number(),
        _owner("action"),
        _owner("person"),
        sa.Column("before", TEXT),
        sa.Column("after", TEXT),
    )


def _create(name: str, *parts: Any) -> None:
    op.create_table(name, *parts, sqlite_strict=True, sqlite_autoincrement=False)


def _owner(table: str) -> sa.Column[int]:
    return sa.Column(table, LONG, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, index=True)
