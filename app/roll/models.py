"""The roll's rows: voters, uploaded lists that wait for a confirmation, and the freeze."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import UtcDateTime, db
from app.procurement import organisations
from app.roll import keys
from app.roll import sought as finding


class ImportState(StrEnum):
    """Where an uploaded list stands."""

    READING = "reading"
    """its file waits for the worker, or is being read"""
    SHEETS = "sheets"
    """several sheets of the workbook have rows: somebody has to choose"""
    COLUMNS = "columns"
    """its rows are there; which column is what has to be said"""
    JUDGING = "judging"
    """the worker looks at every row with the columns that were said"""
    PREVIEW = "preview"
    CONFIRMING = "confirming"
    """the worker writes what was confirmed"""
    CONFIRMED = "confirmed"
    ABANDONED = "abandoned"
    UNREADABLE = "unreadable"


class Fate(StrEnum):
    """What would become of a row."""

    ABOVE = "above"
    """a title or the headings: no row of the list"""
    UNKNOWN = "unknown"
    """nobody has said yet which column is what"""
    NEW = "new"
    CHANGE = "change"
    SAME = "same"
    DUPLICATE = "duplicate"
    WRONG = "wrong"


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


COMPARED = ("company", "email", "contact_name", "language")
"""What a list can change about a voter that is on the roll."""


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


class RollImport(db.Model):  # type: ignore[name-defined,misc]
    """A list that was sent in. Its rows (`RollImportRow`) are forgotten as soon as they are no longer needed.

    `stored` names the file while it waits to be read. `columns` is field → column, `first_line` the line where the rows
    begin, below titles and headings. `counts` is fate → rows, and "shared" for those whose address others have too;
    `on_roll` how many stood on the roll then, `kept` how many of them the list does not name. `digest` stands for all of
    that; whoever confirms says which one was seen.
    """

    __tablename__ = "roll_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[str] = mapped_column(String(20), default=ImportState.PREVIEW)
    filename: Mapped[str] = mapped_column(String(120), default="")
    sha256: Mapped[str] = mapped_column(String(64))
    stored: Mapped[str] = mapped_column(String(40), default="")
    sheets: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    """[name, rows, number] of each sheet that has any, while one has to be chosen"""
    sheet: Mapped[int | None]
    person: Mapped[bool] = mapped_column(default=False)
    """whether the rows were read as persons"""
    columns: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    first_line: Mapped[int] = mapped_column(default=1)
    width: Mapped[int] = mapped_column(default=0)
    row_count: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    on_roll: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(String(64), default="")
    overtaken: Mapped[bool] = mapped_column(default=False)
    """whether a confirmation was refused because the roll had changed"""
    problem: Mapped[str] = mapped_column(String(40), default="")
    problem_line: Mapped[int] = mapped_column(default=0)
    job_id: Mapped[int | None]
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RollImportRow(db.Model):  # type: ignore[name-defined,misc]
    """A row of a list that waits: what stood in its cells, what they say, and what would become of it.

    `cells` hold no personal number. `problems` are the codes of what is wrong, with spaces between. `first_line` is the
    line of the row that it repeats, `differs` whether it says something else. `voter_id` is whom it is about on the roll,
    `before_…` what stood there when the rows were compared. `shared`: somebody else gets letters at the same address.
    """

    __tablename__ = "roll_import_rows"
    __table_args__ = (
        Index("ix_roll_import_rows_import_id_fate", "import_id", "fate"),
        Index("ix_roll_import_rows_import_id_key", "import_id", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("roll_imports.id", ondelete="CASCADE"))
    line: Mapped[int]
    cells: Mapped[list[str]] = mapped_column(JSON)
    fate: Mapped[str] = mapped_column(String(10))
    problems: Mapped[str] = mapped_column(String(200), default="")
    key: Mapped[str] = mapped_column(String(80), default="")
    company: Mapped[str] = mapped_column(String(200), default="")
    orgnr: Mapped[str] = mapped_column(String(10), default="")
    sole_trader: Mapped[bool] = mapped_column(default=False)
    foreign_country: Mapped[str] = mapped_column(String(2), default="")
    foreign_number: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    address: Mapped[str] = mapped_column(String(254), default="")
    """the mail address as it is compared"""
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str] = mapped_column(String(2), default="")
    sought: Mapped[str] = mapped_column(Text, default="")
    sorts_as: Mapped[str] = mapped_column(String(finding.LONGEST), default="")
    first_line: Mapped[int] = mapped_column(default=0)
    differs: Mapped[bool] = mapped_column(default=False)
    shared: Mapped[bool] = mapped_column(default=False)
    voter_id: Mapped[int | None]
    before_company: Mapped[str] = mapped_column(String(200), default="")
    before_email: Mapped[str] = mapped_column(String(254), default="")
    before_contact_name: Mapped[str] = mapped_column(String(120), default="")
    before_language: Mapped[str] = mapped_column(String(2), default="")

    @property
    def number(self) -> str:
        """What the company is known by, as on the roll."""
        return shown_number(self.orgnr, self.foreign_country, self.foreign_number)

    @property
    def shown_email(self) -> str:
        """The address as people write it."""
        return shown_address(self.email)

    @property
    def sole(self) -> bool:
        """Whether it is known by address and name alone, as a sole trader."""
        return self.key.startswith(keys.SOLE_TRADER)

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """(field, before, after) of what a change would change."""
        return (
            []
            if self.voter_id is None
            else [
                (name, getattr(self, f"before_{name}"), getattr(self, name))
                for name in COMPARED
                if getattr(self, f"before_{name}") != getattr(self, name)
            ]
        )


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
