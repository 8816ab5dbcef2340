"""When something was last altered, and not only added: what is derived from the rest can be kept then."""

import sqlalchemy as sa
from alembic import op

from migrations.kinds import TEXT

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("library", sa.Column("altered", TEXT, nullable=False, server_default=""))
