"""The rows of the CPV list, where it was loaded; the divisions ship with the program (`app.procurement.cpv`)."""

from __future__ import annotations

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db


class CpvCode(db.Model):  # type: ignore[misc, name-defined]
    """One code of the list: eight digits, its Swedish and its English name."""

    __tablename__ = "cpv_codes"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    sv: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)
