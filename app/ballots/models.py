"""Credentials, the box, and what is sent about them.

The rows of `BoxData` and `BoxEvent` are the truth: exact bytes, from which the archive is derived. Whatever may happen
once only is a unique constraint here. What is written while a vote is cast refers to the box, not to the edition:
PostgreSQL locks the row that a new row refers to, and who moves an edition locks that one before the box.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import UtcDateTime, db


class State(StrEnum):
    """Where a credential stands."""

    ISSUED = "issued"
    """its holder may vote with it, once"""
    SPARE = "spare"
    """not activated: nobody may vote with it yet"""
    VOID = "void"
    """replaced: nobody may vote with it any more"""


class Box(db.Model):  # type: ignore[misc, name-defined]
    """An edition's election and the head of its box. Whoever appends to the box locks this row first."""

    __tablename__ = "boxes"

    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    uuid: Mapped[str] = mapped_column(String(20), unique=True)
    roll_hash: Mapped[str] = mapped_column(String(64), default="")
    """the roll that the credentials were derived for"""
    election: Mapped[bytes | None] = mapped_column(LargeBinary)
    """None until the edition is prepared; then the exact bytes of the archive"""
    fingerprint: Mapped[str] = mapped_column(String(43), default="")
    setup_hash: Mapped[str] = mapped_column(String(64), default="")
    credentials_hash: Mapped[str] = mapped_column(String(64), default="")
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """the ballot's questions as they were put: category, rule, names, and the nominees' ids in the same order"""
    prepared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """also the time written into every header of the archive, so that its bytes are the same each time"""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    height: Mapped[int] = mapped_column(default=-1)
    head: Mapped[str] = mapped_column(String(64), default="")
    ballots: Mapped[int] = mapped_column(default=0)
    public_height: Mapped[int | None]
    """the EncryptedTally's height: what comes after it is staged until publication"""
    headed: Mapped[int] = mapped_column(default=-1)
    """the height that the ledger's last box-head names"""
    shown_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """the full hour that `Credential.used_shown` is of"""


class Credential(db.Model):  # type: ignore[misc, name-defined]
    """A public credential of the archive, and whose it is. The secret is derived when a letter is sent, never stored."""

    __tablename__ = "credentials"
    __table_args__ = (
        UniqueConstraint("edition_id", "public"),
        UniqueConstraint("edition_id", "spare_index"),
        Index(
            "uq_credentials_voter_id_issued", "voter_id", unique=True,
            sqlite_where=text("state = 'issued'"), postgresql_where=text("state = 'issued'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    public: Mapped[str] = mapped_column(String(64))
    voter_id: Mapped[int | None] = mapped_column(ForeignKey("voters.id", ondelete="CASCADE"), index=True)
    spare_index: Mapped[int | None]
    generation: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(10))
    used: Mapped[bool] = mapped_column(default=False)
    used_shown: Mapped[bool] = mapped_column(default=False)
    """whether it was used by the last full hour, for all of an edition at once: no member of staff sees a finer one"""
    label: Mapped[str] = mapped_column(String(8), default="", server_default="")
    """what the letter and the open ballot both show (app/core/ballot_labels.py); "" for ballots older than labels"""


class BoxEvent(db.Model):  # type: ignore[misc, name-defined]
    """One event of the archive, in its chain: no height and no parent twice. `data` are its payload's exact bytes."""

    __tablename__ = "box_events"
    __table_args__ = (UniqueConstraint("edition_id", "parent"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey("boxes.edition_id"), primary_key=True)
    height: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(20))
    parent: Mapped[str | None] = mapped_column(String(64))
    payload: Mapped[str | None] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    data: Mapped[bytes | None] = mapped_column(LargeBinary)


class BoxData(db.Model):  # type: ignore[misc, name-defined]
    """Data of the archive that a payload names in its turn; it stands before the payload of `height`, by `position`."""

    __tablename__ = "box_data"

    edition_id: Mapped[int] = mapped_column(ForeignKey("boxes.edition_id"), primary_key=True)
    height: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Ballot(db.Model):  # type: ignore[misc, name-defined]
    """An accepted ballot: one a credential."""

    __tablename__ = "ballots"
    __table_args__ = (UniqueConstraint("edition_id", "tracker"), UniqueConstraint("edition_id", "height"))

    credential_id: Mapped[int] = mapped_column(ForeignKey("credentials.id"), primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("boxes.edition_id"))
    height: Mapped[int]
    tracker: Mapped[str] = mapped_column(String(43))
    event: Mapped[str] = mapped_column(String(64))
    without_script: Mapped[bool] = mapped_column(default=False)
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)
    notice_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """when the voter is told that a ballot was cast with their link; None when that is done"""


class TallySoFar(db.Model):  # type: ignore[misc, name-defined]
    """The sum of the ballots up to `height`, so that closing need not add all of them."""

    __tablename__ = "tallies_so_far"

    edition_id: Mapped[int] = mapped_column(ForeignKey("boxes.edition_id"), primary_key=True)
    height: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Replacement(db.Model):  # type: ignore[misc, name-defined]
    """A voided credential and the spare that took its place."""

    __tablename__ = "replacements"

    old_id: Mapped[int] = mapped_column(ForeignKey("credentials.id"), primary_key=True)
    new_id: Mapped[int] = mapped_column(ForeignKey("credentials.id"), unique=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), index=True)
    box_height: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class LetterBatch(db.Model):  # type: ignore[misc, name-defined]
    """One act of sending a letter to a selection: everyone's ballots, one ballot again, a reminder, the result.

    `mark` is what its letters carry as their batch ("" where a single letter carries none).
    """

    __tablename__ = "letter_batches"

    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    letter: Mapped[str] = mapped_column(String(60), default="ballot")
    selection: Mapped[str] = mapped_column(String(20), default="")
    mark: Mapped[str] = mapped_column(String(80), default="")
    recipients: Mapped[int]
    by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    by_plan: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReminderOptOut(db.Model):  # type: ignore[misc, name-defined]
    """A voter who wants no reminders; the ballot is untouched by it."""

    __tablename__ = "reminder_opt_outs"

    voter_id: Mapped[int] = mapped_column(ForeignKey("voters.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class WitnessNote(db.Model):  # type: ignore[misc, name-defined]
    """A checkpoint mailed to the jurors, who so become witnesses; one an occasion."""

    __tablename__ = "witness_notes"
    __table_args__ = (UniqueConstraint("edition_id", "occasion"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("boxes.edition_id"))
    occasion: Mapped[str] = mapped_column(String(40))
    note: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
