"""Reminding those whose nomination is begun and not sent, or sent and not confirmed, before the deadline."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.awards.models import Edition
from app.core.phases import Phase
from app.extensions import db
from app.mail import addresses
from app.mail import service as mail
from app.mail.service import Recipient
from app.nominations.drafts import OPEN_STATES
from app.nominations.models import Nomination

BEFORE = timedelta(days=2)
"""So long before the deadline the reminder goes."""

UNTOUCHED = timedelta(hours=3)
"""Whoever was at it so recently needs no reminder yet."""

LETTER = "nomination_reminder"


def due(now: datetime) -> list[Edition]:
    """The editions whose nominations close within BEFORE."""
    query = select(Edition).where(
        Edition.phase == Phase.NOMINATING,
        Edition.nominations_close_at > now,
        Edition.nominations_close_at <= now + BEFORE,
    )
    return list(db.session.scalars(query))


def remind(edition: Edition, *, now: datetime) -> int:
    """Queues one reminder to each address with something unfinished, the newest of it; gives how many are new.

    Once for each deadline: when it is extended, who has still not sent is reminded once more before the new one.
    """
    query = select(Nomination).where(
        Nomination.edition_id == edition.id,
        Nomination.state.in_(OPEN_STATES),
        Nomination.updated_at <= now - UNTOUCHED,
    )
    unfinished = list(db.session.scalars(query.order_by(Nomination.updated_at)))
    newest = {item.contact_email.lower(): item for item in unfinished if sound(item.contact_email)}
    recipients = [
        Recipient(item.id, item.contact_email, item.language, key(edition, item)) for item in newest.values()
    ]
    return mail.queue_many(LETTER, recipients, now=now, edition_id=edition.id) if recipients else 0


def key(edition: Edition, nomination: Nomination) -> str:
    """One reminder for a nomination and a deadline."""
    assert edition.nominations_close_at is not None
    return f"{LETTER}:{nomination.id}:{edition.nominations_close_at.isoformat()}"


def sound(address: str) -> bool:
    """Whether a letter can go to what stands in the draft."""
    try:
        addresses.checked(address)
    except addresses.BadAddress:
        return False
    return bool(address)
