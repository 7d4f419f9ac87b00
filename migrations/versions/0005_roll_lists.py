"""Lists for the roll: their rows wait in a table of their own.

The rows that waited as JSON cannot become rows of the table (their cells are not there any more): lists that wait are
put aside, and are read in again. Going down does the same.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PUT_ASIDE = "UPDATE roll_imports SET state = 'abandoned', closed_at = made_at WHERE state NOT IN ('confirmed', 'abandoned')"


def upgrade() -> None:
    op.create_table(
        "roll_import_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("fate", sa.String(length=10), nullable=False),
        sa.Column("problems", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("company", sa.String(length=200), nullable=False),
        sa.Column("orgnr", sa.String(length=10), nullable=False),
        sa.Column("sole_trader", sa.Boolean(), nullable=False),
        sa.Column("foreign_country", sa.String(length=2), nullable=False),
        sa.Column("foreign_number", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("sorts_as", sa.String(length=400), nullable=False),
        sa.Column("sought", sa.Text(), nullable=False),
        sa.Column("first_line", sa.Integer(), nullable=False),
        sa.Column("differs", sa.Boolean(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("voter_id", sa.Integer(), nullable=True),
        sa.Column("before_company", sa.String(length=200), nullable=False),
        sa.Column("before_email", sa.String(length=254), nullable=False),
        sa.Column("before_contact_name", sa.String(length=120), nullable=False),
        sa.Column("before_language", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["roll_imports.id"],
            name=op.f("fk_roll_import_rows_import_id_roll_imports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_import_rows")),
    )
    with op.batch_alter_table("roll_import_rows", schema=None) as batch_op:
        batch_op.create_index("ix_roll_import_rows_import_id_fate", ["import_id", "fate"], unique=False)
        batch_op.create_index("ix_roll_import_rows_import_id_key", ["import_id", "key"], unique=False)

    op.execute(PUT_ASIDE)
    with op.batch_alter_table("roll_imports", schema=None) as batch_op:
        batch_op.drop_column("rows")
        batch_op.add_column(sa.Column("stored", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("sheets", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("sheet", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("person", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("columns", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("first_line", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("width", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("counts", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("on_roll", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("kept", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("digest", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("overtaken", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("problem", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("problem_line", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("job_id", sa.Integer(), nullable=True))

    with op.batch_alter_table("voters", schema=None) as batch_op:
        batch_op.create_index("ix_voters_edition_id_sorts_as", ["edition_id", "sorts_as"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("voters", schema=None) as batch_op:
        batch_op.drop_index("ix_voters_edition_id_sorts_as")

    op.execute(PUT_ASIDE)
    with op.batch_alter_table("roll_imports", schema=None) as batch_op:
        for name in (
            "job_id", "problem_line", "problem", "overtaken", "digest", "kept", "on_roll", "counts", "width",
            "first_line", "columns", "person", "sheet", "sheets", "stored",
        ):  # fmt: skip
            batch_op.drop_column(name)
        batch_op.add_column(sa.Column("rows", sa.JSON(), nullable=True))
    op.drop_table("roll_import_rows")
