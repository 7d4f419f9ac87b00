"""The edition's plan, batches of letters, reminders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voters", sa.Integer(), nullable=True),
        sa.Column("roll_hash", sa.String(length=64), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letters", sa.Integer(), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "second_id IS NULL OR second_id <> confirmed_by", name=op.f("ck_plan_items_two_people")
        ),
        sa.ForeignKeyConstraint(["by"], ["accounts.id"], name=op.f("fk_plan_items_by_accounts")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["accounts.id"], name=op.f("fk_plan_items_confirmed_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_plan_items_edition_id_editions")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["accounts.id"], name=op.f("fk_plan_items_second_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_items")),
        sa.UniqueConstraint(
            "edition_id", "kind", "number", name=op.f("uq_plan_items_edition_id_kind_number")
        ),
    )
    op.create_table(
        "reminder_opt_outs",
        sa.Column("voter_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["voter_id"], ["voters.id"], name=op.f("fk_reminder_opt_outs_voter_id_voters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("voter_id", name=op.f("pk_reminder_opt_outs")),
    )
    with op.batch_alter_table("letter_batches", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("letter", sa.String(length=60), nullable=False, server_default="ballot")
        )
        batch_op.add_column(sa.Column("selection", sa.String(length=20), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("mark", sa.String(length=80), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("by_plan", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE letter_batches SET mark = 'ballots', selection = 'everyone' WHERE number = 1")


def downgrade() -> None:
    with op.batch_alter_table("letter_batches", schema=None) as batch_op:
        batch_op.drop_column("by_plan")
        batch_op.drop_column("mark")
        batch_op.drop_column("selection")
        batch_op.drop_column("letter")
    op.drop_table("reminder_opt_outs")
    op.drop_table("plan_items")
