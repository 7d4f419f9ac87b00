"""A letter is a row of the outbox: to whom, about what, how far it has come. Its text is never stored."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import UtcDateTime, db


class LetterState(StrEnum):
    """How far a letter has come."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Letter(db.Model):  # type: ignore[misc, name-defined]
    """One letter to one address. `name` and `subject_id` say what it is about; `key`, where given, is there once, ever."""

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_letters_state_bulk_run_at", "state", "bulk", "run_at"),
        Index("ix_letters_edition_id_name_batch_state", "edition_id", "name", "batch", "state"),
        Index("ix_letters_name_subject_id", "name", "subject_id"),
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
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    server_answer: Mapped[str | None] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(200))
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
