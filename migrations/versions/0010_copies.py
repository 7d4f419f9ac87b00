"""Trial votes and restored copies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


NUMBERED = ("editions", "voters", "letters")
"""Tables whose rows go with a trial vote, and whose numbers stand in what was mailed: none may come twice."""


def upgrade() -> None:
    _number_anew(autoincrement=True)
    op.create_table(
        "homes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("copied_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_homes")),
    )
    op.create_table(
        "trials",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("of_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("tool", sa.String(length=80), nullable=True),
        sa.Column("removing", sa.Boolean(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_trials_account_id_accounts")),
        sa.ForeignKeyConstraint(["of_id"], ["editions.id"], name=op.f("fk_trials_of_id_editions")),
        sa.ForeignKeyConstraint(["trial_id"], ["editions.id"], name=op.f("fk_trials_trial_id_editions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trials")),
        sa.UniqueConstraint("of_id", "number", name=op.f("uq_trials_of_id_number")),
        sa.UniqueConstraint("trial_id", name=op.f("uq_trials_trial_id")),
    )


def downgrade() -> None:
    op.drop_table("trials")
    op.drop_table("homes")
    _number_anew(autoincrement=False)


def _number_anew(*, autoincrement: bool) -> None:
    """SQLite gives the number of a deleted last row to the next one, unless the table says AUTOINCREMENT."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in NUMBERED:
        kwargs = {"sqlite_autoincrement": autoincrement}
        with op.batch_alter_table(table, recreate="always", table_kwargs=kwargs):
            pass
