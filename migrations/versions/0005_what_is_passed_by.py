"""What is passed by in an indexed folder, and what is not although it usually would be."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "pattern",
        sa.Column("folder", sa.LargeBinary, sa.ForeignKey("folder.path", ondelete="CASCADE"), primary_key=True),
        sa.Column("glob", sa.LargeBinary, primary_key=True),
        sa.Column("included", sa.Integer, sa.CheckConstraint("included IN (0, 1)"), nullable=False),
        sqlite_strict=True,
        sqlite_autoincrement=False,
    )
