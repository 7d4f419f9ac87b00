"""The keys of an edition: what is public about them. A secret is never in the database."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import UtcDateTime, db


class Purpose(StrEnum):
    """What a key does."""

    TRUSTEE = "trustee"
    """opens the box"""
    CREDENTIALS = "credentials"
    """derives the voters' credentials"""
    SPARES = "spares"
    """derives the spare credentials"""


class Owner(StrEnum):
    """Who holds a key."""

    SERVER = "server"
    JUROR = "juror"


class Key(db.Model):  # type: ignore[misc, name-defined]
    """One key: made once, perhaps copied, destroyed once. `name` is its file in KEYS_DIR."""

    __tablename__ = "keys"
    __table_args__ = (UniqueConstraint("edition_id", "purpose", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    purpose: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    """1 for the edition's first key of this purpose, 2 for the one after it was destroyed …"""
    owner: Mapped[str] = mapped_column(String(20), default=Owner.SERVER)
    trustee: Mapped[int | None]
    """a trustee's place in the election, from 1"""
    name: Mapped[str] = mapped_column(String(80), unique=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    public: Mapped[bytes | None] = mapped_column(LargeBinary)
    """a trustee's public key with its proof, as it stands in the archive"""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    copy_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    copy_confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    destroy_reason: Mapped[str] = mapped_column(String(200), default="")
    """why it must be destroyed; set in the transaction that decides it, carried out by the worker"""
    destroyed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
