"""The rows of an edition: its settings, its categories, and every move between phases."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Enum, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.phases import Phase
from app.core.rules import Kind, TieRule
from app.extensions import UtcDateTime, db


def named(values: type) -> Enum:
    """A column that keeps the value of a StrEnum as text and gives back its member."""
    return Enum(
        values,
        native_enum=False,
        create_constraint=False,
        length=20,
        values_callable=lambda v: [m.value for m in v],
    )


class Unit(StrEnum):
    """What has one ballot."""

    COMPANY = "company"
    PERSON = "person"


class Edition(db.Model):  # type: ignore[misc, name-defined]
    """One year's award. Dates are in UTC; a deadline is the first moment at which it is too late.

    `grace_minutes`: so long after the deadline a nomination that was begun before it is still taken in, quietly.
    `unit`: what has one ballot. `nominators_vote`, `self_registration`: who may vote beside the list. `winners_vote`:
    whether a company that won a contract on the ballot may vote. A voter is reminded `reminders_at_most` times, with
    `reminder_days` between. `trial_of_id`: this is a trial vote of that edition, and nothing in it counts.
    `people_kept_days`: so long after the end those who nominated, and persons who were named, are kept.
    """

    __tablename__ = "editions"
    __table_args__ = (
        UniqueConstraint("slug"),
        {"sqlite_autoincrement": True},  # a removed trial's number never comes again
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    name_sv: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    heading_sv: Mapped[str] = mapped_column(String(120))
    heading_en: Mapped[str] = mapped_column(String(120))
    intro_sv: Mapped[str] = mapped_column(Text, default="")
    intro_en: Mapped[str] = mapped_column(Text, default="")
    phase: Mapped[Phase] = mapped_column(named(Phase), default=Phase.DRAFT)
    nominations_close_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voting_opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voting_closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    result_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signoffs_needed: Mapped[int] = mapped_column(default=2)
    spare_count: Mapped[int] = mapped_column(default=10)
    plain_voting: Mapped[bool] = mapped_column(default=False)
    grace_minutes: Mapped[int] = mapped_column(default=10)
    publish_relation: Mapped[bool] = mapped_column(default=False)
    people_kept_days: Mapped[int] = mapped_column(default=365)
    unit: Mapped[Unit] = mapped_column(named(Unit), default=Unit.COMPANY)
    nominators_vote: Mapped[bool] = mapped_column(default=False)
    self_registration: Mapped[bool] = mapped_column(default=False)
    winners_vote: Mapped[bool] = mapped_column(default=True)
    reminders_at_most: Mapped[int] = mapped_column(default=2)
    reminder_days: Mapped[int] = mapped_column(default=3)
    trial_of_id: Mapped[int | None] = mapped_column(ForeignKey("editions.id"), index=True)
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    categories: Mapped[list[Category]] = relationship(
        back_populates="edition", order_by="(Category.position, Category.id)"
    )

    @property
    def trial(self) -> bool:
        """Whether nothing in it counts."""
        return self.trial_of_id is not None

    @property
    def nominations_taken_until(self) -> datetime | None:
        """Until when a nomination that was begun in time is taken in: the deadline and the quiet minutes after it."""
        end = self.nominations_close_at
        return None if end is None else end + timedelta(minutes=self.grace_minutes)

    def name(self, lang: str) -> str:
        """The edition's name in "sv" or "en"."""
        return self.name_en if lang == "en" else self.name_sv

    def heading(self, lang: str) -> str:
        """The question above the ballot in "sv" or "en"."""
        return self.heading_en if lang == "en" else self.heading_sv

    def intro(self, lang: str) -> str:
        """What the award is about, paragraphs of plain text, in "sv" or "en"."""
        return self.intro_en if lang == "en" else self.intro_sv


class Trial(db.Model):  # type: ignore[misc, name-defined]
    """A trial vote, and what it showed. The row stays when the trial's edition (`trial_id`) has been removed.

    Until then letters, ballots and verdict are read where they are; what stands here is what they were at the removal.
    """

    __tablename__ = "trials"
    __table_args__ = (UniqueConstraint("of_id", "number"), UniqueConstraint("trial_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    of_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    number: Mapped[int]
    slug: Mapped[str] = mapped_column(String(40))
    trial_id: Mapped[int | None] = mapped_column(ForeignKey("editions.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    letters: Mapped[int] = mapped_column(default=0)
    delivered: Mapped[int] = mapped_column(default=0)
    ballots: Mapped[int] = mapped_column(default=0)
    verdict: Mapped[str] = mapped_column(String(10), default="")
    tool: Mapped[str | None] = mapped_column(String(80))
    removing: Mapped[bool] = mapped_column(default=False)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Category(db.Model):  # type: ignore[misc, name-defined]
    """One contest of an edition: one question on the ballot, with its rule and its tie rule."""

    __tablename__ = "categories"
    __table_args__ = (UniqueConstraint("edition_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), index=True)
    position: Mapped[int]
    slug: Mapped[str] = mapped_column(String(40))
    name_sv: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    description_sv: Mapped[str] = mapped_column(Text, default="")
    description_en: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[Kind] = mapped_column(named(Kind), default=Kind.CHOOSE_ONE)
    max_choices: Mapped[int] = mapped_column(default=1)
    tie_rule: Mapped[TieRule] = mapped_column(named(TieRule), default=TieRule.SHARED)

    edition: Mapped[Edition] = relationship(back_populates="categories")

    def name(self, lang: str) -> str:
        """The category's name in "sv" or "en"."""
        return self.name_en if lang == "en" else self.name_sv

    def description(self, lang: str) -> str:
        """What the category honours, in "sv" or "en"."""
        return self.description_en if lang == "en" else self.description_sv


class PhaseMove(db.Model):  # type: ignore[misc, name-defined]
    """One transition of an edition; `account_id` is None when the server made it by itself."""

    __tablename__ = "phase_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), index=True)
    from_phase: Mapped[Phase] = mapped_column(named(Phase))
    to_phase: Mapped[Phase] = mapped_column(named(Phase))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
