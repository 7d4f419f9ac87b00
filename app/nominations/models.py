"""The rows of nominations, of what happened to each and what each said when, of their files, and of the nominees."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.awards.models import Category, named
from app.extensions import UtcDateTime, db


class State(StrEnum):
    """Where a nomination stands. Only from `confirmed` on does it count."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    COMPLETION_ASKED = "completion-asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class Relation(StrEnum):
    """What the nominating supplier has to do with the procurement."""

    WON = "won"
    LOST = "lost"
    DID_NOT_BID = "did-not-bid"
    OTHER = "other"


class Nomination(db.Model):  # type: ignore[misc, name-defined]
    """A supplier's nomination of a procurement. While it is a draft any field may be empty or too long.

    `typed` keeps what could not be read as a date or a number, so that a draft loses nothing. `link_version` rises with
    each new contact address: links that were mailed to an earlier one open nothing. `read` is what a notice said
    (`app.nominations.notices`), `sources` says of each field that it filled what it was filled with. `merged_into_id`
    leads to the nomination of the same procurement that this one stands behind (state `merged`), and `state_before` to
    where it stood before that.
    """

    __tablename__ = "nominations"
    __table_args__ = (
        UniqueConstraint("public_id"),
        Index("ix_nominations_edition_state", "edition_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"), index=True)
    public_id: Mapped[str] = mapped_column(String(22))
    state: Mapped[State] = mapped_column(named(State), default=State.DRAFT)
    authority: Mapped[str] = mapped_column(Text, default="")
    buyer_number: Mapped[str] = mapped_column(Text, default="")
    buyer_country: Mapped[str] = mapped_column(String(2), default="")
    authority_email: Mapped[str] = mapped_column(Text, default="")
    person_name: Mapped[str] = mapped_column(Text, default="")
    person_email: Mapped[str] = mapped_column(Text, default="")
    title: Mapped[str] = mapped_column(Text, default="")
    notice: Mapped[str] = mapped_column(Text, default="")
    publication: Mapped[str] = mapped_column(String(20), default="")
    procurement_id: Mapped[str] = mapped_column(Text, default="")
    reference: Mapped[str] = mapped_column(Text, default="")
    cpv: Mapped[str] = mapped_column(Text, default="")
    procedure: Mapped[str] = mapped_column(String(40), default="")
    awarded_on: Mapped[date | None] = mapped_column(Date)
    value: Mapped[str] = mapped_column(Text, default="")
    amount: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3), default="")
    tenders: Mapped[int | None]
    winners: Mapped[str] = mapped_column(Text, default="")
    lots: Mapped[list[str]] = mapped_column(JSON, default=list)
    read: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    sources: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    relation: Mapped[Relation | None] = mapped_column(named(Relation))
    relation_words: Mapped[str] = mapped_column(Text, default="")
    why: Mapped[str] = mapped_column(Text, default="")
    remarks: Mapped[str] = mapped_column(Text, default="")
    company: Mapped[str] = mapped_column(Text, default="")
    orgnr: Mapped[str] = mapped_column(String(20), default="")
    sole_trader: Mapped[bool] = mapped_column(default=False)
    foreign_country: Mapped[str] = mapped_column(String(2), default="")
    foreign_number: Mapped[str] = mapped_column(Text, default="")
    contact_name: Mapped[str] = mapped_column(Text, default="")
    contact_email: Mapped[str] = mapped_column(Text, default="")
    typed: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    language: Mapped[str] = mapped_column(String(2), default="sv")
    link_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("nominations.id"), index=True)
    state_before: Mapped[State | None] = mapped_column(named(State))

    category: Mapped[Category | None] = relationship()
    attachments: Mapped[list[Attachment]] = relationship(
        order_by="Attachment.id", cascade="all, delete-orphan", passive_deletes=True
    )
    versions: Mapped[list[NominationVersion]] = relationship(
        order_by="NominationVersion.id", cascade="all, delete-orphan", passive_deletes=True
    )
    events: Mapped[list[NominationEvent]] = relationship(
        order_by="NominationEvent.id", cascade="all, delete-orphan", passive_deletes=True
    )


class NominationEvent(db.Model):  # type: ignore[misc, name-defined]
    """One thing that happened to a nomination: `what` is "sent", "confirmed", "edited", "merged", …"""

    __tablename__ = "nomination_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nominations.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class NominationVersion(db.Model):  # type: ignore[misc, name-defined]
    """What a nomination said from one moment on; `account_id` is None where its author wrote it."""

    __tablename__ = "nomination_versions"
    __table_args__ = (UniqueConstraint("nomination_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nominations.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Attachment(db.Model):  # type: ignore[misc, name-defined]
    """A PDF or an image that belongs to a nomination. Its bytes lie in `UPLOADS_DIR`, under `public_id`."""

    __tablename__ = "nomination_attachments"
    __table_args__ = (UniqueConstraint("public_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nominations.id", ondelete="CASCADE"), index=True)
    public_id: Mapped[str] = mapped_column(String(22))
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(10))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class AskedLetter(db.Model):  # type: ignore[misc, name-defined]
    """A link that somebody asked for: what the letter is about, and what the limit for an address counts."""

    __tablename__ = "asked_letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nominations.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    nomination: Mapped[Nomination] = relationship()


class Nominee(db.Model):  # type: ignore[misc, name-defined]
    """What stands on the ballot: made from an accepted nomination, with texts of its own."""

    __tablename__ = "nominees"
    __table_args__ = (UniqueConstraint("nomination_id"), UniqueConstraint("category_id", "title"))

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), index=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"), index=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nominations.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    authority: Mapped[str] = mapped_column(String(200))
    summary_sv: Mapped[str] = mapped_column(Text, default="")
    summary_en: Mapped[str] = mapped_column(Text, default="")

    category: Mapped[Category] = relationship()
    nomination: Mapped[Nomination] = relationship()

    def summary(self, lang: str) -> str:
        """What the ballot says about it, in "sv" or "en"; the other language where only that is written."""
        first, second = (
            (self.summary_en, self.summary_sv) if lang == "en" else (self.summary_sv, self.summary_en)
        )
        return first or second
