"""What needs two people."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import UtcDateTime, db


class Act(StrEnum):
    """What two people decide together; the value is the ledger's."""

    OPEN_WITHOUT_JURY_KEYS = "open-without-jury-keys"


class TwoPersonAct(db.Model):  # type: ignore[name-defined,misc]
    """One asks for an act and says why, another approves. `pending` is True while it waits and NULL afterwards, so
    that an edition has one waiting request of an act at most.
    """

    __tablename__ = "two_person_acts"
    __table_args__ = (
        UniqueConstraint("edition_id", "act", "pending"),
        CheckConstraint("second_id IS NULL OR second_id <> first_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), index=True)
    act: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    first_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    pending: Mapped[bool | None] = mapped_column(default=True)
    second_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
