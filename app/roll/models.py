"""The roll's rows: voters, the freeze, and those who ask for a ballot."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import UtcDateTime, db
from app.procurement import organisations
from app.roll import keys
from app.roll import sought as finding


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


def shown_number(orgnr: str, country: str, foreign: str) -> str:
    """556036-0793, DE HRB12345, or nothing."""
    if orgnr:
        return organisations.shown(orgnr)
    return f"{country} {foreign}" if country else ""


def shown_address(email: str) -> str:
    """An address as people write it, with å, ä and ö in its domain."""
    local, _, domain = email.rpartition("@")
    try:
        return f"{local}@{domain.encode('ascii').decode('idna')}"
    except UnicodeError:
        return email


class Voter(db.Model):  # type: ignore[name-defined,misc]
    """A company that may vote, or a person. `key` is what makes it one (`keys.voter_key`).

    `came_as` is the key that a nominator came with, so that a corrected one is not put there a second time. `won` and
    `left_out` are set when the roll is frozen.
    """

    __tablename__ = "voters"
    __table_args__ = (
        UniqueConstraint("edition_id", "key"),
        Index("ix_voters_edition_id_sorts_as", "edition_id", "sorts_as"),
        {
            "sqlite_autoincrement": True
        },  # a removed voter's number, which mailed links name, never comes again
    )

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
    sought: Mapped[str] = mapped_column(Text, default=finding.filled)
    sorts_as: Mapped[str] = mapped_column(String(finding.LONGEST), default=finding.sorted_)
    """what it is found by and sorted as, made of the columns above: see `app.roll.sought`"""

    @property
    def number(self) -> str:
        """What the company is known by: 556036-0793, DE HRB12345, or nothing for a sole trader."""
        return shown_number(self.orgnr, self.foreign_country, self.foreign_number)

    @property
    def person(self) -> bool:
        """Whether a person votes here, not a company."""
        return self.key.startswith(keys.PERSON)

    @property
    def name(self) -> str:
        """Who votes: the person, where persons do, else the company."""
        return self.contact_name if self.person else self.company

    @property
    def shown_email(self) -> str:
        """The address as people write it, with å, ä and ö in its domain."""
        return shown_address(self.email)


finding.follow(Voter)


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
    __table_args__ = (
        UniqueConstraint("public_id"),
        Index("ix_ballot_requests_edition_state", "edition_id", "state"),
    )

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
