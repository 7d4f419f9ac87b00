"""What the roll's page and the page before the ballots say of who comes on the roll, or is left out, beside the list."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from app.awards.models import Edition
from app.core.phases import Phase
from app.extensions import db
from app.roll import asking, service, winners
from app.roll.models import Source, Voter
from app.roll.winners import Winners


@dataclass(frozen=True)
class Beside:
    """In numbers; `winners` is None while there is no shortlist to win anything on."""

    requests_shown: bool
    waiting: int
    nominators_shown: bool
    nominators: int
    winners: int | None
    added: int = 0
    """so many were put on the roll after the freeze"""

    @property
    def worth_showing(self) -> bool:
        """Whether there is anything to lead to."""
        return self.requests_shown or self.nominators_shown or self.winners is not None


def beside(edition: Edition) -> Beside:
    """For the roll's page."""
    came = _came(edition.id)
    waiting = asking.waiting(edition.id)
    return Beside(
        requests_shown=edition.self_registration or bool(waiting or came.get(Source.REGISTERED)),
        waiting=waiting,
        nominators_shown=edition.nominators_vote or bool(came.get(Source.NOMINATOR)),
        nominators=came.get(Source.NOMINATOR, 0),
        winners=_winners(edition),
        added=came.get(Source.ADDED, 0),
    )


def _came(edition_id: int) -> dict[str, int]:
    query = (
        select(Voter.source, func.count())
        .where(Voter.edition_id == edition_id, Voter.source != Source.LIST)
        .group_by(Voter.source)
    )
    return {str(source): int(number) for source, number in db.session.execute(query)}


def _winners(edition: Edition) -> int | None:
    if edition.phase in {Phase.DRAFT, Phase.NOMINATING}:
        return None
    if (frozen := service.frozen(edition.id)) is not None:
        return frozen.winners
    return len(winners.winners(edition).ids)


def before_ballots(edition: Edition) -> Winners:
    """For the page that makes the ballots: who won what stands on them."""
    return winners.winners(edition)
