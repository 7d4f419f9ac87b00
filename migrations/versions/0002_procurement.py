"""Nominations that know procurement: facts of notices, versions, files, screening, the CPV list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cpv_codes",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("sv", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_cpv_codes")),
    )
    op.create_table(
        "cpv_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("codes", sa.Integer(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cpv_lists")),
    )
    op.create_table(
        "eligibility_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "check",
            sa.Enum(
                "period",
                "awarded",
                "swedish-authority",
                "question",
                name="check",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("text_sv", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name=op.f("fk_eligibility_rules_category_id_categories"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_eligibility_rules_edition_id_editions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eligibility_rules")),
    )
    with op.batch_alter_table("eligibility_rules", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_eligibility_rules_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "eligibility_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_eligibility_answers_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["nominations.id"],
            name=op.f("fk_eligibility_answers_nomination_id_nominations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["eligibility_rules.id"],
            name=op.f("fk_eligibility_answers_rule_id_eligibility_rules"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eligibility_answers")),
        sa.UniqueConstraint(
            "nomination_id", "rule_id", name=op.f("uq_eligibility_answers_nomination_id_rule_id")
        ),
    )
    with op.batch_alter_table("eligibility_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_eligibility_answers_rule_id"), ["rule_id"], unique=False)

    op.create_table(
        "nomination_attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["nominations.id"],
            name=op.f("fk_nomination_attachments_nomination_id_nominations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination_attachments")),
        sa.UniqueConstraint("public_id", name=op.f("uq_nomination_attachments_public_id")),
    )
    with op.batch_alter_table("nomination_attachments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_nomination_attachments_nomination_id"), ["nomination_id"], unique=False
        )

    op.create_table(
        "nomination_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column(
            "verb",
            sa.Enum(
                "accept", "decline", "ask", "take-back", "move", name="verb", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reason_en", sa.Text(), nullable=False),
        sa.Column("complete_by", sa.Date(), nullable=True),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("subject_sv", sa.Text(), nullable=False),
        sa.Column("subject_en", sa.Text(), nullable=False),
        sa.Column("words_sv", sa.Text(), nullable=False),
        sa.Column("words_en", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_nomination_decisions_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name=op.f("fk_nomination_decisions_category_id_categories"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["nominations.id"],
            name=op.f("fk_nomination_decisions_nomination_id_nominations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination_decisions")),
    )
    with op.batch_alter_table("nomination_decisions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_nomination_decisions_nomination_id"), ["nomination_id"], unique=False
        )

    op.create_table(
        "nomination_distincts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_nomination_distincts_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["first_id"],
            ["nominations.id"],
            name=op.f("fk_nomination_distincts_first_id_nominations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["second_id"],
            ["nominations.id"],
            name=op.f("fk_nomination_distincts_second_id_nominations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination_distincts")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_nomination_distincts_first_id_second_id")),
    )
    with op.batch_alter_table("nomination_distincts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_nomination_distincts_second_id"), ["second_id"], unique=False)

    op.create_table(
        "nomination_merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("taken", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.Column("undone_because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_nomination_merges_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_nomination_merges_edition_id_editions")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["nominations.id"],
            name=op.f("fk_nomination_merges_source_id_nominations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["target_id"],
            ["nominations.id"],
            name=op.f("fk_nomination_merges_target_id_nominations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["undone_by"], ["accounts.id"], name=op.f("fk_nomination_merges_undone_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination_merges")),
    )
    with op.batch_alter_table("nomination_merges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_nomination_merges_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_nomination_merges_source_id"), ["source_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_nomination_merges_target_id"), ["target_id"], unique=False)

    op.create_table(
        "nomination_told",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column(
            "party",
            sa.Enum("authority", "person", name="party", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("link_version", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("corrections", sa.JSON(), nullable=False),
        sa.Column("declines", sa.Boolean(), nullable=False),
        sa.Column("settled", sa.JSON(), nullable=False),
        sa.Column("earlier", sa.JSON(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["nominations.id"],
            name=op.f("fk_nomination_told_nomination_id_nominations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination_told")),
        sa.UniqueConstraint("nomination_id", "party", name=op.f("uq_nomination_told_nomination_id_party")),
    )
    op.create_table(
        "nomination_told_letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("told_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_nomination_told_letters_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["told_id"],
            ["nomination_told.id"],
            name=op.f("fk_nomination_told_letters_told_id_nomination_told"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination_told_letters")),
        sa.UniqueConstraint("told_id", "version", name=op.f("uq_nomination_told_letters_told_id_version")),
    )
    op.create_table(
        "nomination_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_nomination_versions_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["nominations.id"],
            name=op.f("fk_nomination_versions_nomination_id_nominations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination_versions")),
        sa.UniqueConstraint(
            "nomination_id", "number", name=op.f("uq_nomination_versions_nomination_id_number")
        ),
    )
    with op.batch_alter_table("nomination_versions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_nomination_versions_nomination_id"), ["nomination_id"], unique=False
        )

    op.create_table(
        "nomination_decision_letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["nomination_decisions.id"],
            name=op.f("fk_nomination_decision_letters_decision_id_nomination_decisions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["nominations.id"],
            name=op.f("fk_nomination_decision_letters_nomination_id_nominations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination_decision_letters")),
        sa.UniqueConstraint(
            "decision_id",
            "nomination_id",
            name=op.f("uq_nomination_decision_letters_decision_id_nomination_id"),
        ),
    )
    with op.batch_alter_table("nomination_decision_letters", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_nomination_decision_letters_nomination_id"), ["nomination_id"], unique=False
        )

    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("grace_minutes", sa.Integer(), nullable=False, server_default="10"))
        batch_op.add_column(
            sa.Column("publish_relation", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("people_kept_days", sa.Integer(), nullable=False, server_default="365"))

    with op.batch_alter_table("nominations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("buyer_number", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("buyer_country", sa.String(length=2), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("authority_email", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("person_name", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("person_email", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("publication", sa.String(length=20), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("procurement_id", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("reference", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("procedure", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("currency", sa.String(length=3), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("tenders", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("winners", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("lots", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("read", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("sources", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(
            sa.Column(
                "relation",
                sa.Enum("won", "lost", "did-not-bid", "other", name="relation", native_enum=False, length=20),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("relation_words", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "state_before",
                sa.Enum(
                    "draft",
                    "submitted",
                    "confirmed",
                    "completion-asked",
                    "accepted",
                    "declined",
                    "withdrawn",
                    "merged",
                    name="state",
                    native_enum=False,
                    length=20,
                ),
                nullable=True,
            )
        )
        batch_op.create_index(batch_op.f("ix_nominations_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_nominations_merged_into_id_nominations"), "nominations", ["merged_into_id"], ["id"]
        )
    op.execute("UPDATE nominations SET state = 'submitted' WHERE state = 'unconfirmed'")


def downgrade() -> None:
    op.execute("UPDATE nominations SET state = 'unconfirmed' WHERE state = 'submitted'")
    op.execute("UPDATE nominations SET state = 'confirmed' WHERE state IN ('completion-asked', 'merged')")
    with op.batch_alter_table("nominations", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_nominations_merged_into_id_nominations"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_nominations_merged_into_id"))
        batch_op.drop_column("state_before")
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("relation_words")
        batch_op.drop_column("relation")
        batch_op.drop_column("sources")
        batch_op.drop_column("read")
        batch_op.drop_column("lots")
        batch_op.drop_column("winners")
        batch_op.drop_column("tenders")
        batch_op.drop_column("currency")
        batch_op.drop_column("procedure")
        batch_op.drop_column("reference")
        batch_op.drop_column("procurement_id")
        batch_op.drop_column("publication")
        batch_op.drop_column("person_email")
        batch_op.drop_column("person_name")
        batch_op.drop_column("authority_email")
        batch_op.drop_column("buyer_country")
        batch_op.drop_column("buyer_number")

    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.drop_column("people_kept_days")
        batch_op.drop_column("publish_relation")
        batch_op.drop_column("grace_minutes")

    with op.batch_alter_table("nomination_decision_letters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_nomination_decision_letters_nomination_id"))

    op.drop_table("nomination_decision_letters")
    with op.batch_alter_table("nomination_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_nomination_versions_nomination_id"))

    op.drop_table("nomination_versions")
    op.drop_table("nomination_told_letters")
    op.drop_table("nomination_told")
    with op.batch_alter_table("nomination_merges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_nomination_merges_target_id"))
        batch_op.drop_index(batch_op.f("ix_nomination_merges_source_id"))
        batch_op.drop_index(batch_op.f("ix_nomination_merges_edition_id"))

    op.drop_table("nomination_merges")
    with op.batch_alter_table("nomination_distincts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_nomination_distincts_second_id"))

    op.drop_table("nomination_distincts")
    with op.batch_alter_table("nomination_decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_nomination_decisions_nomination_id"))

    op.drop_table("nomination_decisions")
    with op.batch_alter_table("nomination_attachments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_nomination_attachments_nomination_id"))

    op.drop_table("nomination_attachments")
    with op.batch_alter_table("eligibility_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_eligibility_answers_rule_id"))

    op.drop_table("eligibility_answers")
    with op.batch_alter_table("eligibility_rules", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_eligibility_rules_edition_id"))

    op.drop_table("eligibility_rules")
    op.drop_table("cpv_lists")
    op.drop_table("cpv_codes")
