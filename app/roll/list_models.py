"""A list for the roll and its rows, as long as they wait for a confirmation."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import UtcDateTime, db
from app.roll import keys
from app.roll import sought as finding
from app.roll.models import shown_address, shown_number

COMPARED = ("company", "email", "contact_name", "language")
"""What a list can change about a voter that is on the roll."""


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
