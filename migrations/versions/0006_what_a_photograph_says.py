"""What a photograph says of itself: when, where and with what it was taken; and by what faces were looked for in it."""

import sqlalchemy as sa
from alembic import op

from migrations.kinds import LONG, REAL, TEXT

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for column in (
        _within("taken", LONG, -5364662400, 253402300799),  # the years 1800 to 9999
        _within("utc_offset", sa.Integer, -86399, 86399),
        sa.Column("dated", TEXT, sa.CheckConstraint("dated IN ('picture', 'file')")),
        _name("camera"),
        _name("lens"),
        _within("latitude", REAL, -90, 90),
        _within("longitude", REAL, -180, 180),
        _within("orientation", sa.Integer, 1, 8),
        sa.Column("finder", TEXT),
    ):
        op.add_column("photo", column)


def _within(name: str, kind: object, least: int, most: int) -> sa.Column[object]:
    return sa.Column(name, kind, sa.CheckConstraint(f"{name} BETWEEN {least} AND {most}"))  # type: ignore[arg-type]


def _name(name: str) -> sa.Column[str]:
    return sa.Column(name, TEXT, sa.CheckConstraint(f"length({name}) BETWEEN 1 AND 100"))
