"""By what faces are looked for in a library's photographs, and which count."""

import sqlalchemy as sa
from alembic import op

from migrations.kinds import REAL, TEXT

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "sought",
        sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
        sa.Column("finder", TEXT, sa.CheckConstraint("finder IN ('mtcnn', 'yunet')"), nullable=False),
        sa.Column("weights", sa.LargeBinary),
        sa.Column("smallest", sa.Integer, sa.CheckConstraint("smallest BETWEEN 20 AND 1000"), nullable=False),
        sa.Column("certainty", REAL, sa.CheckConstraint("certainty BETWEEN 0 AND 1")),
        sqlite_strict=True,
        sqlite_autoincrement=False,
    )
