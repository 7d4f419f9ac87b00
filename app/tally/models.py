"""What the count leaves behind. Everything after the encrypted tally is staged: for the jury alone until publication."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import UtcDateTime, db


class Tally(db.Model):  # type: ignore[name-defined,misc]
    """How far an edition's count has come; a filled column is a step that is done and never done again.

    `result` is the opened tally, one row ``[blank, nominee 0, …]`` a question. `round` counts from 1; each recount
    begins the next.
    """

    __tablename__ = "tallies"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), unique=True)
    round: Mapped[int] = mapped_column(default=1)
    closed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ballots: Mapped[int | None]
    encrypted_tally: Mapped[bytes | None] = mapped_column(LargeBinary)
    sized_tally: Mapped[bytes | None] = mapped_column(LargeBinary)
    encrypted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    result: Mapped[list[list[int]] | None] = mapped_column(JSON(none_as_null=True))
    result_payload: Mapped[bytes | None] = mapped_column(LargeBinary)
    result_hash: Mapped[str | None] = mapped_column(String(64))
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str | None] = mapped_column(String(40))
    problem_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PartialDecryption(db.Model):  # type: ignore[name-defined,misc]
    """One trustee's part of the opening; `owner` counts the trustees from 1."""

    __tablename__ = "partial_decryptions"
    __table_args__ = (UniqueConstraint("edition_id", "owner"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    owner: Mapped[int]
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Count(db.Model):  # type: ignore[name-defined,misc]
    """One category's outcome in one round, as `counting.Outcome.as_data()` gives it."""

    __tablename__ = "counts"
    __table_args__ = (UniqueConstraint("edition_id", "category_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    round: Mapped[int]
    question: Mapped[int]
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON)
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Verification(db.Model):  # type: ignore[name-defined,misc]
    """What the verifiers said in one round: `report` is the stored document, whose hash is signed off.

    `tool_version` is None when belenios-tool was not run; `tool_command` then says how anyone can run it.
    """

    __tablename__ = "verifications"
    __table_args__ = (UniqueConstraint("edition_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    round: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(10))
    report: Mapped[bytes] = mapped_column(LargeBinary)
    report_hash: Mapped[str] = mapped_column(String(64))
    archive_hash: Mapped[str] = mapped_column(String(64))
    result_hash: Mapped[str] = mapped_column(String(64))
    tool_version: Mapped[str | None] = mapped_column(String(80))
    tool_command: Mapped[str] = mapped_column(Text)
    tool_output: Mapped[str] = mapped_column(Text, default="")
    tool_exit: Mapped[int | None]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def valid(self) -> bool:
        """Whether every verifier that ran found everything in order."""
        return self.verdict == "valid"
