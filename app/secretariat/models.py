"""What needs two people, and what is planned."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import UtcDateTime, db


class PlanKind(StrEnum):
    """What the plan can do by itself."""

    CLOSE_NOMINATIONS = "close-nominations"
    SEND_BALLOTS = "send-ballots"
    OPEN_VOTE = "open-vote"
    REMINDER = "reminder"
    RESULT_LETTER = "result-letter"


class PlanState(StrEnum):
    """What became of something planned."""

    PLANNED = "planned"
    DONE = "done"
    """by the plan"""
    BY_HAND = "by-hand"
    """somebody did it before"""
    MISSED = "missed"
    """it could not be done as long as it made sense"""


class PlanItem(db.Model):  # type: ignore[name-defined,misc]
    """Something that happens by itself at a time. `number` tells the reminders apart.

    What sends ballots happens only as it was confirmed: for so many voters of the roll with this hash, and where two
    people decide, approved by a second one.
    """

    __tablename__ = "plan_items"
    __table_args__ = (
        UniqueConstraint("edition_id", "kind", "number"),
        CheckConstraint("second_id IS NULL OR second_id <> confirmed_by", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    kind: Mapped[str] = mapped_column(String(30))
    number: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20), default=PlanState.PLANNED)
    by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    voters: Mapped[int | None]
    roll_hash: Mapped[str] = mapped_column(String(64), default="")
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    second_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    letters: Mapped[int | None]
    """how many letters it queued"""
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """when the secretariat was told that it is late"""
