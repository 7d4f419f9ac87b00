"""The rules of what can be nominated in an edition: the rows, and the words in which everyone reads them.

What each rule says of a nomination is screening's to judge (`app.screening.eligibility.eligibility`).
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from flask_babel import format_date, gettext
from sqlalchemy import Date, ForeignKey, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from app.awards import conditions
from app.awards.models import Category, Edition, named
from app.extensions import UtcDateTime, db

DAY = "d MMMM y"


class Check(StrEnum):
    """How a rule is answered: from the nomination's data, or (`question`) by a person alone."""

    PERIOD = "period"
    AWARDED = "awarded"
    SWEDISH_AUTHORITY = "swedish-authority"
    QUESTION = "question"


class Rule(db.Model):  # type: ignore[misc, name-defined]
    """One rule of what can be nominated: for the whole edition, or for one category.

    `starts_on` and `ends_on` belong to `period`: the award lies between them, both days included; either may be open.
    `changed_at` is when its words, its check or its days were last changed: answers from before are older than it.
    """

    __tablename__ = "eligibility_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id", ondelete="CASCADE"))
    position: Mapped[int]
    check: Mapped[Check] = mapped_column(named(Check))
    text_sv: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def text(self, lang: str) -> str:
        """The rule as a sentence, in "sv" or "en"."""
        return self.text_en if lang == "en" else self.text_sv


def of_edition(edition_id: int) -> list[Rule]:
    """Every rule of the edition: those of the whole edition first, then each category's own, in their order."""
    query = (
        select(Rule)
        .outerjoin(Category, Category.id == Rule.category_id)
        .where(Rule.edition_id == edition_id)
        .order_by(Rule.category_id.is_not(None), Category.position, Category.id, Rule.position, Rule.id)
    )
    return list(db.session.scalars(query))


def sentence(rule: Rule, lang: str) -> str:
    """The rule as everyone reads it, a period with its days."""
    return " ".join(filter(None, (rule.text(lang), period(rule))))


def period(rule: Rule) -> str:
    """The days of a period as a sentence in the page's language; "" for any other rule."""
    first, last = (format_date(day, DAY) if day else "" for day in (rule.starts_on, rule.ends_on))
    if rule.check is not Check.PERIOD or not (first or last):
        return ""
    if not last:
        return str(gettext("The period begins on %(day)s.", day=first))
    if not first:
        return str(gettext("The period ends on %(day)s.", day=last))
    return str(gettext("The period is %(first)s – %(last)s.", first=first, last=last))


@conditions.on_edition_page
def public(edition: Edition, lang: str) -> list[str]:
    """The rules in whole sentences; one of a single category begins with its name. Empty where there are none."""
    names = {category.id: category.name(lang) for category in edition.categories}
    return [
        f"{names[rule.category_id]}: {sentence(rule, lang)}"
        if rule.category_id in names
        else sentence(rule, lang)
        for rule in of_edition(edition.id)
    ]
