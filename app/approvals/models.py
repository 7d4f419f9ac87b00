"""The rows of what two people decide: who asked for what and why, who answered, and how."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import UtcDateTime, db


class Outcome(StrEnum):
    """How a request ended."""

    APPROVED = "approved"
    DECLINED = "declined"
    TAKEN_BACK = "taken-back"


class TwoPersonAct(db.Model):  # type: ignore[name-defined,misc]
    """One asks for an act and says why, another approves. `pending` is True while it waits and NULL afterwards, so
    that one request of an act about one subject waits at most.

    `reason` is published; `details` are what the act needs when it is carried out, and are not.
    """

    __tablename__ = "two_person_acts"
    __table_args__ = (
        UniqueConstraint("edition_id", "act", "subject_id", "pending"),
        CheckConstraint("second_id IS NULL OR second_id <> first_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), index=True)
    act: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(default=0)
    details: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    first_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    pending: Mapped[bool | None] = mapped_column(default=True)
    second_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))
