"""What the secretariat sees of who has voted: by the full hour, of everyone in an edition at once.

The box is public while the vote is open, so a finer flag would tell which ballot in it is whose. No page, file or
answer for staff reads `Credential.used`; they read what is written here.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select, update

from app.ballots.models import Ballot, Box, Credential
from app.extensions import db


def due(*, now: datetime) -> list[int]:
    """The editions whose last full hour has not been looked at yet; of those that closed, the hour after is the last."""
    hour = full_hour(now)
    query = select(Box.edition_id).where(
        Box.opened_at.is_not(None),
        or_(Box.shown_at.is_(None), Box.shown_at < hour),
        or_(Box.ended_at.is_(None), Box.shown_at.is_(None), Box.shown_at < Box.ended_at),
    )
    return list(db.session.scalars(query.order_by(Box.edition_id)))


def refresh(edition_id: int, *, now: datetime) -> None:
    """Shows who had voted by the last full hour; in the caller's transaction."""
    hour = full_hour(now)
    voted = select(Ballot.credential_id).where(Ballot.edition_id == edition_id, Ballot.arrived_at < hour)
    db.session.execute(
        update(Credential)
        .where(
            Credential.edition_id == edition_id, Credential.used_shown.is_(False), Credential.id.in_(voted)
        )
        .values(used_shown=True)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(Box)
        .where(Box.edition_id == edition_id, or_(Box.shown_at.is_(None), Box.shown_at < hour))
        .values(shown_at=hour)
        .execution_options(synchronize_session=False)
    )


def full_hour(now: datetime) -> datetime:
    """The last full hour."""
    return now.replace(minute=0, second=0, microsecond=0)
