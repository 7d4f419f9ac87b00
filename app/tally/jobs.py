"""The worker's part: seals boxes when their time has come, and counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.extensions import transaction
from app.jobs import service as jobs
from app.jobs.service import Progress
from app.tally import closing, run


@jobs.periodic("tally.close_due", every=timedelta(seconds=15))
def close_due(_payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:
    """Adds up boxes that drain, seals those that have; one that fails does not hold up the others."""
    failures = []
    closing.sum_up(now=now)
    due = closing.due(now=now)
    for number, edition_id in enumerate(due, 1):
        try:
            with transaction():
                closing.close(edition_id=edition_id, now=now)
        except Exception as error:
            failures.append(error)
        progress(number, len(due))
    if failures:
        raise failures[0]


@jobs.handler("tally.close", attempts=3)
def close(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:
    """Seals one box because a person asked for it."""
    with transaction():
        closing.close(edition_id=payload["edition_id"], by=payload["by"], now=now)
    progress(1, 1)


@jobs.handler("tally.count", attempts=3)
def count(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:
    """Takes the count's remaining steps."""
    run.count(edition_id=payload["edition_id"], now=now, progress=progress)
