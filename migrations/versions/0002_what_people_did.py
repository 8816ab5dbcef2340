"""When faces changed last; what people did, as actions that can be undone; persons, who belongs to them, and who does
not; indexed folders; what was erased and may not come back.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.kinds import LONG, REAL, TEXT, number

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("library", sa.Column("faces", TEXT, nullable=False, server_default=""))
    library = sa.table("library", sa.column("faces"), sa.column("stamp"))
    op.execute(library.update().values(faces=library.c.stamp))
    _create("folder", sa.Column("path", sa.LargeBinary, primary_key=True))
    _actions()
    _people()
    _create(
        "erased",
        number(),
        sa.Column("mac", TEXT, sa.CheckConstraint("length(mac) = 64"), nullable=False, index=True),
        *[sa.Column(side, REAL) for side in ("left", "top", "right", "bottom")],
    )


def _create(name: str, *parts: Any, autoincrement: bool = False) -> None:
    op.create_table(name, *parts, sqlite_strict=True, sqlite_autoincrement=autoincrement)


def _boolean(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.CheckConstraint(f"{name} IN (0, 1)"), nullable=False)


def _maybe(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.CheckConstraint(f'"{name}" IN (0, 1)'))


def _owner(table: str, **options: Any) -> sa.Column[int]:
    key = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(table, LONG, key, nullable=False, **options)


def _actions() -> None:
    _create(
        "action",
        number(),
        sa.Column("kind", TEXT, sa.CheckConstraint("kind IN ('correct', 'people')"), nullable=False),
        sa.Column("made", LONG, nullable=False),
        _boolean("undone"),
        sa.Column("summary", TEXT, nullable=False),
        autoincrement=True,
    )
    _create(
        "correction_change",
        _owner("action", primary_key=True),
        _owner("face", primary_key=True, index=True),
        sa.Column("attribute", TEXT, primary_key=True),
        _maybe("before"),
        _maybe("after"),
    )


def _people() -> None:
    _create(
        "person",
        number(),
        sa.Column("name", TEXT, unique=True),
        autoincrement=True,
    )
    _create("membership", _owner("face", primary_key=True), _owner("person", index=True), _boolean("sure"))
    _create("rejection", _owner("face", primary_key=True), _owner("person", primary_key=True, index=True))
    _create(
        "person_change",
        number(),
        _owner("action", index=True),
        _owner("face", index=True),
        sa.Column("before", LONG),
        sa.Column("after", LONG),
        _boolean("rejected"),
    )
