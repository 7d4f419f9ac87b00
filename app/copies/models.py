"""The row in which a database keeps where it lives."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import UtcDateTime, db


class Home(db.Model):  # type: ignore[misc, name-defined]
    """Where the database lives, as `places.here` found it; "" in a backup, which lives nowhere. There is one row.

    `copied_at` is when the copy was taken, where that is known, until the copy is released.
    """

    __tablename__ = "homes"

    id: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(String(120))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    copied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
