"""The rows of screening: answers to the rules of an edition, merges, decisions with their letters, who was told."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.awards.models import Category, named
from app.extensions import UtcDateTime, db
from app.nominations.models import Nomination
from app.nominations.rules import Rule


class Answer(db.Model):  # type: ignore[misc, name-defined]
    """What a person answered to a rule for a nomination; it stands above what the data says."""

    __tablename__ = "eligibility_answers"
    __table_args__ = (UniqueConstraint("nomination_id", "rule_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nominations.id", ondelete="CASCADE"))
    rule_id: Mapped[int] = mapped_column(ForeignKey("eligibility_rules.id", ondelete="CASCADE"), index=True)
    holds: Mapped[bool]
    note: Mapped[str] = mapped_column(Text, default="")
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    rule: Mapped[Rule] = relationship()


class Merge(db.Model):  # type: ignore[misc, name-defined]
    """A nomination (`source`) put behind another of the same procurement (`target`).

    `taken` holds the fields that the target took over from the source, `before` what the target said there until then.
    """

    __tablename__ = "nomination_merges"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("nominations.id", ondelete="CASCADE"), index=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("nominations.id", ondelete="CASCADE"), index=True)
    taken: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    undone_because: Mapped[str] = mapped_column(Text, default="")

    target: Mapped[Nomination] = relationship(foreign_keys=target_id)
    source: Mapped[Nomination] = relationship(foreign_keys=source_id)


class Distinct(db.Model):  # type: ignore[misc, name-defined]
    """Two nominations that look alike and are about different procurements, as a person has found (first < second)."""

    __tablename__ = "nomination_distincts"
    __table_args__ = (UniqueConstraint("first_id", "second_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("nominations.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(ForeignKey("nominations.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Verb(StrEnum):
    """What the secretariat decides of a nomination."""

    ACCEPT = "accept"
    DECLINE = "decline"
    ASK = "ask"
    TAKE_BACK = "take-back"
    MOVE = "move"


class Decision(db.Model):  # type: ignore[misc, name-defined]
    """A decision with the words of its letter; the newest one of a nomination is in force, moves aside.

    `reason` is what is kept as the reason, in Swedish; `reason_en` says the same to those who read English.
    `complete_by` belongs to `ask`, `category` (the new one) to `move`.
    """

    __tablename__ = "nomination_decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nominations.id", ondelete="CASCADE"), index=True)
    verb: Mapped[Verb] = mapped_column(named(Verb))
    reason: Mapped[str] = mapped_column(Text, default="")
    reason_en: Mapped[str] = mapped_column(Text, default="")
    complete_by: Mapped[date | None] = mapped_column(Date)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id", ondelete="SET NULL"))
    subject_sv: Mapped[str] = mapped_column(Text, default="")
    subject_en: Mapped[str] = mapped_column(Text, default="")
    words_sv: Mapped[str] = mapped_column(Text, default="")
    words_en: Mapped[str] = mapped_column(Text, default="")
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    nomination: Mapped[Nomination] = relationship()
    category: Mapped[Category | None] = relationship()


class DecisionLetter(db.Model):  # type: ignore[misc, name-defined]
    """One nominator (`nomination`: theirs, perhaps a merged one) who is told of a decision."""

    __tablename__ = "nomination_decision_letters"
    __table_args__ = (UniqueConstraint("decision_id", "nomination_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("nomination_decisions.id", ondelete="CASCADE"))
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nominations.id", ondelete="CASCADE"), index=True)

    decision: Mapped[Decision] = relationship()
    nomination: Mapped[Nomination] = relationship()


class Party(StrEnum):
    """Whom a nomination concerns besides its author."""

    AUTHORITY = "authority"
    PERSON = "person"


class Told(db.Model):  # type: ignore[misc, name-defined]
    """The authority, or a person, who was told of a nomination, and what came back: a reply, corrections, a no.

    `link_version` rises each time they are told again: the links of earlier letters open nothing. `corrections` holds
    the fields that the newest answer would have otherwise, `settled` which of them the secretariat has taken (true) or
    left (false), and `earlier` the answers before the newest, the oldest first.
    """

    __tablename__ = "nomination_told"
    __table_args__ = (UniqueConstraint("nomination_id", "party"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nominations.id", ondelete="CASCADE"))
    party: Mapped[Party] = mapped_column(named(Party))
    name: Mapped[str] = mapped_column(Text, default="")
    email: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(2), default="sv")
    link_version: Mapped[int] = mapped_column(default=1)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reply: Mapped[str] = mapped_column(Text, default="")
    corrections: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    declines: Mapped[bool] = mapped_column(default=False)
    settled: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    earlier: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    nomination: Mapped[Nomination] = relationship()


class ToldLetter(db.Model):  # type: ignore[misc, name-defined]
    """One letter that told somebody of a nomination, with its words; the one with the newest link is in force."""

    __tablename__ = "nomination_told_letters"
    __table_args__ = (UniqueConstraint("told_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    told_id: Mapped[int] = mapped_column(ForeignKey("nomination_told.id", ondelete="CASCADE"))
    version: Mapped[int]
    email: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    told: Mapped[Told] = relationship()
