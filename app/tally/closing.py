"""The close: EndBallots and the move to counting commit together, a minute after the deadline.

Casting ends at the deadline in any case: a ballot's arrival is what counts. The minute lets ballots that arrived in
time finish their commit; after it the box is sealed under the same lock that casting takes.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.awards import service as awards
from app.awards.models import Edition
from app.ballots import service as ballots
from app.ballots.box import DRAIN
from app.core.phases import Phase
from app.extensions import db
from app.jobs import service as jobs
from app.tally.models import Tally


class NotYetClosed(Exception):
    """The deadline and the minute after it have not passed, or the vote is not open."""


def may_close(edition: Edition, *, now: datetime) -> bool:
    """Whether the box can be sealed: the vote is open, and its deadline and the drain have passed."""
    return (
        edition.phase is Phase.VOTING
        and edition.voting_closes_at is not None
        and now >= edition.voting_closes_at + DRAIN
    )


def due(*, now: datetime) -> list[int]:
    """The editions whose box can be sealed."""
    waiting = db.session.scalars(select(Edition).where(Edition.phase == Phase.VOTING))
    return [edition.id for edition in waiting if may_close(edition, now=now)]


def sum_up(*, now: datetime) -> None:
    """While a box drains, adds up what has come in, so that sealing it takes no longer for many ballots. No transaction."""
    closing = select(Edition.id).where(Edition.phase == Phase.VOTING, Edition.voting_closes_at <= now)
    for edition_id in list(db.session.scalars(closing)):
        ballots.running_tally(edition_id)


def request_close(*, edition_id: int, by: int, now: datetime) -> None:
    """Asks the worker to seal the box; raises `NotYetClosed`. By hand, for when the worker's own attempt failed."""
    if not may_close(db.session.get_one(Edition, edition_id), now=now):
        raise NotYetClosed
    jobs.enqueue(
        "tally.close",
        {"edition_id": edition_id, "by": by},
        now=now,
        key=f"tally.close:{edition_id}",
        edition_id=edition_id,
    )


def close(*, edition_id: int, by: int | None = None, now: datetime) -> bool:
    """Seals the box and moves to counting; False when there is nothing to seal (any more)."""
    edition = awards.lock(edition_id)
    if not may_close(edition, now=now):
        return False
    ballots.end_ballots(edition_id, now=now)
    db.session.add(Tally(edition_id=edition_id, closed_at=now))
    awards.record_phase(edition_id, Phase.COUNTING, account_id=by, reason="", now=now)
    request_count(edition_id=edition_id, now=now)
    return True


def request_count(*, edition_id: int, now: datetime) -> None:
    """Asks the worker to take the count's remaining steps."""
    jobs.enqueue(
        "tally.count",
        {"edition_id": edition_id},
        now=now,
        key=f"tally.count:{edition_id}",
        edition_id=edition_id,
    )
