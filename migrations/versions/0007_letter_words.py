"""Letters have words of their own in an edition, and are sent to oneself as a test."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letter_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_letter_texts_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_letter_texts_edition_id_editions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_texts")),
        sa.UniqueConstraint(
            "edition_id", "name", "language", name=op.f("uq_letter_texts_edition_id_name_language")
        ),
    )
    op.create_table(
        "letter_tests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_letter_tests_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_letter_tests_edition_id_editions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_tests")),
    )
    with op.batch_alter_table("letter_tests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_tests_edition_id"), ["edition_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("letter_tests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_tests_edition_id"))
    op.drop_table("letter_tests")
    op.drop_table("letter_texts")
