"""A letter is a row of the outbox: to whom, about what, how far it has come. Its text is never stored."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import UtcDateTime, db


class LetterState(StrEnum):
    """How far a letter has come. Deferred waits for its next try; sent is what the relay took and nobody sent back."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    BOUNCED = "bounced"
    CANCELLED = "cancelled"


class Letter(db.Model):  # type: ignore[misc, name-defined]
    """One letter to one address. `name` and `subject_id` say what it is about; `key`, where given, is there once, ever."""

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_letters_state_bulk_run_at", "state", "bulk", "run_at"),
        Index("ix_letters_edition_id_name_batch_state", "edition_id", "name", "batch", "state"),
        Index("ix_letters_name_subject_id", "name", "subject_id"),
        Index("ix_letters_message_id", "message_id"),
        {
            "sqlite_autoincrement": True
        },  # a removed letter's number, which its return path names, never comes again
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int] = mapped_column(Integer)
    to: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(2))
    edition_id: Mapped[int | None] = mapped_column(Integer)
    key: Mapped[str | None] = mapped_column(String(200))
    batch: Mapped[str] = mapped_column(String(80), default="")
    bulk: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[str] = mapped_column(String(10), default=LetterState.QUEUED)
    run_at: Mapped[datetime] = mapped_column(UtcDateTime)
    worker: Mapped[str | None] = mapped_column(String(40))
    lane: Mapped[int] = mapped_column(Integer, default=0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    server_answer: Mapped[str | None] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(200))
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LetterEvent(db.Model):  # type: ignore[misc, name-defined]
    """What became of a letter at one moment, in the words of the server that said so (cut: see `app.mail.quoting`).

    `state` is a letter's state, or what a report tells beside it: delayed, delivered, relayed, expanded. `source` is
    smtp, bounce, secretariat or service. `report` names the report it was read from, so that none counts twice.
    """

    __tablename__ = "letter_events"
    __table_args__ = (UniqueConstraint("letter_id", "report"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(20))
    report: Mapped[str | None] = mapped_column(String(64))


class BounceReport(db.Model):  # type: ignore[misc, name-defined]
    """A report that fits no letter of ours: when it came, by which way, what it says. The message is not kept."""

    __tablename__ = "bounce_reports"
    __table_args__ = (UniqueConstraint("report"), Index("ix_bounce_reports_at", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    way: Mapped[str] = mapped_column(String(20))
    why: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text)
    report: Mapped[str] = mapped_column(String(64))


class Pace(db.Model):  # type: ignore[misc, name-defined]
    """The one row that all workers share: when the next letter may leave, in seconds of the database's clock."""

    __tablename__ = "mail_pace"

    id: Mapped[int] = mapped_column(primary_key=True)
    free_at: Mapped[float] = mapped_column(Float)
