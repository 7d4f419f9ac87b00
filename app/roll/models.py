"""The roll's rows: voters, uploaded lists that wait for a confirmation, and the freeze."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import UtcDateTime, db
from app.procurement import organisations


class ImportState(StrEnum):
    """What became of an uploaded list."""

    PREVIEW = "preview"
    CONFIRMED = "confirmed"
    ABANDONED = "abandoned"


class Source(StrEnum):
    """How a voter came on the roll."""

    LIST = "list"
    """read in, or written there by the secretariat before the freeze"""
    NOMINATOR = "nominator"
    """by itself, for an accepted nomination"""
    REGISTERED = "registered"
    """asked for a ballot, which the secretariat approved"""
    ADDED = "added"
    """by two people, after the freeze"""


class LeftOut(StrEnum):
    """Why somebody on the roll has no ballot."""

    NO = ""
    WINNER = "winner"


class Voter(db.Model):  # type: ignore[name-defined,misc]
    """A company that may vote. `key` is what makes it one: its number, or address and name of a sole trader.

    `came_as` is the key that a nominator came with, so that a corrected one is not put there a second time. `won` and
    `left_out` are set when the roll is frozen.
    """

    __tablename__ = "voters"
    __table_args__ = (UniqueConstraint("edition_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), index=True)
    key: Mapped[str] = mapped_column(String(80))
    company: Mapped[str] = mapped_column(String(200))
    orgnr: Mapped[str] = mapped_column(String(10), default="")
    sole_trader: Mapped[bool] = mapped_column(default=False)
    foreign_country: Mapped[str] = mapped_column(String(2), default="")
    foreign_number: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254))
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str] = mapped_column(String(2), default="sv")
    ballot_label: Mapped[str] = mapped_column(String(260), default="")
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    source: Mapped[str] = mapped_column(String(20), default=Source.LIST)
    came_as: Mapped[str] = mapped_column(String(80), default="")
    won: Mapped[bool] = mapped_column(default=False)
    """whether it won a contract that stands on the ballot"""
    left_out: Mapped[str] = mapped_column(String(20), default=LeftOut.NO)
    """why it has no ballot, "" for everyone who has one"""

    @property
    def number(self) -> str:
        """What the company is known by: 556036-0793, DE HRB12345, or nothing for a sole trader."""
        if self.orgnr:
            return organisations.shown(self.orgnr)
        return f"{self.foreign_country} {self.foreign_number}" if self.foreign_country else ""

    @property
    def shown_email(self) -> str:
        """The address as people write it, with å, ä and ö in its domain."""
        local, _, domain = self.email.rpartition("@")
        try:
            return f"{local}@{domain.encode('ascii').decode('idna')}"
        except UnicodeError:
            return self.email


class RollImport(db.Model):  # type: ignore[name-defined,misc]
    """A list that was read but not necessarily confirmed. `rows` is forgotten as soon as it is no longer needed."""

    __tablename__ = "roll_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[str] = mapped_column(String(20), default=ImportState.PREVIEW)
    filename: Mapped[str] = mapped_column(String(120), default="")
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    row_count: Mapped[int]
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RollFreeze(db.Model):  # type: ignore[name-defined,misc]
    """The roll as it was when the ballots were made: an edition has one at most."""

    __tablename__ = "roll_freezes"
    __table_args__ = (UniqueConstraint("edition_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    roll_hash: Mapped[str] = mapped_column(String(64))
    voters: Mapped[int]
    corrected: Mapped[int] = mapped_column(default=0)
    frozen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed: Mapped[str] = mapped_column(String(64), default="")
    """what stands for the roll in the ledger, and in public"""
    winners: Mapped[int] = mapped_column(default=0)
    """how many on the roll won a contract that stands on the ballot"""
    left_out: Mapped[int] = mapped_column(default=0)
    winners_by_category: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """the same for each category, by its number; only of those who may vote"""


class TakenOff(db.Model):  # type: ignore[name-defined,misc]
    """A nominator whom the secretariat took off the roll: it is not put there again by itself."""

    __tablename__ = "roll_taken_off"

    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class RequestState(StrEnum):
    """Where a request for a ballot stands."""

    SENT = "sent"
    """its letter is not answered yet"""
    CONFIRMED = "confirmed"
    """waits for the secretariat"""
    APPROVED = "approved"
    DECLINED = "declined"


class BallotRequest(db.Model):  # type: ignore[name-defined,misc]
    """A company that asks for a ballot. `key` is what it would have on the roll."""

    __tablename__ = "ballot_requests"
    __table_args__ = (UniqueConstraint("public_id"), Index("ix_ballot_requests_edition_state", "edition_id", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    public_id: Mapped[str] = mapped_column(String(22))
    state: Mapped[str] = mapped_column(String(20), default=RequestState.SENT)
    key: Mapped[str] = mapped_column(String(80))
    company: Mapped[str] = mapped_column(String(200))
    orgnr: Mapped[str] = mapped_column(String(10), default="")
    sole_trader: Mapped[bool] = mapped_column(default=False)
    foreign_country: Mapped[str] = mapped_column(String(2), default="")
    foreign_number: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), index=True)
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str] = mapped_column(String(2), default="sv")
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
