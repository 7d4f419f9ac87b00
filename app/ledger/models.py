"""The rows of the ledger. An entry's line is kept as the exact bytes that were hashed: the rows are the truth."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import UtcDateTime, db


class Log(db.Model):  # type: ignore[misc, name-defined]
    """One append-only log: an edition's, or (without an edition) the service's own. Its row is what appends lock."""

    __tablename__ = "logs"
    __table_args__ = (UniqueConstraint("edition_id"), UniqueConstraint("slug"), UniqueConstraint("origin"))

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int | None]
    slug: Mapped[str] = mapped_column(String(80))
    origin: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(Integer, default=0)
    frontier: Mapped[bytes] = mapped_column(LargeBinary)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LogEntry(db.Model):  # type: ignore[misc, name-defined]
    """One entry. `line` is what the log holds; a staged one also keeps what it hides, and the nonce that opens it."""

    __tablename__ = "log_entries"
    __table_args__ = (
        UniqueConstraint("log_id", "height"),
        Index("ix_log_entries_log_id_kind_height", "log_id", "kind", "height"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    log_id: Mapped[int] = mapped_column(ForeignKey("logs.id"))
    height: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    line: Mapped[bytes] = mapped_column(LargeBinary)
    hidden: Mapped[bytes | None] = mapped_column(LargeBinary)
    nonce: Mapped[bytes | None] = mapped_column(LargeBinary)
    revealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LogCheckpoint(db.Model):  # type: ignore[misc, name-defined]
    """A checkpoint that was signed and handed out."""

    __tablename__ = "log_checkpoints"
    __table_args__ = (UniqueConstraint("log_id", "size"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    log_id: Mapped[int] = mapped_column(ForeignKey("logs.id"))
    size: Mapped[int]
    note: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Pseudonym(db.Model):  # type: ignore[misc, name-defined]
    """The nonce under which a subject's data stands in one log; deleting the row makes that data nobody's."""

    __tablename__ = "log_pseudonyms"
    __table_args__ = (UniqueConstraint("log_id", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    log_id: Mapped[int] = mapped_column(ForeignKey("logs.id"))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
