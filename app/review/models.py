"""The jury's acts on a count. All of it is staged until publication."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.extensions import UtcDateTime, db


class SignOff(db.Model):  # type: ignore[name-defined,misc]
    """A juror's word on one round of the count: "signed", or "objected" with a reason; once a round.

    Bound to the archive, result and report that the juror saw.
    """

    __tablename__ = "sign_offs"
    __table_args__ = (UniqueConstraint("edition_id", "account_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    round: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text, default="")
    archive_hash: Mapped[str] = mapped_column(String(64))
    result_hash: Mapped[str] = mapped_column(String(64))
    report_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship()


class TieDecision(db.Model):  # type: ignore[name-defined,misc]
    """Whom the jury chose among the tied in a category, and the reason that is published."""

    __tablename__ = "tie_decisions"
    __table_args__ = (UniqueConstraint("edition_id", "category_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    winners: Mapped[list[int]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship()


class Statement(db.Model):  # type: ignore[name-defined,misc]
    """The jury's words about a category's winner, in both languages, as they will stand on the results page."""

    __tablename__ = "statements"
    __table_args__ = (UniqueConstraint("edition_id", "category_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    text_sv: Mapped[str] = mapped_column(Text, default="")
    text_en: Mapped[str] = mapped_column(Text, default="")
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship()

    def text(self, language: str) -> str:
        """The words in *language*, or in the other one where only that was written."""
        return (self.text_en or self.text_sv) if language == "en" else (self.text_sv or self.text_en)


class Recount(db.Model):  # type: ignore[name-defined,misc]
    """Why a round was counted again; `number` from 1."""

    __tablename__ = "recounts"
    __table_args__ = (UniqueConstraint("edition_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    number: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship()


class ReviewCall(db.Model):  # type: ignore[name-defined,misc]
    """A juror was asked, by letter, to review one round."""

    __tablename__ = "review_calls"
    __table_args__ = (UniqueConstraint("edition_id", "account_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    round: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
