"""What two people decide together; what the secretariat sees of a vote by the hour; how voters are found and sorted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.roll.sought import sorts_as, sought

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WAITING = "uq_two_person_acts_edition_id_act_subject_id_pending"


def upgrade() -> None:
    with op.batch_alter_table("two_person_acts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("subject_id", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("details", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("outcome", sa.String(length=20), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_two_person_acts_edition_id_act_pending"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f(WAITING), ["edition_id", "act", "subject_id", "pending"])
    op.execute(
        "UPDATE two_person_acts SET outcome = CASE WHEN second_id IS NULL THEN 'taken-back' ELSE 'approved' END"
        " WHERE pending IS NULL"
    )
    with op.batch_alter_table("credentials", schema=None) as batch_op:
        batch_op.add_column(sa.Column("used_shown", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("boxes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("voters", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sought", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("sorts_as", sa.String(length=400), nullable=False, server_default=""))
    _fill()


def _fill() -> None:
    names = (
        "id", "company", "orgnr", "foreign_country", "foreign_number", "email", "contact_name", "sought", "sorts_as",
    )  # fmt: skip
    voters = sa.table("voters", *(sa.column(name) for name in names))
    connection = op.get_bind()
    for row in connection.execute(sa.select(voters)).mappings().all():
        filled = {"sought": sought(row), "sorts_as": sorts_as(row["company"])}
        connection.execute(voters.update().where(voters.c.id == row["id"]).values(**filled))


def downgrade() -> None:
    with op.batch_alter_table("voters", schema=None) as batch_op:
        batch_op.drop_column("sorts_as")
        batch_op.drop_column("sought")
    with op.batch_alter_table("boxes", schema=None) as batch_op:
        batch_op.drop_column("shown_at")
    with op.batch_alter_table("credentials", schema=None) as batch_op:
        batch_op.drop_column("used_shown")
    op.execute("DELETE FROM two_person_acts WHERE act <> 'open-without-jury-keys'")
    with op.batch_alter_table("two_person_acts", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(WAITING), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_two_person_acts_edition_id_act_pending"), ["edition_id", "act", "pending"]
        )
        batch_op.drop_column("outcome")
        batch_op.drop_column("details")
        batch_op.drop_column("subject_id")
