"""The rows of the CPV list, where it was loaded; the divisions ship with the program (`app.procurement.cpv`)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import UtcDateTime, db


class CpvCode(db.Model):  # type: ignore[misc, name-defined]
    """One code of the list: eight digits, its Swedish and its English name."""

    __tablename__ = "cpv_codes"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    sv: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)


class CpvList(db.Model):  # type: ignore[misc, name-defined]
    """Which list is loaded (one row, or none): by its digest a process sees that its own copy is an old one."""

    __tablename__ = "cpv_lists"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    codes: Mapped[int]
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
