"""What the worker does about ballots while the vote is open."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.ballots import box, counted, mailed, readiness, shown, witnesses  # noqa: F401 (counted: what the edition’s page says)
from app.extensions import db, transaction
from app.jobs.service import Progress, handler, periodic


@periodic("ballots.box_heads", every=timedelta(minutes=30))
def box_heads(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:  # noqa: ARG001
    """At least twice an hour: head and checkpoint of every open box; the sum of its ballots is brought up to date.

    Every box is compared with the ledger first: a damaged one fails the job, which the secretariat's home page shows.
    """
    readiness.compare()
    editions = witnesses.voting_editions()
    db.session.rollback()
    for done, edition_id in enumerate(editions, 1):
        _head(edition_id, now)
        progress(done, len(editions))


@handler("ballots.box_head")
def box_head(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:  # noqa: ARG001
    """The same for one box, each time so many ballots have come."""
    if payload["edition_id"] in witnesses.voting_editions():
        db.session.rollback()
        _head(payload["edition_id"], now)


def _head(edition_id: int, now: datetime) -> None:
    box.running_tally(edition_id)
    with transaction():
        if edition_id in witnesses.voting_editions():
            witnesses.daily(edition_id, now=now)


@periodic("ballots.notices", every=timedelta(minutes=5))
def notices(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:  # noqa: ARG001
    """Tells voters that a ballot was cast with their link, and forgets that they were told, and who got a receipt."""
    while True:
        with transaction():
            if not witnesses.queue_notices(now=now):
                break
    with transaction():
        witnesses.forget_notices(now=now)
        mailed.forget()


@periodic("ballots.shown", every=timedelta(minutes=5))
def show_used(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:  # noqa: ARG001
    """Once a full hour is over, the secretariat sees who had voted by then, of everyone at once."""
    editions = shown.due(now=now)
    db.session.rollback()
    for done, edition_id in enumerate(editions, 1):
        with transaction():
            shown.refresh(edition_id, now=now)
        progress(done, len(editions))
