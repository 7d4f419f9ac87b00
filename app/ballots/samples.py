"""Voters that a letter can be shown with, before and after it is sent."""

from __future__ import annotations

from sqlalchemy import select

from app.extensions import db
from app.mail.wording import Sample
from app.roll import listing
from app.roll import service as roll
from app.roll.models import Voter

FIRST, FOUND = 3, 10


def voters(edition_id: int, search: str) -> list[Sample]:
    """The first voters of the roll, or those that a search finds."""
    found = (
        listing.page(edition_id, query=search).voters[:FOUND] if search.strip() else _first(edition_id, FIRST)
    )
    return [Sample(each.id, each.company, each.shown_email) for each in found]


def sample_voter(edition_id: int, voter_id: int | None) -> Voter | None:
    """The voter that was chosen, or the first of the roll; None where there is none (any more)."""
    if voter_id is not None:
        try:
            return roll.voter(voter_id, edition_id=edition_id)
        except roll.NoSuchVoter:
            return None
    return next(iter(_first(edition_id, 1)), None)


def _first(edition_id: int, number: int) -> list[Voter]:
    query = select(Voter).where(Voter.edition_id == edition_id).order_by(Voter.company, Voter.id)
    return list(db.session.scalars(query.limit(number)))
