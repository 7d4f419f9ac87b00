"""The roll as it is shown: in the Swedish order of names, a page at a time, searched; and as a list to keep.

The database searches and sorts (`sought`), so that a roll of any length takes a page's time and memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.extensions import db
from app.roll import sought
from app.roll.models import Voter

PAGE = 100
HEADINGS = ["Företag", "Organisationsnummer", "E-post", "Kontaktperson", "Språk", "Enskild firma", "Land"]


@dataclass(frozen=True)
class Page:
    """Some of the roll: page `number` of `pages`, of the `found` that fit the `query`."""

    voters: Sequence[Voter]
    query: str
    number: int
    pages: int
    found: int


def page(edition_id: int, *, query: str = "", number: int = 1) -> Page:
    """The page *number* (the nearest there is) of those whose name, number or address holds every word of *query*."""
    query = query.strip()[:100]
    chosen = [Voter.edition_id == edition_id]
    chosen += [Voter.sought.like(pattern, escape="\\") for pattern in sought.like(query)]
    found = db.session.scalar(select(func.count()).select_from(Voter).where(*chosen)) or 0
    pages = max(1, -(-found // PAGE))
    number = min(max(1, number), pages)
    ordered = select(Voter).where(*chosen).order_by(sought.in_order(Voter.sorts_as), Voter.id)
    voters = db.session.scalars(ordered.offset((number - 1) * PAGE).limit(PAGE))
    return Page(list(voters), query, number, pages, found)


def export_rows(edition_id: int) -> Iterator[list[object]]:
    """The roll's rows under `HEADINGS`; reading them in again changes nothing."""
    query = select(Voter).where(Voter.edition_id == edition_id)
    ordered = query.order_by(sought.in_order(Voter.sorts_as), Voter.id)
    for each in db.session.scalars(ordered.execution_options(yield_per=500)):
        yield [
            each.company, each.foreign_number or each.number, each.shown_email, each.contact_name, each.language,
            "ja" if each.sole_trader else "", each.foreign_country,
        ]  # fmt: skip
