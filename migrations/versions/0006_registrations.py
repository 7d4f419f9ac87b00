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
    with op.batch_alter_table("roll_freezes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sealed", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("winners", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("left_out", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("winners_by_category", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "roll_taken_off",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_roll_taken_off_edition_id_editions")
        ),
        sa.PrimaryKeyConstraint("edition_id", "key", name=op.f("pk_roll_taken_off")),
    )
    op.create_table(
        "ballot_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("company", sa.String(length=200), nullable=False),
        sa.Column("orgnr", sa.String(length=10), nullable=False),
        sa.Column("sole_trader", sa.Boolean(), nullable=False),
        sa.Column("foreign_country", sa.String(length=2), nullable=False),
        sa.Column("foreign_number", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["accounts.id"], name=op.f("fk_ballot_requests_decided_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_ballot_requests_edition_id_editions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_requests")),
        sa.UniqueConstraint("public_id", name=op.f("uq_ballot_requests_public_id")),
    )
    with op.batch_alter_table("ballot_requests", schema=None) as batch_op:
        batch_op.create_index("ix_ballot_requests_edition_state", ["edition_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_ballot_requests_email"), ["email"], unique=False)


def downgrade() -> None:
    op.drop_table("ballot_requests")
    op.drop_table("roll_taken_off")
    with op.batch_alter_table("roll_freezes", schema=None) as batch_op:
        for name in ("winners_by_category", "left_out", "winners", "sealed"):
            batch_op.drop_column(name)
    with op.batch_alter_table("voters", schema=None) as batch_op:
        for name in ("left_out", "won", "came_as", "source"):
            batch_op.drop_column(name)
