"""Who asked for a ballot, and who is left out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("voters", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(length=20), nullable=False, server_default="list"))
        batch_op.add_column(sa.Column("came_as", sa.String(length=80), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("won", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("left_out", sa.String(length=20), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("voters", schema=None) as batch_op:
        for name in ("left_out", "won", "came_as", "source"):
            batch_op.drop_column(name)
