"""Who may vote beside the list, how often a voter is reminded, and trial votes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unit", sa.String(length=20), nullable=False, server_default="company"))
        for name, default in (
            ("nominators_vote", sa.false()),
            ("self_registration", sa.false()),
            ("winners_vote", sa.true()),
        ):
            batch_op.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=default))
        batch_op.add_column(sa.Column("reminders_at_most", sa.Integer(), nullable=False, server_default="2"))
        batch_op.add_column(sa.Column("reminder_days", sa.Integer(), nullable=False, server_default="3"))
        batch_op.add_column(sa.Column("trial_of_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_editions_trial_of_id_editions"), "editions", ["trial_of_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_editions_trial_of_id"), ["trial_of_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_editions_trial_of_id"))
        batch_op.drop_constraint(batch_op.f("fk_editions_trial_of_id_editions"), type_="foreignkey")
        for name in (
            "trial_of_id", "reminder_days", "reminders_at_most", "winners_vote", "self_registration",
            "nominators_vote", "unit",
        ):  # fmt: skip
            batch_op.drop_column(name)
